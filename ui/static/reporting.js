// The report within the dashboard: to read, to print, to take along.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { loading, notice, order } from './parts.js';
import { say } from './say.js';
import { isSet } from './time.js';

const AT_ONCE = 4; // devices asked for at a time
const MOST = 64; // devices whose proof is fetched; beyond that the report goes without

let kept = { of: '', node: null };

const style = h('link', { rel: 'stylesheet', href: '/report.css' });
const here = () => /^#\/report(\/|$)/.test(location.hash);

/** Its styles are in force on this page only. */
function dress() {
  if (!style.isConnected) document.head.append(style);
  style.disabled = !here();
}
window.addEventListener('hashchange', () => { if (style.isConnected) dress(); });

/** The sweep with each device in full; more says how many have come. */
async function whole(s, more) {
  const list = s.sweep.devices;
  if (list.length > MOST) return { ...s.sweep, devices: list.map(proofless) };
  const full = [];
  for (let i = 0; i < list.length; i += AT_ONCE) {
    full.push(...await Promise.all(list.slice(i, i + AT_ONCE).map((d) => api.device(d.id).then((a) => a.device, () => proofless(d)))));
    more(full.length, list.length);
  }
  return { ...s.sweep, devices: full };
}

const proofless = (d) => ({ ...d, findings: d.findings.map((f) => ({ ...f, evidence: f.evidence || [] })) });

/** Hands the sweep over as a file, made here. */
async function download(sweep) {
  const at = URL.createObjectURL(new Blob([JSON.stringify(sweep, null, 2)], { type: 'application/json' }));
  const a = document.createElement('a');
  a.href = at;
  a.download = `homesweep-${sweep.finished.slice(0, 10)}.json`;
  a.click();
  setTimeout(() => URL.revokeObjectURL(at), 60000);
}

function actions(sweep) {
  const save = h('button.button.quiet.small', { type: 'button', 'data-key': 'json', onclick: () => order(save, () => download(sweep), say('reporting.saved')) }, sign('save'), say('reporting.json'));
  return h('div.answers.takeaway', {}, save, h('span.soft', {}, say('reporting.json.hint')));
}

async function make(s, more) {
  const [{ report }, sweep] = await Promise.all([import('./report.js'), whole(s, more)]);
  const data = { sweep, version: s.version, made: live.now().toISOString(), decisions: s.decisions };
  return h('div.reporting', {}, actions(sweep), report(data, (id) => '#/report/' + id));
}

function point(anchor) {
  const at = anchor && document.getElementById(anchor);
  if (!at) return;
  at.scrollIntoView({ block: 'start' });
  at.focus({ preventScroll: true });
}

export const reporting = {
  get title() { return say('reporting.link'); },
  async draw(host, [anchor], query, fresh) {
    const s = live.state;
    dress();
    if (!s) return swap(host, live.status === 'offline' ? notice({ icon: 'offline', title: say('sweeping.offline'), text: say('sweeping.offline.text') }) : loading());
    if (!isSet(s.sweep.finished)) return swap(host, notice({ icon: 'search', title: say('reporting.none'), text: say('reporting.none.text') }));
    if (kept.of !== s.sweep.finished) {
      if (!fresh && kept.making === s.sweep.finished) return;
      kept = { ...kept, making: s.sweep.finished };
      const line = h('p.soft', { role: 'status' }, say('reporting.making'));
      if (fresh || !kept.node) swap(host, line, loading());
      const node = await make(s, (n, all) => { line.textContent = say('reporting.fetched', { n, all }); });
      kept = { of: s.sweep.finished, node };
      if (!here()) return;
    } else if (!fresh && kept.node.isConnected) return;
    host.replaceChildren(kept.node);
    point(anchor);
  },
};
live.addEventListener('locked', () => { kept = { of: '', node: null }; });

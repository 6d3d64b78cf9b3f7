// The report within the dashboard: to read, to print, to take along.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { back, loading, notice, order } from './parts.js';
import { language, say } from './say.js';
import { isSet } from './time.js';

let kept = { of: '', node: null };

const style = h('link', { rel: 'stylesheet', href: '/report.css' });
const here = () => /^#\/report(\/|$)/.test(location.hash);

/** Its styles are in force on this page only. */
function dress() {
  if (!style.isConnected) document.head.append(style);
  style.disabled = !here();
}
window.addEventListener('hashchange', () => { if (style.isConnected) dress(); });

/** Hands the sweep over as a file, made here. */
async function download(sweep) {
  const at = URL.createObjectURL(new Blob([JSON.stringify(sweep, null, 2)], { type: 'application/json' }));
  const a = document.createElement('a');
  a.href = at;
  a.download = `homesweep-${sweep.finished.slice(0, 10)}.json`;
  a.click();
  setTimeout(() => URL.revokeObjectURL(at), 60000);
}

/** The button that does so. */
function save(sweep) {
  const button = h('button.button.quiet', { type: 'button', 'data-key': 'json', title: say('reporting.json.hint'), onclick: () => order(button, () => download(sweep), say('reporting.saved')) }, sign('save'), say('reporting.json'));
  return button;
}

async function make(s) {
  const sweep = await api.report();
  const { report, reveal } = await import('./report.js');
  const data = { sweep, version: s.version, made: live.now().toISOString(), decisions: s.decisions, take: save(sweep) };
  return { node: report(data, (id) => '#/report/' + id), reveal };
}

export const reporting = {
  get title() { return say('reporting.link'); },
  async draw(host, [anchor], query, fresh) {
    const s = live.state;
    dress();
    if (!s) return swap(host, live.status === 'offline' ? notice({ icon: 'offline', title: say('sweeping.offline'), text: say('sweeping.offline.text') }) : loading());
    if (!isSet(s.sweep.finished)) return swap(host, back(), notice({ icon: 'report', title: say('reporting.none'), text: say('reporting.none.text') }));
    const of = s.sweep.finished + language();
    if (kept.of !== of) {
      if (!fresh && kept.making === of) return;
      kept = { ...kept, making: of };
      if (fresh || !kept.node) swap(host, back(), h('p.soft', { role: 'status' }, say('reporting.making')), loading());
      try {
        kept = { of, ...await make(s) };
      } catch (e) {
        kept = { of: '', node: null, making: of }; // nor asked for again before somebody wishes so
        if (e.status === 401) return live.load();
        if (here()) swap(host, back(), notice({ icon: e.status ? 'open' : 'offline', title: e.message.replace(/\.$/, ''), text: e.todo, button: say('app.try-again'), onclick: () => reporting.draw(host, [anchor], query, true) }));
        return;
      }
      if (!here()) return;
    } else if (!fresh && kept.node.isConnected) return;
    host.replaceChildren(back(), kept.node);
    kept.reveal(anchor);
  },
};
live.addEventListener('locked', () => { kept = { of: '', node: null }; });

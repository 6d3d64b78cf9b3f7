// One device: what wants doing, what it is and why we think so, its doors.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { byUrgency, decided, isChecked, isProblem, isTask, runsHere, subtitle, title } from './model.js';
import { loading, notice, tile } from './parts.js';
import { lastHeard, standing } from './presence.js';
import { finding, quietChecks } from './finding.js';
import { addresses, doors, identity } from './facts.js';
import { naming, ownersWord } from './owner.js';
import { bonds, identityWord } from './bonds.js';
import { deviceLogins } from './logins.js';
import { practice } from './practice.js';
import { rest } from './rest.js';
import { deviceStory, lookNow } from './chronicle.js';
import { same } from './same.js';
import { say } from './say.js';

let shown = null; // the answer for the device on the page
let wanted = '';
let renaming = false;
let entered = false; // the page was come to, and not yet painted

export const device = {
  get title() { return say('device.title'); },
  async draw(host, [id, check], query, fresh) {
    if (fresh) { renaming = false; entered = true; if (wanted !== id) shown = null; }
    wanted = id;
    if (shown) paint(host);
    else swap(host, loading());
    try {
      const answer = await api.device(id);
      if (wanted !== id || !host.isConnected || !location.hash.startsWith('#/device/')) return;
      shown = answer;
      if (!renaming) paint(host);
      if (fresh && check) point(host, check);
    } catch (e) {
      if (e.status === 401) return live.load();
      if (!shown) swap(host, back(), notice({ icon: e.status ? 'open' : 'offline', title: e.message.replace(/\.$/, ''), text: e.todo, button: e.status !== 404 && say('app.try-again'), onclick: () => device.draw(host, [id, check], query, true) }));
    }
  },
};

const back = () => h('a.back', { href: '#/devices', 'data-key': 'back' }, sign('back'), say('device.all-devices'));

/** Brings the finding that was asked for into view. */
function point(host, check) {
  const at = [...host.querySelectorAll('[data-check]')].find((e) => e.dataset.check === check);
  if (!at) return;
  for (let d = at.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
  at.tabIndex = -1;
  at.scrollIntoView({ block: 'start' });
  at.focus({ preventScroll: true });
}

function paint(host) {
  const { device: d, decisions } = shown;
  const again = async () => { shown = await api.device(d.id); paint(host); live.load(); };
  const isAccepted = (f) => Boolean(decided(decisions, d.id, 'accept', f.check));
  const problems = d.findings.filter(isProblem).sort(byUrgency);
  const open = problems.filter((f) => !isAccepted(f));
  const accepted = problems.filter(isAccepted);
  // What presses is told in full; without that, what can wait; the rest is folded.
  const pressing = open.filter((f) => f.severity === 'act_now' || f.severity === 'soon');
  const told = pressing.length ? pressing : open.filter(isTask);
  const later = open.filter((f) => !told.includes(f));
  document.title = title(d, decisions) + ' · homesweep';
  queueMicrotask(() => { entered = false; });
  swap(host, back(), header(host, d, again), rest(d, live.now()),
    h('div.columns', {},
      h('div.stack', {}, h('section.stack.tight', { 'aria-labelledby': 'todo' }, h('h2', { id: 'todo' }, outcome(d, told, later, accepted)),
        told.length ? told.map((f) => finding(f, d, shown, again)) : h('p.card.soft', {}, remark(d, later)),
        quietChecks(d, later, accepted, shown, again)), practice(d), same(live.state, true, d.id), deviceStory(d, entered), identity(d), bonds(d)),
      h('aside.stack', { 'aria-label': say('device.details') }, doors(d), addresses(d, decisions), ownersWord(shown, again), deviceLogins(shown, again), identityWord(shown, again))));
}

/** What the checks came to, in a few words. */
function outcome(d, told, later, accepted) {
  if (told.length) return say('finding.what-to-do');
  if (accepted.length) return say('device.nothing-left-to-do');
  if (later.length) return say('home.nothing-needs-doing');
  return isChecked([d]) ? say('device.no-problem-found') : say('device.not-checked');
}

/** What that outcome is worth. */
function remark(d, later) {
  if (d.self) return say('device.homesweep-runs-here-it');
  if (!d.findings.length) return say('device.it-was-heard-but');
  if (later.length) return say('device.what-is-good-to');
  const why = d.findings.some((f) => f.verdict === 'unknown') ? ' ' + say('device.what-could-not-is') : '';
  return isChecked([d]) ? say('device.that-is-what-could') + why : say('device.no-check-came-to');
}

/** Where it is, or when it was last heard. */
function seen(d) {
  if (d.self) return subtitle(d, title(d, shown.decisions)) !== runsHere() && say('device.runs');
  return standing(d, live.now())?.words || lastHeard(d, shown.here, live.now());
}

function header(host, d, again) {
  const name = title(d, shown.decisions);
  const rename = h('button.button.quiet.small', { type: 'button', 'data-key': 'rename', onclick: () => { renaming = true; paint(host); } }, sign('edit'), say('device.rename'));
  const done = (changed) => { renaming = false; if (changed) again(); else paint(host); };
  const state = seen(d);
  return h('header.device', {}, tile(d.kind, true),
    h('div.device-text', {},
      h('h1' + (renaming ? '.hidden' : ''), {}, name), renaming && naming(d, name, done),
      h('p.lead', {}, subtitle(d, name), state && h('span.state' + (shown.here || d.self ? '.here' : ''), {}, state))),
    !renaming && h('div.answers', {}, lookNow(d), !live.state?.public && rename));
}

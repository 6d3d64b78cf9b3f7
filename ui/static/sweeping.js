// A sweep while it runs: where it is, how fast, and how long a step still takes.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { link, title } from './model.js';
import { back, loading, notice, order, tile } from './parts.js';
import { share } from './progress.js';
import { say } from './say.js';
import { ago, isSet, lasted } from './time.js';
import { effort, PHASE } from './words.js';

const PHASES = ['presence', 'ports', 'services', 'checks', 'logins'];
const WINDOW = 20000; // ms over which a rate is taken
const LEAST = 4000; // ms before a rate is told
const SOME = 3; // devices that must have ended before the others can be told from them

let marks = []; // [when, progress] of the last WINDOW
let shown = null;

function note(p) {
  const last = marks.at(-1)?.[1];
  if (!p?.running || (last && (last.started !== p.started || last.phase !== p.phase))) marks = [];
  if (!p?.running) return;
  const now = Date.now();
  marks = marks.filter(([at], i) => now - at < WINDOW || i === marks.length - 1);
  marks.push([now, p]);
}

/** How many of one number come in a second; 0 while that cannot be told. */
function rate(what) {
  if (marks.length < 2) return 0;
  const [[from, a], [to, b]] = [marks[0], marks.at(-1)];
  return to - from < LEAST ? 0 : Math.max(0, ((b[what] - a[what]) * 1000) / (to - from));
}

/** How many seconds the step that is under way still takes; 0 when that cannot be told. */
function left(p) {
  const questions = rate('probes'), devices = rate('finished');
  if (p.phase === 'ports' && p.total > p.probes && questions > 0) return (p.total - p.probes) / questions;
  if ((p.phase === 'services' || p.phase === 'checks') && p.finished >= SOME && p.devices > p.finished && devices > 0) return (p.devices - p.finished) / devices;
  return 0;
}

/** "About 40 seconds": rounded, as nobody knows it better. */
function roughly(seconds) {
  if (seconds < 90) return say('sweeping.seconds', { n: Math.max(5, Math.round(seconds / 5) * 5) });
  return say('sweeping.minutes', { n: Math.round(seconds / 60) });
}

/** The steps; that one is under way, those before are done. */
function steps(p) {
  const at = PHASES.indexOf(p.phase);
  const list = PHASES.filter((phase) => phase !== 'logins' || p.phase === 'logins');
  return h('ol.plain.phases', {}, list.map((phase) => {
    const i = PHASES.indexOf(phase);
    const state = p.phase === 'done' || i < at ? 'past' : i === at ? 'now' : 'ahead';
    return h('li.' + state, { 'aria-current': state === 'now' && 'step' },
      h('span.dot', {}, state === 'past' && sign('tick')), h('span', {}, PHASE[phase]), state === 'past' && h('span.hidden', {}, say('sweeping.past')));
  }));
}

const figure = (words, value, extra) => h('div', {}, h('dt', {}, words), h('dd', {}, h('b', {}, value), extra && h('span.soft', {}, extra)));

/** Numbers so far; what cannot be told is left out. */
function numbers(p) {
  const speed = p.phase === 'ports' ? rate('probes') : 0;
  const rest = left(p);
  return h('dl.figures', {},
    figure(say('sweeping.devices'), String(p.devices)),
    p.devices > 0 && figure(say('sweeping.finished'), say('sweeping.of', { a: p.finished, b: p.devices })),
    figure(say('sweeping.findings'), String(p.problems)),
    speed > 0 && figure(say('sweeping.rate'), say('sweeping.persecond', { n: Math.max(1, Math.round(speed)) })),
    rest > 0 && figure(say('sweeping.left'), roughly(rest)));
}

function follow() {
  const p = live.progress;
  note(p);
  if (!shown?.root.isConnected || !p?.running) return;
  if (shown.started !== p.started) Object.assign(shown, { best: 0, started: p.started });
  shown.best = Math.max(shown.best, share(p));
  shown.meter.value = Math.round(shown.best * 100);
  swap(shown.steps, steps(p));
  swap(shown.numbers, numbers(p));
  if (shown.words.textContent !== (PHASE[p.phase] || '')) shown.words.textContent = PHASE[p.phase] || '';
  shown.message.textContent = p.message || '';
  shown.message.hidden = !p.message;
}
live.addEventListener('progress', follow);

/** The parts that follow a sweep by themselves. */
function running() {
  const stop = h('button.button.quiet', { type: 'button', 'data-key': 'stop', onclick: () => order(stop, api.cancelSweep, say('sweeping.stopped')) }, sign('stop'), say('sweeping.stop'));
  shown = {
    best: 0, started: '', steps: h('div'), numbers: h('div'), words: h('p.lead', { role: 'status' }), message: h('p.hint', { hidden: true }),
    meter: h('progress', { max: 100, value: 0, 'aria-label': say('sweeping.progress') }),
  };
  shown.root = h('div.columns', {},
    h('section.card.stack.tight', {}, shown.meter, shown.numbers, shown.message, h('p.soft', {}, say('sweeping.leave'))),
    h('section.card', { 'aria-labelledby': 'steps' }, h('h2', { id: 'steps' }, say('sweeping.steps')), shown.steps));
  return [back(), h('div.hero', {}, h('div', {}, h('h1', {}, say('sweeping.now')), shown.words), stop), shown.root];
}

const start = () => h('button.button', { type: 'button', 'data-key': 'start', onclick: (e) => order(e.currentTarget, () => api.startSweep().then(() => live.load())) }, sign('refresh'), say('sweeping.start'));

/** What the last one did. */
function last(s) {
  const { sweep } = s;
  if (!isSet(sweep.finished)) return notice({ icon: 'search', title: say('sweeping.none'), text: say('sweeping.gentle') });
  const took = isSet(sweep.started) && lasted(sweep.started, sweep.finished);
  return h('section.card', { 'aria-labelledby': 'last' }, h('h2', { id: 'last' }, say('sweeping.last')),
    h('dl.pairs.wide', {}, figure(say('sweeping.when'), ago(sweep.finished, live.now())), took && figure(say('sweeping.took'), took),
      figure(say('sweeping.devices'), String(sweep.devices.length)), figure(say('sweeping.effort'), effort(sweep.cost, sweep.touch))),
    sweep.notes?.map((text) => h('p.hint', {}, sign('for_info'), h('span', {}, text))));
}

/** Who has been found, the newest first. */
function found(s) {
  const list = [...s.sweep.devices].sort((a, b) => Date.parse(b.first_seen || 0) - Date.parse(a.first_seen || 0));
  return list.length > 0 && h('section.card', { 'aria-labelledby': 'found' }, h('h2', { id: 'found' }, say('sweeping.found')),
    h('ul.plain.found', {}, list.slice(0, 60).map((d) => h('li', {}, h('a.kind', { href: link(d), 'data-key': 'found ' + d.id }, tile(d.kind), h('span', {}, title(d, s.decisions)))))));
}

export const sweeping = {
  get title() { return say('sweeping.title'); },
  draw(host, rest, query, fresh) {
    const s = live.state;
    if (!s) return swap(host, live.status === 'offline' ? notice({ icon: 'offline', title: say('sweeping.offline'), text: say('sweeping.offline.text') }) : loading());
    if (!live.progress?.running) {
      shown = null;
      return swap(host, back(), h('div.hero', {}, h('div', {}, h('h1', {}, say('sweeping.title')), h('p.lead', {}, say('sweeping.gentle'))), start()), last(s));
    }
    if (!fresh && shown?.root.isConnected) swap(shown.list, found(s));
    else { const parts = running(); shown.list = h('div.lately', {}, found(s)); swap(host, parts, shown.list); }
    follow();
  },
};

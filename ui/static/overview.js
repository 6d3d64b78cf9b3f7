// The rest of the first page: what is on the network and how that was found out.

import { h } from './dom.js';
import { kindIcon, sign } from './icons.js';
import { live } from './live.js';
import { link, tally, title } from './model.js';
import { restLine, resting } from './rest.js';
import { ago, full, isSet, lasted } from './time.js';
import { effort, KIND, TOUCH, VERDICT } from './words.js';
import { phrase, say } from './say.js';

/** Tiles of the kinds there are, each leading to the list. */
export function kinds(s) {
  const count = new Map();
  for (const d of s.sweep.devices) count.set(d.kind, (count.get(d.kind) || 0) + 1);
  const order = Object.keys(KIND).filter((k) => count.has(k));
  return h('section.card', { 'aria-labelledby': 'net' }, h('h2', { id: 'net' }, say('overview.on-your-network')),
    h('ul.plain.kinds', {}, order.map((kind) => {
      const n = count.get(kind);
      return h('li', {}, h('a.kind', { href: '#/devices?show=' + kind, 'data-key': 'kind ' + kind },
        kindIcon(kind), h('span', {}, KIND[kind][n > 1 ? 1 : 0]), h('b', {}, n)));
    })));
}

/** How far and how fresh: without it the page would promise more than was done. */
export function looked(s) {
  const { sweep } = s;
  const count = tally(sweep);
  const fine = (count.pass || 0) + (count.likely_pass || 0);
  const results = [verdict('fine', fine, VERDICT.pass), verdict('open', count.unknown, VERDICT.unknown), verdict('skipped', count.not_tested, VERDICT.not_tested)];
  const lines = [
    isSet(sweep.finished) && [say('overview.when'), h('span', { title: full(sweep.finished) }, tookWords(sweep))],
    [say('overview.how-far'), h('span', {}, TOUCH[isSet(sweep.finished) ? sweep.touch : s.touch]?.[0] || say('overview.ask-and-try-factory'), !s.public && [' · ', h('a', { href: '#/settings' }, say('overview.change'))])],
    isSet(sweep.finished) && [say('overview.effort'), effort(sweep.cost, sweep.touch)],
  ];
  return h('section.card', { 'aria-labelledby': 'how' }, h('h2', { id: 'how' }, say('home.how-we-looked')),
    results.some(Boolean) && h('ul.plain.verdicts', { 'aria-label': say('overview.checks-by-result') }, results),
    h('dl.pairs', {}, lines.filter(Boolean).map(([k, v]) => h('div', {}, h('dt', {}, k), h('dd', {}, v)))),
    s.touch === 'listen' && !s.public && h('p.hint', {}, sign('for_info'), h('span', {}, phrase('overview.listening', { link: h('a', { href: '#/consent' }, say('overview.let')) }))),
    sweep.notes?.map((note) => h('p.hint', {}, sign('for_info'), h('span', {}, note))),
    sweep.devices.filter((d) => resting(d, live.now())).map((d) => h('p.hint', {}, sign('for_info'),
      h('span', {}, h('a', { href: link(d) }, title(d, s.decisions)), ': ', restLine(d, live.now()), '. ', d.suffered.sign))));
}

const verdict = (icon, n, words) => n > 0 && h('li', {}, sign(icon), h('span', {}, words), h('b', {}, n));

const tookWords = (sweep) => {
  const when = ago(sweep.finished, live.now());
  const time = isSet(sweep.started) && lasted(sweep.started, sweep.finished);
  return time ? say('overview.took', { when, time }) : when;
};

// The 13 guidelines of the Code of Practice: what was found of each, on a device
// and in the home, what was not looked at, why, and what to do instead.

import { h } from './dom.js';
import { isProblem } from './model.js';
import { fold } from './parts.js';
import { grouped, mark, name, part, table, toDevices, unfolded } from './sheets.js';
import { VERDICT } from './words.js';
import { phrase, say } from './say.js';

/** How much of it could be seen. */
function coverage(g) {
  if (!g.possible) return null;
  return h('p.coverage', {}, h('progress', { max: g.possible, value: Math.min(g.checked, g.possible), 'aria-hidden': 'true' }),
    say('code.answered', { n: g.possible, checked: g.checked }));
}

const title = (g) => h('div.titled', {}, h('span.no', {}, g.number), h('span', {}, name(g.title)));

const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** A guideline's words without the verdict, which stands beside them. */
function words(g) {
  const said = bare(VERDICT[g.verdict] || say('code.does-not-apply'));
  const [head, ...tail] = (g.words || '').split(': ');
  const rest = bare(head) === said ? tail.join(': ') : g.words || '';
  return bare(rest) !== said && rest && h('p', {}, name(rest[0].toUpperCase() + rest.slice(1)));
}

/** The sentences of text that all does not hold. */
function beyond(text = '', all = '') {
  const told = new Set(sentences(all));
  return sentences(text).filter((s) => !told.has(s)).join(' ');
}

const sentences = (text) => text.split(/(?<=[.!?]["”)]?)\s+/).filter(Boolean);

/** Why something was not looked at, and what a person can do about it. */
const rest = (why, instead) => [why && h('p', {}, name(why)), instead && h('p', {}, h('strong', {}, say('practice.instead'), ' '), name(instead))];

/** Devices in the order of their sheets. */
const inOrder = (view, ids) => [...view.devices.keys()].filter((id) => ids.includes(id));

/** The whole home's guidelines as a table. */
export function homeCode(view) {
  const list = view.sweep.guidelines || [];
  if (!list.length) return part('code', codeTitle(), say('code.this-sweep-was-not'));
  const rows = list.map((g) => h('tr', {}, h('th', { scope: 'row' }, title(g)),
    h('td', {}, mark(g.verdict), h('div.told', {}, words(g), g.devices?.length > 0 && h('p', {}, toDevices(view, inOrder(view, g.devices)))), coverage(g)),
    h('td.soft', {}, (g.why || g.instead) && unfolded('rule ' + g.number, h('span', {}, say('device.details')), rest(g.why, g.instead)))));
  return part('code', codeTitle(),
    say('code.thirteen-things-that-a'),
    table('code', say('code.the-guidelines-in-this'), [say('code.guideline'), say('code.what-was-found'), say('code.what-was-not-looked')], rows));
}

/** The part's heading. */
export const codeTitle = () => say('code.title');

/** A device's guidelines; what is as in the whole home is not said again, and what is alike stands together. */
export function deviceCode(view, d) {
  const home = new Map((view.sweep.guidelines || []).map((g) => [g.number, g]));
  const list = (d.guidelines || []).map((g) => ({
    ...g, why: beyond(g.why, home.get(g.number)?.why), instead: beyond(g.instead, home.get(g.number)?.instead),
  }));
  const rows = grouped(list, (g) => (isProblem(g) ? g.number : [g.verdict, g.possible && `${g.checked}/${g.possible}`, g.words, g.why, g.instead].join('\n'))).map((same) => {
    const [g] = same;
    const told = [words(g), rest(g.why, g.instead)];
    if (same.length > 2) return h('tr', {}, h('th.several', { scope: 'row', colspan: 2 }, same.map(title)), h('td.soft', {}, mark(g.verdict), coverage(g), told));
    return h('tr', {}, h('th', { scope: 'row' }, same.map(title)), h('td', {}, mark(g.verdict), coverage(g)), h('td.soft', {}, told));
  });
  const sum = (what) => list.reduce((n, g) => n + g[what], 0);
  return list.length > 0 && fold('rules ' + d.id, h('h4', {}, say('code.the-13-guidelines')), say('code.answered', { n: sum('possible'), checked: sum('checked') }),
    table('code.brief', say('code.the-guidelines-on-this'), [say('code.guideline'), say('code.result'), say('code.what-was-found-and')], rows),
    h('p.soft.after', {}, phrase('code.once', { link: h('a', { href: view.at('code') }, say('code.whole')) })));
}

/** All provisions of the European standard, and how they can be seen. */
export function provisions(view) {
  const list = (view.sweep.guidelines || []).flatMap((g) => g.provisions || []);
  return list.length > 0 && fold('provisions', h('h3', {}, say('code.every-provision-of-etsi')), list.length,
    h('p.soft', {}, say('code.provisions', { n: list.length })),
    table('provisions', say('code.provisions'), [say('code.provision'), say('code.meaning'), say('code.status'), say('code.seen-from-here'), say('code.result-in-this-home')], list.map((p) => h('tr', {},
      h('th', { scope: 'row' }, p.provision), h('td', {}, name(p.meaning || '')), h('td', {}, p.status),
      h('td', {}, p.seen || say('code.not')), h('td', {}, p.verdict === 'unknown' ? h('span.soft', {}, name(p.why || VERDICT.unknown)) : [mark(p.verdict), p.why && h('p.soft', {}, name(p.why))])))));
}

// The 13 guidelines of the Code of Practice: what was found of each, on a device
// and in the home, what was not looked at, why, and what to do instead.

import { h } from './dom.js';
import { isProblem } from './model.js';
import { grouped, mark, name, part, table, toDevices } from './sheets.js';
import { VERDICT } from './words.js';

/** How much of it could be seen. */
function coverage(g) {
  if (!g.possible) return null;
  return h('p.coverage', {}, h('progress', { max: g.possible, value: Math.min(g.checked, g.possible), 'aria-hidden': 'true' }),
    `${g.checked} of ${g.possible} ${g.possible === 1 ? 'check' : 'checks'} answered`);
}

const title = (g) => h('div.titled', {}, h('span.no', {}, g.number), h('span', {}, name(g.title)));

const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** A guideline's words without the verdict, which stands beside them. */
function words(g) {
  const said = bare(VERDICT[g.verdict] || 'Does not apply');
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
const rest = (why, instead) => [why && h('p', {}, name(why)), instead && h('p', {}, h('strong', {}, 'Instead: '), name(instead))];

const HEADS = ['Guideline', 'What was found', 'What was not looked at, and why'];

/** Devices in the order of their sheets. */
const inOrder = (view, ids) => [...view.devices.keys()].filter((id) => ids.includes(id));

/** The whole home's guidelines as a table. */
export function homeCode(view) {
  const list = view.sweep.guidelines || [];
  if (!list.length) return part('code', CODE, 'This sweep was not held against the guidelines.');
  const rows = list.map((g) => h('tr', {}, h('th', { scope: 'row' }, title(g)),
    h('td', {}, mark(g.verdict), words(g), g.devices?.length > 0 && h('p', {}, toDevices(view, inOrder(view, g.devices))), coverage(g)),
    h('td.soft', {}, rest(g.why, g.instead))));
  return part('code', CODE,
    'Thirteen things that a connected device should do, from the UK Code of Practice for Consumer IoT Security. Each result is that of the worst check on any device, and says how many of the checks that look at it came to an answer. There is no mark for the home as a whole.',
    table('code', 'The guidelines in this home', HEADS, rows));
}

/** The part's heading. */
export const CODE = 'The 13 guidelines of the Code of Practice';

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
  return list.length > 0 && h('section.sub', {}, h('h4', {}, 'The 13 guidelines'),
    table('code.brief', 'The guidelines on this device', ['Guideline', 'Result', 'What was found, and what was not looked at'], rows),
    h('p.soft.after', {}, 'What can be seen on no device, why, and what to do instead is told once, with ', h('a', { href: view.at('code') }, 'the guidelines of the whole home'), '.'));
}

const STATUS = 'M: mandatory. R: recommended. C: only under a condition. F: only where the device has the feature.';

/** All provisions of the European standard, and how they can be seen. */
export function provisions(view) {
  const list = (view.sweep.guidelines || []).flatMap((g) => g.provisions || []);
  return list.length > 0 && h('section.sub', {}, h('h3', {}, 'Every provision of ETSI EN 303 645'),
    h('p.soft', {}, `The European standard spells the guidelines out in ${list.length} provisions. ${STATUS}`),
    table('provisions', 'Provisions', ['Provision', 'Meaning', 'Status', 'Seen from here', 'Result in this home'], list.map((p) => h('tr', {},
      h('th', { scope: 'row' }, p.provision), h('td', {}, name(p.meaning || '')), h('td', {}, p.status),
      h('td', {}, p.seen || 'not'), h('td', {}, p.verdict === 'unknown' ? h('span.soft', {}, name(p.why || VERDICT.unknown)) : [mark(p.verdict), p.why && h('p.soft', {}, name(p.why))])))));
}

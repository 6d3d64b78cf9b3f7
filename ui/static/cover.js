// The report's first page: whose, when, how far, and what it cannot tell.

import { h } from './dom.js';
import { sign } from './icons.js';
import { tally } from './model.js';
import { mark, name, some } from './sheets.js';
import { date, isSet, lasted, moment } from './time.js';

/** A line to type on, or to write on once it is printed. */
function line(view, id, words) {
  const input = h('input', { id, autocomplete: 'off', maxlength: 80, value: view.typed[id] || '', oninput: () => { view.typed[id] = input.value; } });
  return h('div.blank', {}, h('label', { for: id }, words), input);
}

/** What came out, in one sentence; no mark for the whole. */
function outcome(view) {
  const { first, later } = view;
  const found = `${some(view.sweep.devices.length, 'device')} ${view.sweep.devices.length === 1 ? 'was' : 'were'} found.`;
  const wait = later.filter(([{ finding }]) => finding.severity !== 'for_info').length;
  const now = first.length ? `${some(first.length, 'thing')} should be done first` : 'Nothing has to be done at once';
  const then = wait ? `, ${wait} more can follow.` : '.';
  return `${found} ${now}${then} For every device this report says what was looked at, what was found, and what could not be seen from here.`;
}

function edition(knowledge) {
  if (!knowledge?.serial) return 'as built in';
  const layers = knowledge.layers?.length ? ', with ' + knowledge.layers.join(', ') : '';
  return `edition ${knowledge.serial}` + (isSet(knowledge.created) ? ` of ${date(knowledge.created)}` : '') + layers;
}

function circumstances(view) {
  const { sweep } = view;
  const networks = sweep.links.flatMap((l) => l.prefixes).filter(Boolean);
  const took = lasted(sweep.started, sweep.finished);
  return [
    ['Looked at', isSet(sweep.started) && moment(sweep.started) + (took ? `, took ${took}` : '')],
    ['How far', DONE[reached(sweep)]?.[1]],
    networks.length > 0 && ['Network', networks.map((n, i) => [i > 0 && ', ', h('code', {}, n)])],
    ['Made with', `${/^homesweep/.test(sweep.tool) ? sweep.tool : 'homesweep ' + view.version}`],
    ['Knowledge', edition(sweep.knowledge)],
    ['Written', moment(view.made)],
  ].filter((row) => row && row[1]);
}

const DONE = [
  ['listen', 'only listened', 'Devices were heard by what they announce on their own.'],
  ['look', 'looked for open doors', 'The network was searched for quiet devices, and for the doors (ports) they keep open.'],
  ['ask', 'asked, by reading only', 'Each open door was asked what it is and how it is set up, with questions that only read.'],
  ['login', 'asked, and tried factory passwords', 'Factory passwords from the makers’ own manuals were tried where the owner allowed it.'],
];

const reached = (sweep) => DONE.findIndex(([touch]) => touch === sweep.touch);

/** What was done: as far as the sweep went, and what it came to. */
function covered({ sweep }) {
  const count = tally(sweep);
  const sum = Object.values(count).reduce((a, b) => a + b, 0) - (count.not_applicable || 0);
  const open = (count.unknown || 0) + (count.not_tested || 0) + (count.stale || 0);
  return [...DONE.slice(0, reached(sweep) + 1).map(([, , words]) => words),
    `${some(sum, 'check')} were made or tried; ${sum - open} came to an answer. Nothing was changed on any device.`];
}

const LIMITS = [
  'It is one look, from one place in the network. What was switched off, asleep or elsewhere is missing.',
  'Devices behind a hub (Zigbee, Thread, Bluetooth) and the apps and servers of the makers are not covered.',
  'What a device does inside its case, and what it sends out encrypted, cannot be seen from here.',
  'No device was attacked to see how it stands up to it.',
  '“Looks fine” is said of one check on that day. It is not a promise, and not a test mark for the product.',
];

const READ = [
  ['fail', 'seen directly, and it can be shown again'],
  ['likely_fail', 'by strong signs, such as the exact model and version'],
  ['pass', 'the check ran to its end and found nothing'],
  ['likely_pass', 'by signs only, or in part'],
  ['unknown', 'it cannot be seen, or the device gave no clear answer'],
  ['not_tested', 'not allowed, asleep, or handled with extra care'],
];

/** The page itself; contents are [anchor, words]. */
export const cover = (view, contents) => h('header.cover', {},
  h('p.kicker', {}, sign('home'), 'homesweep report'),
  h('h1', {}, 'Your home network, device by device'),
  h('p.lead', {}, outcome(view)),
  view.redacted && h('p.hint', {}, sign('hide'), h('span', {}, 'Names and addresses were left out of this copy.')),
  h('div.blanks', {}, line(view, 'whose', 'Home of'), line(view, 'by', 'Looked at by')),
  h('dl.facts', {}, circumstances(view).map(([k, v]) => h('div', {}, h('dt', {}, k), h('dd', {}, typeof v === 'string' ? name(v) : v)))),
  h('nav.contents', { 'aria-label': 'Contents' }, h('h2', {}, 'Contents'),
    h('ol', {}, contents.map(([anchor, words, below]) => h('li', {}, h('a', { href: view.at(anchor) }, words),
      below && h('ul.plain', {}, below.map(([to, title, urgent]) => h('li', {}, h('a', { href: view.at(to) }, name(title)), urgent))))))),
  h('div.scope', {},
    h('section', {}, h('h2', {}, 'What was done'), h('ul', {}, covered(view).map((t) => h('li', {}, t)))),
    h('section', {}, h('h2', {}, 'What it cannot tell'), h('ul', {}, LIMITS.map((t) => h('li', {}, t))))),
  h('section.read', {}, h('h2', {}, 'How to read the results'),
    h('dl', {}, READ.map(([v, words]) => h('div', {}, h('dt', {}, mark(v)), h('dd', {}, words))))));

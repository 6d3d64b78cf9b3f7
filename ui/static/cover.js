// The report's first page: whose, when, how far, and what it cannot tell.

import { h } from './dom.js';
import { sign } from './icons.js';
import { tally } from './model.js';
import { mark, name, unfolded } from './sheets.js';
import { date, isSet, lasted, moment } from './time.js';
import { say } from './say.js';

/** A line to type on, or to write on once it is printed. */
function line(view, id, words) {
  const input = h('input', { id, autocomplete: 'off', maxlength: 80, value: view.typed[id] || '', oninput: () => { view.typed[id] = input.value; } });
  return h('div.blank', {}, h('label', { for: id }, words), input);
}

/** What came out, in one sentence; no mark for the whole. */
function outcome(view) {
  const { first, later } = view;
  const found = say('cover.found', { n: view.sweep.devices.length });
  const wait = later.filter(([{ finding }]) => finding.severity !== 'for_info').length;
  const now = say(first.length ? (wait ? 'cover.first.more' : 'cover.first') : wait ? 'cover.calm.more' : 'cover.calm', { n: first.length, more: wait });
  return `${found} ${now} ${say('cover.says')}`;
}

function edition(knowledge) {
  if (!knowledge?.serial) return say('cover.built');
  const edition = isSet(knowledge.created) ? say('cover.edition.of', { serial: String(knowledge.serial), date: date(knowledge.created) }) : say('cover.edition', { serial: String(knowledge.serial) });
  return knowledge.layers?.length ? say('cover.with', { edition, layers: knowledge.layers.join(', ') }) : edition;
}

function circumstances(view) {
  const { sweep } = view;
  const networks = sweep.links.flatMap((l) => l.prefixes).filter(Boolean);
  const took = lasted(sweep.started, sweep.finished);
  return [
    [say('sweeping.finished'), isSet(sweep.started) && (took ? say('overview.took', { when: moment(sweep.started), time: took }) : moment(sweep.started))],
    [say('overview.how-far'), reached(sweep) >= 0 && say('cover.far.' + DONE[reached(sweep)])],
    networks.length > 0 && [say('cover.network'), networks.map((n, i) => [i > 0 && ', ', h('code', {}, n)])],
    [say('cover.made-with'), `${/^homesweep/.test(sweep.tool) ? sweep.tool : 'homesweep ' + view.version}`],
    [say('cover.knowledge'), edition(sweep.knowledge)],
    [say('cover.written'), moment(view.made)],
  ].filter((row) => row && row[1]);
}

/** How far a sweep can go, each with its words, read when asked for. */
const DONE = ['listen', 'look', 'ask', 'login'];

const reached = (sweep) => DONE.indexOf(sweep.touch);

/** What was done: as far as the sweep went, and what it came to. */
function covered({ sweep }) {
  const count = tally(sweep);
  const sum = Object.values(count).reduce((a, b) => a + b, 0) - (count.not_applicable || 0);
  const open = (count.unknown || 0) + (count.not_tested || 0) + (count.stale || 0);
  return [...DONE.slice(0, reached(sweep) + 1).map((touch) => say('cover.done.' + touch)),
    say('cover.sum', { n: sum, answered: sum - open })];
}

const LIMITS = ['1', '2', '3', '4', '5'];

const READ = ['fail', 'likely_fail', 'pass', 'likely_pass', 'unknown', 'not_tested'];

/** The page itself; contents are [anchor, words], tools what can be done with it. */
export const cover = (view, contents, tools) => h('header.cover', {},
  h('p.kicker', {}, sign('home'), say('cover.kicker')),
  h('h1', {}, say('cover.your-home-network-device')),
  h('p.lead', {}, outcome(view)),
  view.redacted && h('p.hint', {}, sign('hide'), h('span', {}, say('cover.names-and-addresses-were'))),
  tools,
  h('div.blanks', {}, line(view, 'whose', say('cover.home-of')), line(view, 'by', say('cover.looked-at-by'))),
  h('dl.facts', {}, circumstances(view).map(([k, v]) => h('div', {}, h('dt', {}, k), h('dd', {}, typeof v === 'string' ? name(v) : v)))),
  h('nav.contents', { 'aria-label': say('cover.contents') }, h('h2', {}, say('cover.contents')),
    h('ol', {}, contents.map(([anchor, words, below]) => h('li', {}, h('a', { href: view.at(anchor) }, words),
      below && h('ul.plain', {}, below.map(([to, title, urgent]) => h('li', {}, h('a', { href: view.at(to) }, name(title)), urgent))))))),
  h('div.scope', {},
    unfolded('scope', h('h2', {}, say('cover.what-was-done')), h('ul', {}, covered(view).map((t) => h('li', {}, t)))),
    unfolded('limits', h('h2', {}, say('cover.what-it-cannot-tell')), h('ul', {}, LIMITS.map((n) => h('li', {}, say('cover.limit.' + n))))),
  ),
  h('div.read', {}, unfolded('read', h('h2', {}, say('cover.how-to-read-the')),
    h('dl', {}, READ.map((v) => h('div', {}, h('dt', {}, mark(v)), h('dd', {}, say('cover.read.' + v))))))));

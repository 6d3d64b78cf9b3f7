// The first page: what needs you, what is on the network, how fresh that is.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { isChecked, isTask, link, subtitle, tally, title, todo } from './model.js';
import { fold, loading, notice, order, pill, tile } from './parts.js';
import { ago, isSet } from './time.js';
import { SEVERITIES, SEVERITY } from './words.js';
import { kinds, looked } from './overview.js';
import { same } from './same.js';
import { lately } from './chronicle.js';
import { cost } from './keepingcost.js';
import { toReport } from './reportinglink.js';
import { number, say } from './say.js';

const MOST = 3; // act-now cards: more at once would be no order at all

export const home = {
  get title() { return say('home.title'); },
  draw(host) {
    const s = live.state;
    if (!s) return swap(host, live.status === 'offline' ? unreachable() : loading());
    if (!isSet(s.sweep.started) && !s.sweep.devices.length) return swap(host, nothingYet(s));
    const list = todo(s);
    const tasks = list.filter((t) => isTask(t.finding));
    const urgent = list.filter((t) => t.finding.severity === 'act_now');
    const cards = first(urgent);
    const rest = list.filter((t) => !cards.includes(t));
    swap(host, hero(s, tasks, cards.length),
      cards.length > 0 && h('section', { 'aria-labelledby': 'now' }, h('h2', { id: 'now' }, say('home.start-here')), h('div.cards', {}, cards.map((t) => card(t, s)))),
      h('div.columns', {},
        h('div.stack', {},
          !tasks.length && isSet(s.sweep.finished) && (isChecked(s.sweep.devices) ? calm(s, list.length > 0) : unchecked(s)),
          rest.length > 0 && others(rest, s, cards.length > 0, tasks.length > 0), same(s, true), lately(s), kinds(s)),
        h('aside.stack', { 'aria-label': say('home.how-we-looked') }, looked(s), toReport(s), cost(s))));
  },
};

/** The cards, as the report begins: problems with different advice on different devices before what is like one of those. */
function first(urgent) {
  const others = [...alike(urgent, ({ finding }) => finding.check + finding.advice).values()].map((g) => g[0]);
  const apart = others.filter((t, i) => others.findIndex((o) => o.device === t.device) === i);
  return [...new Set([...apart, ...others, ...urgent])].slice(0, MOST);
}

const unreachable = () => notice({
  icon: 'offline', title: say('app.unreachable'), button: say('app.try-again'), onclick: () => live.load(),
  text: say('home.check-that-this-device'),
});

function nothingYet(s) {
  if (live.progress?.running) {
    return notice({ icon: 'search', title: say('home.having-the-first-look'), text: say('home.each-device-appears-here') });
  }
  const listens = s.touch === 'listen' && !s.public;
  return notice({
    icon: 'home', title: say('home.lets-see-what-is'), button: listens ? say('home.choose-how-far-to') : say('consent.start-the-first-check'),
    onclick: (e) => (listens ? location.assign('#/consent') : order(e.currentTarget, () => api.startSweep().then(() => live.load()))),
    text: listens ? say('home.so-far-homesweep-only')
      : say('home.it-takes-a-minute'),
  });
}

/** Small numbers are words in a sentence: "Two things". */
const spell = (n) => (n <= 3 ? say('number.' + n) : number(n));

/** The page's one sentence. */
function headline(s, list, urgent) {
  const soon = list.filter((t) => t.finding.severity === 'soon').length;
  if (urgent) return say('home.urgent', { n: urgent, number: spell(urgent) });
  if (soon) return say('home.soon', { n: soon, number: spell(soon) });
  if (list.length) return say('home.nothing-urgent-just-a');
  if (!isSet(s.sweep.finished) || !isChecked(s.sweep.devices)) return live.progress?.running ? say('home.having-a-look-around') : say('home.heard-but-not-checked');
  return say('home.nothing-here-needs-you');
}

function hero(s, list, urgent) {
  const n = s.sweep.devices.length;
  const check = h('button.button' + (urgent ? '.quiet' : ''), { type: 'button', 'data-key': 'check', disabled: Boolean(live.progress?.running), onclick: () => order(check, () => api.startSweep().then(() => live.load()), say('home.the-check-has-begun')) },
    sign('refresh'), live.progress?.running ? say('home.checking') : say('home.check-again'));
  return h('section.hero', {},
    h('div', {}, h('h1', {}, headline(s, list, urgent)), h('p.lead', {}, freshness(s, say('home.devices', { n })))), check);
}

/** How many devices there are, and how old what the page shows is. */
function freshness(s, devices) {
  const last = isSet(s.sweep.finished) && ago(s.sweep.finished, live.now());
  if (live.progress?.running) return say(last ? 'home.known' : 'home.sofar', { devices, ago: last });
  if (!last) return say('home.unchecked', { devices });
  return say(isChecked(s.sweep.devices) ? 'home.checked' : 'home.heard', { devices, ago: last });
}

function card({ device, finding }, s) {
  const name = title(device, s.decisions);
  return h('article.card.task', {},
    h('div.task-head', {}, pill(finding.severity), finding.verdict === 'likely_fail' && h('span.soft', {}, say('home.probably'))),
    h('h3', {}, finding.title),
    h('p.who', {}, tile(device.kind), h('span', {}, h('strong', {}, name), h('span.soft', {}, subtitle(device, name)))),
    h('p.advice', {}, finding.advice),
    h('a.button.wide', { href: link(device, finding.check), 'data-key': `task ${device.id} ${finding.check}` }, say('home.see-what-to-do')));
}

/**
 * Everything that is not a card: by severity, the same thing on several devices
 * as one. What presses is open, the rest one tap away.
 */
function others(list, s, more, any) {
  const calmer = !more && !list.some((t) => t.finding.severity === 'soon');
  return h('section.card.list', { 'aria-labelledby': 'rest' }, h('h2', { id: 'rest' }, more ? say('home.and-then') : any ? say('finding.what-to-do') : say('home.good-to-know')),
    SEVERITIES.map((severity) => {
      const groups = [...alike(list.filter((t) => t.finding.severity === severity)).values()];
      if (!groups.length) return null;
      const rows = h('ul.plain', {}, groups.map((g) => h('li', {}, g.length === 1 ? single(g[0], s) : several(g, s))));
      if (severity === 'for_info' || (severity === 'when_you_can' && !calmer)) return fold('later ' + severity, [sign(severity), SEVERITY[severity]], groups.length, rows);
      const words = severity === 'act_now' && more ? say('home.as-soon-as-those') : SEVERITY[severity];
      return h('div.group', {}, h('h3.label.' + severity, {}, sign(severity), words), rows);
    }));
}

function alike(list, by = ({ finding }) => finding.check + finding.title) {
  const groups = new Map();
  for (const t of list) {
    const key = by(t);
    groups.set(key, [...(groups.get(key) || []), t]);
  }
  return groups;
}

const single = ({ device, finding }, s) => h('a.row', { href: link(device, finding.check), 'data-key': `rest ${device.id} ${finding.check}` },
  h('span.row-text', {}, h('strong', {}, finding.title), h('span.soft', {}, title(device, s.decisions))), h('span.chevron', {}, sign('next')));

function several(group, s) {
  const key = `many ${group[0].finding.severity} ${group[0].finding.title}`;
  return h('details.many', { 'data-key': key },
    h('summary.row', { 'data-key': 'sum ' + key }, h('span.row-text', {}, h('strong', {}, group[0].finding.title), h('span.soft', {}, say('home.devices', { n: group.length }))), h('span.chevron', {}, sign('next'))),
    h('ul.plain.inner', {}, group.map(({ device, finding }) => h('li', {}, h('a', { href: link(device, finding.check) }, title(device, s.decisions))))));
}

/** A sweep that only listened, or was answered by nobody, is no good news. */
function unchecked(s) {
  if (live.progress?.running) return null;
  const listens = s.touch === 'listen' && !s.public;
  return h('section.card.calm', {}, h('span.tile.big', {}, sign('open')),
    h('div', {}, h('h2', {}, say('home.nothing-has-been-checked')),
      h('p', {}, say(listens ? 'home.only-listened' : 'home.no-check-came-to')),
      listens && h('p', {}, h('a.button.small', { href: '#/consent', 'data-key': 'consent' }, say('home.choose-how-far-to')))));
}

function calm(s, more) {
  const count = tally(s.sweep);
  const open = (count.unknown || 0) + (count.not_tested || 0);
  return h('section.card.calm', {}, h('span.tile.big', {}, sign('fine')),
    h('div', {}, h('h2', {}, more ? say('home.nothing-needs-doing') : say('home.no-problem-was-found')),
      h('p', {}, say('home.that-is-what-could'), open > 0 && [' ', say('home.undecided', { n: open })])));
}

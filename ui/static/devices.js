// All devices: searched, filtered, sorted.

import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { addressOrder, byUrgency, isTask, mainAddress, problems, subtitle, title } from './model.js';
import { deviceRow, loading, notice } from './parts.js';
import { standing } from './presence.js';
import { restLine } from './rest.js';
import { same } from './same.js';
import { KIND, SEVERITIES, SEVERITY } from './words.js';
import { say } from './say.js';

const SORTS = {
  need: [(a, b) => need(a) - need(b) || a.name.localeCompare(b.name)],
  name: [(a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })],
  new: [(a, b) => (b.device.first_seen || '').localeCompare(a.device.first_seen || '')],
  address: [(a, b) => addressOrder(a.device) - addressOrder(b.device)],
};

const need = (e) => (e.problems.length ? SEVERITIES.indexOf(e.problems[0].severity) : SEVERITIES.length);

let term = '', sort = 'need', list, chips, guesses, host;

export const devices = {
  get title() { return say('devices.title'); },
  draw(where, rest, query, fresh) {
    host = where;
    const s = live.state;
    if (!s) return swap(host, live.status === 'offline' ? notice({ icon: 'offline', title: say('app.unreachable'), text: say('settings.this-page-goes-on') }) : loading());
    if (fresh || !list?.isConnected) {
      if (fresh) term = '';
      build();
    }
    fill(s, query.get('show') || 'all');
  },
};

/** The tools stay as they are while the list below changes. */
function build() {
  chips = h('nav.chips', { 'aria-label': say('gate.show') });
  list = h('div', { 'aria-live': 'off' });
  guesses = h('div');
  const search = h('input', {
    type: 'search', id: 'search', placeholder: say('devices.name-maker-address'), autocomplete: 'off', value: term,
    oninput: () => { term = search.value; again(); },
  });
  const sorter = h('select', { id: 'sort', onchange: () => { sort = sorter.value; again(); } },
    Object.keys(SORTS).map((key) => h('option', { value: key, selected: key === sort }, say('devices.sort.' + key))));
  swap(host, h('h1', {}, say('devices.title')),
    h('div.tools', {},
      h('div.field.search', {}, h('label.hidden', { for: 'search' }, say('devices.search-devices')), sign('search'), search),
      h('div.field', {}, h('label.hidden', { for: 'sort' }, say('devices.sort-by')), sorter)),
    chips, guesses, list);
}

const again = () => fill(live.state, new URLSearchParams(location.hash.split('?')[1]).get('show') || 'all');

/** One entry a device, with what search and sort need. */
function entry(device, s) {
  const name = title(device, s.decisions);
  const words = [name, subtitle(device, name), device.firmware, ...device.names, ...device.addresses, ...device.macs, KIND[device.kind]?.[0]];
  return { device, name, problems: problems(device, s.decisions).sort(byUrgency), here: s.here.includes(device.id), words: words.join('\n').toLowerCase() };
}

function filters(entries) {
  const all = [['all', say('devices.all'), () => true], ['attention', say('devices.needs-attention'), (e) => e.problems.some(isTask)], ['away', say('devices.not-here-now'), (e) => !e.here]];
  const kinds = Object.keys(KIND).map((k) => [k, KIND[k][1], (e) => e.device.kind === k]);
  return [...all, ...kinds].map(([key, words, test]) => ({ key, words, test, n: entries.filter(test).length }));
}

function fill(s, shown) {
  const entries = s.sweep.devices.map((d) => entry(d, s));
  const all = filters(entries);
  const filter = all.find((f) => f.key === shown) || all[0];
  swap(chips, all.filter((f) => f.n > 0 || f === filter).map((f) => h('a.chip', {
    href: f.key === 'all' ? '#/devices' : '#/devices?show=' + f.key, 'data-key': 'chip ' + f.key, 'aria-current': f === filter ? 'true' : undefined,
  }, f.words, h('span.count', {}, f.n))));
  swap(guesses, filter.key === 'all' && !term && same(s, false));
  guesses.hidden = !guesses.firstChild;
  const words = term.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter((e) => filter.test(e) && words.every((w) => e.words.includes(w))).sort(SORTS[sort][0]);
  swap(list, found.length ? h('ul.plain.card.rows', {}, found.map((e) => h('li', {}, row(e, s)))) : none(entries.length));
}

function row(e, s) {
  const worst = e.problems[0];
  const tasks = e.problems.filter(isTask).length;
  const mark = worst ? h('span.mark.' + worst.severity, {}, sign(worst.severity),
    h('span', {}, SEVERITY[worst.severity], tasks > 1 && [' +', tasks - 1, h('span.hidden', {}, ' ', say('devices.more'))])) : h('span.mark.none');
  const line = restLine(e.device, live.now()) || standing(e.device, live.now())?.words || (!e.here && say('devices.not-here-now'));
  return deviceRow(e.device, s.decisions, line, [h('span.address', {}, mainAddress(e.device)), mark]);
}

function none(any) {
  if (any) return notice({ heading: 'h2', icon: 'search', title: say('devices.no-device-matches'), text: say('devices.try-fewer-words-or') });
  return notice({ heading: 'h2', icon: 'devices', title: say('devices.no-device-heard-yet'), text: say('devices.devices-appear-here-as') });
}

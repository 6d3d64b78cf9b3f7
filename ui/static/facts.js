// What a device is and why we think so, its doors and its addresses.

import { h } from './dom.js';
import { live } from './live.js';
import { decided, facts, isPrivateMAC } from './model.js';
import { fold } from './parts.js';
import { day, isSet } from './time.js';
import { FIELD, KIND, MARK, sureness } from './words.js';
import { privacyWords, serviceWords, sourceWords } from './origins.js';

function sure(fact) {
  if (fact.source === 'owner') return h('span.sure', {}, 'Your word');
  const [words, n] = sureness(fact.confidence);
  return h('span.sure', {}, h('span.dots.d' + n, { 'aria-hidden': 'true' }, h('i'), h('i'), h('i'), h('i')), words);
}

const value = (f) => (f.field === 'kind' ? KIND[f.value]?.[0] || f.value : f.value);

/** Where a fact comes from, and the very words where they say more than the value. */
const why = (f) => [sourceWords(f.source), isSet(f.first_seen) && h('span.since', {}, ', since ', day(f.first_seen, live.now()).replace(/^on /, '')),
  f.raw && f.raw.toLowerCase() !== f.value.toLowerCase() && h('code', {}, f.raw)];

/** The facts as a table; the best one of a field first, others below it. */
function table(rows, words, most, more, wrap = (v) => v) {
  return h('table.why', {},
    h('thead', {}, h('tr', {}, ['', 'What', 'How we know', 'How sure'].map((t) => h('th', { scope: 'col' }, t || h('span.hidden', {}, 'Field'))))),
    h('tbody', {}, rows.map(({ field, facts: list }) => list.slice(0, most).map((f, i) => h('tr' + (i ? '.other' : ''), {},
      i ? h('td', {}, h('span.soft', {}, more)) : h('th', { scope: 'row' }, words[field]),
      h('td.value', {}, wrap(value(f))), h('td.from', {}, why(f)), h('td', {}, sure(f)))))));
}

/** What it is known by: addresses and numbers, closed until asked for. */
function marks(d) {
  const rows = facts(d, MARK);
  return rows.length > 0 && fold('marks', 'What we know it by', rows.reduce((n, r) => n + r.facts.length, 0), table(rows, MARK, 16, 'and', (v) => h('code', {}, v)));
}

/** How to find it at home; a made-up hardware address stands on no label. */
const hunt = (d) => (d.macs[0] && !isPrivateMAC(d.macs[0]) ? `Look for a label with ${d.macs[0]} on it, or s` : 'S') + 'witch things off one by one and see which goes.';

/** The table "why we think so": of each field the fact that counts, the others folded away. */
export function identity(d) {
  const rows = facts(d);
  if (!rows.length) {
    return h('section.card', {}, h('h2', {}, 'What it is'),
      h('p.soft', {}, 'This device has not shown what it is. ', hunt(d), ' Once you know it, give it a name.'), marks(d));
  }
  const shown = { name: d.names[0], kind: d.kind, vendor: d.vendor, model: d.model, hardware: d.hardware, firmware: d.firmware };
  const first = (r) => r.facts.find((f) => f.value === shown[r.field]) || r.facts[0];
  const best = rows.map((r) => ({ field: r.field, facts: [first(r)] }));
  const rest = rows.map((r) => ({ field: r.field, facts: r.facts.filter((f) => f !== first(r)) })).filter((r) => r.facts.length);
  const missing = Object.keys(FIELD).filter((k) => ['vendor', 'model', 'firmware'].includes(k) && !rows.some((r) => r.field === k));
  return h('section.card', { 'aria-labelledby': 'why' }, h('h2', { id: 'why' }, 'What it is, and why we think so'),
    table(best, FIELD, 1), missing.length > 0 && h('p.soft.after', {}, 'Not shown by the device: ' + missing.map((k) => FIELD[k].toLowerCase()).join(', ') + '.'),
    rest.length > 0 && fold('rest', 'What else was heard', rest.reduce((n, r) => n + r.facts.length, 0), table(rest, FIELD, 8, 'and')),
    marks(d));
}

/** The services, in words first and in numbers after. */
export function doors(d) {
  const list = [...d.services].sort((a, b) => a.port - b.port);
  const seen = new Set();
  const everything = d.identity.some((f) => f.field === 'ports');
  const unique = list.filter((s) => { const k = s.transport + s.port; return !seen.has(k) && seen.add(k); });
  return h('section.card', { 'aria-labelledby': 'doors' }, h('h2', { id: 'doors' }, 'Open doors'),
    everything && h('p', {}, 'It takes up a connection on every port there is, so which doors are really open cannot be seen from here. Security tools and some routers do that to mislead scanners.'),
    !unique.length && !everything && h('p.soft', {}, d.self ? 'Not looked at: homesweep runs here.' : 'None seen. Phones and battery devices often keep all doors closed, or were asleep.'),
    h('ul.plain.doors', {}, unique.map((s) => {
      const privacy = privacyWords(s);
      const product = [s.product, s.version].filter(Boolean).join(' ');
      return h('li', {}, h('div', {}, h('strong', {}, serviceWords(s.name)), product && h('span.soft', {}, product)),
        h('div.door-end', {}, h('code', {}, `${s.transport} ${s.port}`), privacy && h('span.tag' + (privacy === 'Encrypted' ? '.good' : ''), {}, privacy)));
    })));
}

/** Addresses, hardware addresses and since when. */
export function addresses(d, decisions) {
  const owners = decided(decisions, d.id, 'name');
  const exposed = d.exposed || [];
  const others = d.names.filter((n) => n && n !== owners);
  return h('section.card', { 'aria-labelledby': 'where' }, h('h2', { id: 'where' }, 'Where it is'),
    h('dl.pairs', {},
      pair('Addresses', d.addresses.filter((a) => !exposed.includes(a)).map((a) => h('code', {}, a))),
      pair(exposed.length > 1 ? 'Has internet addresses' : 'Has an internet address', exposed.map((a) => h('code', {}, a)),
        'Whether your router lets anybody in cannot be seen from here.'),
      pair(d.macs.length > 1 ? 'Hardware addresses' : 'Hardware address', d.macs.filter(Boolean).map((m) => [h('code', {}, m), isPrivateMAC(m) && h('span.tag', {}, 'Private address')])),
      others.length > 0 && pair('Calls itself', others.map((n) => h('span.text', {}, n))),
      d.link && pair('On', [h('code', {}, d.link)]),
      isSet(d.first_seen) && pair('First seen', [day(d.first_seen, live.now())])),
    d.macs.length > 0 && d.macs.every((m) => m && isPrivateMAC(m)) && h('p.soft.after', {}, 'It uses a private hardware address, made up for your network. That is good for its owner, and hides its maker.'));
}

const pair = (words, values, note) => values.length > 0 && h('div', {}, h('dt', {}, words),
  h('dd', {}, values.map((v) => h('div', {}, v)), note && h('div.soft', {}, note)));

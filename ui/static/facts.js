// What a device is and why we think so, its doors and its addresses.

import { h } from './dom.js';
import { live } from './live.js';
import { decided, facts, isPrivateMAC } from './model.js';
import { day, isSet } from './time.js';
import { FIELD, KIND, sureness } from './words.js';
import { privacyWords, serviceWords, sourceWords } from './origins.js';

function sure(fact) {
  if (fact.source === 'owner') return h('span.sure', {}, 'Your word');
  const [words, n] = sureness(fact.confidence);
  return h('span.sure', {}, h('span.dots.d' + n, { 'aria-hidden': 'true' }, h('i'), h('i'), h('i'), h('i')), words);
}

const value = (f) => (f.field === 'kind' ? KIND[f.value]?.[0] || f.value : f.value);

/** Where a fact comes from, and the very words where they say more than the value. */
const why = (f) => [sourceWords(f.source), f.raw && f.raw.toLowerCase() !== f.value.toLowerCase() && h('code', {}, f.raw)];

/** How to find it at home; a made-up hardware address stands on no label. */
const hunt = (d) => (d.macs[0] && !isPrivateMAC(d.macs[0]) ? `Look for a label with ${d.macs[0]} on it, or s` : 'S') + 'witch things off one by one and see which goes.';

/** The table "why we think so": the best fact of a field first, others below it. */
export function identity(d) {
  const rows = facts(d);
  if (!rows.length) {
    return h('section.card', {}, h('h2', {}, 'What it is'),
      h('p.soft', {}, 'This device has not shown what it is. ', hunt(d), ' Once you know it, give it a name.'));
  }
  const missing = Object.keys(FIELD).filter((k) => ['vendor', 'model', 'firmware'].includes(k) && !rows.some((r) => r.field === k));
  return h('section.card', { 'aria-labelledby': 'why' }, h('h2', { id: 'why' }, 'What it is, and why we think so'),
    h('table.why', {},
      h('thead', {}, h('tr', {}, ['', 'What', 'How we know', 'How sure'].map((t) => h('th', { scope: 'col' }, t || h('span.hidden', {}, 'Field'))))),
      h('tbody', {}, rows.map(({ field, facts: list }) => list.slice(0, 4).map((f, i) => h('tr' + (i ? '.other' : ''), {},
        i ? h('td', {}, h('span.soft', {}, 'also heard')) : h('th', { scope: 'row' }, FIELD[field]),
        h('td.value', {}, value(f)), h('td.from', {}, why(f)), h('td', {}, sure(f))))))),
    missing.length > 0 && h('p.soft.after', {}, 'Not shown by the device: ' + missing.map((k) => FIELD[k].toLowerCase()).join(', ') + '.'));
}

/** The services, in words first and in numbers after. */
export function doors(d) {
  const list = [...d.services].sort((a, b) => a.port - b.port);
  const seen = new Set();
  const unique = list.filter((s) => { const k = s.transport + s.port; return !seen.has(k) && seen.add(k); });
  return h('section.card', { 'aria-labelledby': 'doors' }, h('h2', { id: 'doors' }, 'Open doors'),
    !unique.length && h('p.soft', {}, d.self ? 'Not looked at: homesweep runs here.' : 'None seen. Phones and battery devices often keep all doors closed, or were asleep.'),
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
  const others = d.names.filter((n) => n && n !== owners);
  return h('section.card', { 'aria-labelledby': 'where' }, h('h2', { id: 'where' }, 'Where it is'),
    h('dl.pairs', {},
      pair('Addresses', d.addresses.map((a) => h('code', {}, a))),
      pair('Hardware address', d.macs.filter(Boolean).map((m) => [h('code', {}, m), isPrivateMAC(m) && h('span.tag', {}, 'Private')])),
      others.length > 0 && pair('Calls itself', others.map((n) => h('span.text', {}, n))),
      d.link && pair('On', [h('code', {}, d.link)]),
      isSet(d.first_seen) && pair('First seen', [day(d.first_seen, live.now())])),
    d.macs.some((m) => m && isPrivateMAC(m)) && h('p.soft.after', {}, 'It uses a private hardware address, made up for your network. That is good for its owner, and hides its maker.'));
}

const pair = (words, values) => values.length > 0 && h('div', {}, h('dt', {}, words), h('dd', {}, values.map((v) => h('div', {}, v))));

// What a device is and why we think so, its doors and its addresses.

import { h } from './dom.js';
import { live } from './live.js';
import { decided, facts, isPrivateMAC } from './model.js';
import { fold } from './parts.js';
import { day, isSet } from './time.js';
import { FIELD, KIND, MARK, sureness } from './words.js';
import { privacyWords, serviceWords, sourceWords } from './origins.js';
import { say } from './say.js';

function sure(fact) {
  if (fact.source === 'owner') return h('span.sure', {}, say('facts.your-word'));
  const [words, n] = sureness(fact.confidence);
  return h('span.sure', {}, h('span.dots.d' + n, { 'aria-hidden': 'true' }, h('i'), h('i'), h('i'), h('i')), words);
}

const value = (f) => (f.field === 'kind' ? KIND[f.value]?.[0] || f.value : f.value);

/** Where a fact comes from, and the very words where they say more than the value. */
const why = (f) => [sourceWords(f.source), isSet(f.first_seen) && h('span.since', {}, say('facts.since', { when: day(f.first_seen, live.now(), true) })),
  f.raw && f.raw.toLowerCase() !== f.value.toLowerCase() && h('code', {}, f.raw)];

/** The facts as a table; the best one of a field first, others below it. */
function table(rows, words, most, more, wrap = (v) => v) {
  return h('table.why', {},
    h('thead', {}, h('tr', {}, ['', say('facts.what'), say('facts.how'), say('facts.sure')].map((t) => h('th', { scope: 'col' }, t || h('span.hidden', {}, say('facts.field')))))),
    h('tbody', {}, rows.map(({ field, facts: list }) => list.slice(0, most).map((f, i) => h('tr' + (i ? '.other' : ''), {},
      i ? h('td', {}, h('span.soft', {}, more)) : h('th', { scope: 'row' }, words[field]),
      h('td.value', {}, wrap(value(f))), h('td.from', {}, why(f)), h('td', {}, sure(f)))))));
}

/** What it is known by: addresses and numbers, closed until asked for. */
function marks(d) {
  const rows = facts(d, MARK);
  return rows.length > 0 && fold('marks', say('facts.what-we-know-it'), rows.reduce((n, r) => n + r.facts.length, 0), table(rows, MARK, 16, say('facts.and'), (v) => h('code', {}, v)));
}

/** How to find it at home; a made-up hardware address stands on no label. */
const hunt = (d) => (d.macs[0] && !isPrivateMAC(d.macs[0]) ? say('facts.hunt.label', { mac: d.macs[0] }) : say('facts.hunt'));

/** The table "why we think so": of each field the fact that counts, the others folded away. */
export function identity(d) {
  const rows = facts(d);
  if (!rows.length) {
    return h('section.card', {}, h('h2', {}, say('facts.what-it-is')),
      h('p.soft', {}, say('facts.nothing', { hunt: hunt(d) })), marks(d));
  }
  const shown = { name: d.names[0], kind: d.kind, vendor: d.vendor, model: d.model, hardware: d.hardware, firmware: d.firmware };
  const first = (r) => r.facts.find((f) => f.value === shown[r.field]) || r.facts[0];
  const best = rows.map((r) => ({ field: r.field, facts: [first(r)] }));
  const rest = rows.map((r) => ({ field: r.field, facts: r.facts.filter((f) => f !== first(r)) })).filter((r) => r.facts.length);
  const missing = Object.keys(FIELD).filter((k) => ['vendor', 'model', 'firmware'].includes(k) && !rows.some((r) => r.field === k));
  return h('section.card', { 'aria-labelledby': 'why' }, h('h2', { id: 'why' }, say('facts.what-it-is-and')),
    table(best, FIELD, 1), missing.length > 0 && h('p.soft.after', {}, say('facts.missing', { list: missing.map((k) => say('missing.' + k)).join(', ') })),
    rest.length > 0 && fold('rest', say('facts.what-else-was-heard'), rest.reduce((n, r) => n + r.facts.length, 0), table(rest, FIELD, 8, say('facts.and'))),
    marks(d));
}

/** The services, in words first and in numbers after. */
export function doors(d) {
  const list = [...d.services].sort((a, b) => a.port - b.port);
  const seen = new Set();
  const everything = d.identity.some((f) => f.field === 'ports');
  const unique = list.filter((s) => { const k = s.transport + s.port; return !seen.has(k) && seen.add(k); });
  return h('section.card', { 'aria-labelledby': 'doors' }, h('h2', { id: 'doors' }, say('facts.open-doors')),
    everything && h('p', {}, say('facts.it-takes-up-a')),
    !unique.length && !everything && h('p.soft', {}, d.self ? say('facts.not-looked-at-homesweep') : say('facts.none-seen-phones-and')),
    h('ul.plain.doors', {}, unique.map((s) => {
      const privacy = privacyWords(s);
      const product = [s.product, s.version].filter(Boolean).join(' ');
      return h('li', {}, h('div', {}, h('strong', {}, serviceWords(s.name)), product && h('span.soft', {}, product)),
        h('div.door-end', {}, h('code', {}, `${s.transport} ${s.port}`), privacy && h('span.tag' + (privacy === say('origins.encrypted') ? '.good' : ''), {}, privacy)));
    })));
}

/** Addresses, hardware addresses and since when. */
export function addresses(d, decisions) {
  const owners = decided(decisions, d.id, 'name');
  const exposed = d.exposed || [];
  const others = d.names.filter((n) => n && n !== owners);
  return h('section.card', { 'aria-labelledby': 'where' }, h('h2', { id: 'where' }, say('facts.where-it-is')),
    h('dl.pairs', {},
      pair(say('facts.addresses'), d.addresses.filter((a) => !exposed.includes(a)).map((a) => h('code', {}, a))),
      pair(say('facts.inet', { n: exposed.length }), exposed.map((a) => h('code', {}, a)),
        say('facts.whether-your-router-lets')),
      pair(say('facts.hardware', { n: d.macs.length }), d.macs.filter(Boolean).map((m) => [h('code', {}, m), isPrivateMAC(m) && h('span.tag', {}, say('facts.private-address'))])),
      others.length > 0 && pair(say('facts.calls-itself'), others.map((n) => h('span.text', {}, n))),
      d.link && pair(say('facts.on'), [h('code', {}, d.link)]),
      isSet(d.first_seen) && pair(say('facts.first-seen'), [day(d.first_seen, live.now())])),
    d.macs.length > 0 && d.macs.every((m) => m && isPrivateMAC(m)) && h('p.soft.after', {}, say('facts.it-uses-a-private')));
}

const pair = (words, values, note) => values.length > 0 && h('div', {}, h('dt', {}, words),
  h('dd', {}, values.map((v) => h('div', {}, v)), note && h('div.soft', {}, note)));

// Why a device's addresses are one device, and the owner's word on that.

import * as api from './api.js';
import { h } from './dom.js';
import { live } from './live.js';
import { mainAddress, title } from './model.js';
import { fold, order } from './parts.js';
import { day } from './time.js';
import { phrase, say } from './say.js';

const MOST = 6; // the others wait in a fold

/** What the reasons say of an address of it; they end with its hardware address. */
const BY = {
  'answered from this address with this hardware address': 'answered',
  'the address is made from the hardware address': 'made',
  'the system\'s table of neighbours has this hardware address at it': 'neighbours',
  'the router lent this address to this hardware address': 'lent',
  'the owner said so': 'owner',
};

/** Bonds of the same two things, with all their reasons. */
function grouped(bonds) {
  const groups = new Map();
  for (const b of bonds) {
    const key = b.one + '\n' + b.other;
    const g = groups.get(key) || { ...b, reasons: [] };
    if (!g.reasons.includes(b.by)) g.reasons.push(b.by);
    groups.set(key, g);
  }
  return [...groups.values()];
}

const HARDWARE = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

/** One reason; where it has several hardware addresses it is named. */
function reason(by, g, d) {
  if (!BY[by]) return by;
  const which = HARDWARE.test(g.one) && d.macs.length > 1 ? phrase('bonds.hardware', { mac: h('code', {}, g.one) }) : say('bonds.hardware.same');
  return phrase('bonds.by.' + BY[by], { which });
}

/** "fe80::1 belongs to it: it answered from there with the same hardware address". */
function belongs(g, d) {
  const other = g.other === d.id ? g.one : g.other;
  const what = live.state?.sweep.devices.find((o) => o.id === other && o.id !== d.id);
  return h('li', {}, phrase('bonds.belongs', {
    what: what ? title(what, live.state.decisions) : /^d-/.test(other) ? say('bonds.entry') : h('code', {}, other),
    reasons: g.reasons.map((by, i) => [i > 0 && '; ', reason(by, g, d)]),
  }));
}

/** The reasons, in plain words; nothing where there was nothing to join. */
export function bonds(d) {
  const list = grouped(d.bonds || []).map((g) => belongs(g, d));
  if (!list.length) return null;
  return h('section.card', { 'aria-labelledby': 'bonds' }, h('h2', { id: 'bonds' }, say('bonds.why-its-addresses-are')),
    h('ul.reasons', {}, list.slice(0, MOST)),
    list.length > MOST && fold('more bonds', say('bonds.all-its-addresses'), list.length - MOST, h('ul.reasons', {}, list.slice(MOST))));
}

// What is chosen outlives that the page is drawn anew.
let chosen = {};

function choose(d, what, label, options, button, done) {
  if (!options.length) return null;
  const key = `${what} ${d.id}`;
  const list = h('select', { id: 'id-' + what, 'data-key': key, onchange: () => { chosen = { [key]: list.value }; act.disabled = !list.value; } },
    h('option', { value: '' }, say('bonds.choose')), options.map(([value, words]) => h('option', { value, selected: chosen[key] === value }, words)));
  const act = h('button.button.quiet.small', { type: 'submit', disabled: !options.some(([value]) => value === chosen[key]) }, button);
  return h('form.line', {
    method: 'post', action: '/',
    onsubmit: async (e) => {
      e.preventDefault();
      if (!list.value || !await order(act, () => api.decide(d.id, what, list.value), done)) return;
      chosen = {};
      choose.again();
    },
  }, h('label', { for: 'id-' + what }, label), h('div.inline', {}, list, act));
}

/** What can be split off: something must be left. */
function parts(d) {
  const many = (list) => (list.filter(Boolean).length > 1 ? list.filter(Boolean) : []);
  return [...many(d.addresses), ...many(d.macs)].map((a) => [a, a]);
}

/** The owner's earlier words on this, each to be taken back. */
function said(d, decisions, others, again) {
  return (decisions || []).filter((x) => x.what === 'merge' || x.what === 'split').map((x) => {
    const value = x.device === d.id ? x.value : x.device;
    const other = others.find((o) => o.id === value);
    const [undo, words, done] = x.what === 'merge' ? ['split', say('bonds.back'), say('bonds.undone')] : ['merge', say('bonds.after-all'), say('bonds.noted')];
    const thing = other ? title(other, live.state?.decisions) : /[.:]/.test(value) ? h('code', {}, value) : say('bonds.other');
    const late = x.what === 'split' && (d.addresses.includes(value) || d.macs.includes(value));
    const button = h('button.button.quiet.small', {
      type: 'button', 'data-key': `undo ${x.what} ${value}`,
      onclick: async () => { if (await order(button, () => api.decide(x.device, undo, x.value), done)) again(); },
    }, words);
    return h('li', {}, h('span', {}, phrase(x.what === 'merge' ? 'bonds.one' : 'bonds.not', { when: day(x.at, live.now()), thing }),
      late && h('span.soft', {}, ' ', say('bonds.late'))), button);
  });
}

/** Joining it with another device and splitting off an address. */
export function identityWord(shown, again) {
  const { device: d, decisions, remembers } = shown;
  if (!remembers || live.state?.public || d.self) return null;
  const others = (live.state?.sweep.devices || []).filter((o) => o.id !== d.id && !o.self);
  const names = others.map((o) => [o.id, [title(o, live.state.decisions), mainAddress(o)].filter((w, i, all) => w && all.indexOf(w) === i).join(' · ')])
    .sort((a, b) => a[1].localeCompare(b[1], undefined, { numeric: true }));
  const words = said(d, decisions, others, again);
  choose.again = again;
  return h('div.card.folds.mine', {},
    words.length > 0 && h('ul.plain.said', {}, words),
    fold('identity', say('bonds.two-devices-or-one'), undefined, h('div.identity', {},
      choose(d, 'merge', say('bonds.it-is-the-same'), names, say('bonds.join'), say('bonds.noted-they-are-one')),
      choose(d, 'split', say('bonds.this-does-not-belong'), parts(d), say('bonds.split-off'), say('bonds.noted-that-shows-from')))));
}

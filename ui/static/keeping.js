// Settings of the household: when, which networks, who looks after the home, the
// password, and deleting everything.

import * as api from './api.js';
import { h } from './dom.js';
import { sign } from './icons.js';
import { field, form, hours, pick, text, tick } from './keepingforms.js';
import { live } from './live.js';
import { order } from './parts.js';
import { say } from './say.js';

const WORD = 'delete'; // what is typed to delete everything, in every language
const SHORTEST = 12; // characters of a password

let shown = null; // what was drawn: typed words must outlive a redraw

const may = (s, what) => !s.public && Boolean(s.offers?.includes(what));

/** The sections in the page's wide column; fresh asks for the settings again. */
export function household(s, fresh) {
  if (!may(s, 'keeper')) return alerting(s);
  if (fresh || !shown) {
    shown = h('div.stack', {}, h('p.soft', { role: 'status' }, say('keeping.loading')));
    load(shown);
  }
  return [shown, alerting(s)];
}

async function load(host) {
  try {
    const set = await api.settings();
    host.replaceChildren(when(set), networks(set), caretaker(set));
  } catch (e) {
    const again = h('button.button.quiet.small', { type: 'button', onclick: () => load(host) }, say('keeping.again'));
    host.replaceChildren(h('section.card.fields', {}, h('p.trouble', { role: 'alert' }, `${e.message} ${e.todo || ''}`), h('div.answers', {}, again)));
  }
}

const EVERY = [6, 12, 24, 48, 168];

/** "Every 6 hours", "Every day", "Every 2 days". */
const every = (n) => (n % 24 ? say('keeping.every.hours', { n }) : say('keeping.every.days', { n: n / 24 }));

/** The fields of a schedule, and what they say. */
export function schedule({ schedule: set }) {
  const span = pick('span', String(set.hours), [...new Set([...EVERY, set.hours])].sort((a, b) => a - b).map((n) => [String(n), every(n)]));
  const quiet = hours('quiet', set.quiet, say('keeping.quiet'), say('keeping.quiet.hint'));
  return { box: [field(say('keeping.span'), span), quiet.box], read: () => ({ hours: Number(span.value), quiet: quiet.read() }) };
}

function when(set) {
  const fields = schedule(set);
  return h('section.card', { 'aria-labelledby': 'when' }, h('h2', { id: 'when' }, say('keeping.when')), h('p.soft', {}, say('keeping.when.hint')),
    form(say('keeping.save'), say('keeping.kept'), () => api.setSchedule(fields.read()), fields.box));
}

function networks({ links }) {
  if (!links.length) return h('section.card', { 'aria-labelledby': 'links' }, h('h2', { id: 'links' }, say('keeping.links')), h('p.soft', {}, say('keeping.links.none')));
  const boxes = links.map((l, i) => h('input', { type: 'checkbox', id: 'link-' + i, checked: l.chosen, 'data-key': 'link ' + l.name }));
  return h('section.card', { 'aria-labelledby': 'links' }, h('h2', { id: 'links' }, say('keeping.links')), h('p.soft', {}, say('keeping.links.hint')),
    form(say('keeping.save'), say('keeping.kept'), () => api.setLinks(links.filter((l, i) => boxes[i].checked).map((l) => l.name)),
      h('fieldset.fields', {}, h('legend.hidden', {}, say('keeping.links')),
        links.map((l, i) => tick(boxes[i], l.name, [l.prefixes?.join(', '), l.why].filter(Boolean).join(' · '))))));
}

function caretaker({ contact }) {
  const who = text('contact', contact, { maxlength: 120, placeholder: say('keeping.contact.example') });
  return h('section.card', { 'aria-labelledby': 'care' }, h('h2', { id: 'care' }, say('keeping.contact')),
    form(say('keeping.save'), say('keeping.kept'), () => api.setContact(who.value.trim()),
      field(say('keeping.contact.label'), who, say('keeping.contact.hint')), h('p', {}, h('a', { href: '/about' }, say('keeping.about')))));
}

const alerting = (s) => may(s, 'alarm') && h('section.card.leads', {},
  h('a.row', { href: '#/alerts', 'data-key': 'alerts' }, h('span.tile', {}, sign('bell')),
    h('span.row-text', {}, h('strong', {}, say('alerts.title')), h('span.soft', {}, say('alerts.lead'))), h('span.chevron', {}, sign('next'))));

let secret = null;

/** Another password; one form for good. */
export function password(s, fresh) {
  if (s.public || !s.offers) return null;
  if (fresh) secret = null;
  return secret ||= passwordForm();
}

function passwordForm() {
  const field1 = (id, autocomplete) => text(id, '', { type: 'password', autocomplete, required: true, maxlength: 72 });
  const [old, now] = [field1('old', 'current-password'), field1('new', 'new-password')];
  now.minLength = SHORTEST;
  const box = form(say('keeping.password.change'), say('keeping.password.done'), async () => { await api.setPassword(old.value, now.value); box.reset(); },
    h('input', { type: 'text', name: 'username', autocomplete: 'username', value: 'homesweep', hidden: true, tabindex: '-1' }),
    field(say('keeping.password.old'), old), field(say('keeping.password.new'), now, say('keeping.password.hint', { n: SHORTEST })));
  return h('section.card', { 'aria-labelledby': 'pass' }, h('details.fold.bare', { 'data-key': 'pass' },
    h('summary', { 'data-key': 'sum pass' }, h('h2', { id: 'pass' }, say('keeping.password'))), box));
}

let farewell = null;

/** Deleting everything: the word has to be typed. */
export function deleting(s, fresh) {
  if (!may(s, 'keeper')) return null;
  if (fresh) farewell = null;
  return farewell ||= deletingForm();
}

function deletingForm() {
  const word = text('word', '', { maxlength: 20, oninput: () => { go.disabled = word.value.trim().toLowerCase() !== WORD; } });
  const go = h('button.button.grave', { type: 'submit', disabled: true }, say('keeping.delete.go'));
  return h('section.card', { 'aria-labelledby': 'erase' }, h('details.fold.bare', { 'data-key': 'erase' },
    h('summary', { 'data-key': 'sum erase' }, h('h2', { id: 'erase' }, say('keeping.delete'))),
    h('form.fields', {
      onsubmit: async (e) => {
        e.preventDefault();
        if (!await order(go, () => api.erase(WORD), say('keeping.delete.done'))) return;
        farewell = shown = null;
        location.hash = '#/';
        live.load();
      },
    }, h('p', {}, say('keeping.delete.what')), field(say('keeping.delete.type', { word: WORD }), word), h('div.answers', {}, go))));
}

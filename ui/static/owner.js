// What the owner says about a device: its name, its room, to leave it alone.

import * as api from './api.js';
import { h } from './dom.js';
import { live } from './live.js';
import { decided } from './model.js';
import { order } from './parts.js';

/** The form in the place of the name; done(true) when a new one was kept. */
export function naming(d, name, done) {
  const input = h('input', { id: 'newname', maxlength: 63, autocomplete: 'off', value: name });
  const save = h('button.button.small', { type: 'submit' }, 'Save');
  const cancel = h('button.button.quiet.small', { type: 'button', onclick: () => done(false) }, 'Cancel');
  const form = h('form.naming', {
    method: 'post', action: '/',
    onsubmit: async (e) => {
      e.preventDefault();
      if (await order(save, () => api.decide(d.id, 'name', input.value.trim()), 'The name is kept.')) done(true);
    },
    onkeydown: (e) => { if (e.key === 'Escape') done(false); },
  }, h('label', { for: 'newname' }, 'Your name for it'), h('div.inline', {}, input, save, cancel));
  queueMicrotask(() => { input.focus(); input.select(); });
  return form;
}

/** Room, note and leaving alone; only where the daemon can say what was decided before. */
export function ownersWord(shown, again) {
  const { device: d, decisions, remembers } = shown;
  if (!remembers || live.state?.public) return null;
  return h('section.card', { 'aria-labelledby': 'yours' }, h('h2', { id: 'yours' }, 'Your notes'),
    line(d, 'room', 'Room', 'Kitchen', 63, decisions, again),
    line(d, 'note', 'Note', 'Bought second-hand in 2021', 256, decisions, again),
    leaveAlone(d, decisions, again));
}

function line(d, what, words, example, max, decisions, again) {
  const old = decided(decisions, d.id, what);
  const input = h('input', { id: what, 'data-key': what, maxlength: max, autocomplete: 'off', value: old, placeholder: 'For example: ' + example });
  const save = h('button.button.quiet.small', { type: 'submit' }, 'Save');
  return h('form.line', {
    method: 'post', action: '/',
    onsubmit: async (e) => {
      e.preventDefault();
      if (await order(save, () => api.decide(d.id, what, input.value.trim()), 'Kept.')) again();
    },
  }, h('label', { for: what }, words), h('div.inline', {}, input, save));
}

function leaveAlone(d, decisions, again) {
  const box = h('input', {
    type: 'checkbox', id: 'alone', 'data-key': 'alone', checked: decided(decisions, d.id, 'do-not-probe') === 'yes',
    onchange: async () => {
      const words = box.checked ? 'From now on it is only listened to.' : 'It is checked again from now on.';
      if (await order(box, () => api.decide(d.id, 'do-not-probe', box.checked ? 'yes' : ''), words)) again();
      else box.checked = !box.checked;
    },
  });
  return h('label.switch', { for: 'alone' }, box, h('span', {}, h('strong', {}, 'Leave this device alone'),
    h('span.soft', {}, 'Never ask it anything, for example because it belongs to a guest or to work.')));
}

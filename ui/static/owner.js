// What the owner says about a device: its name, its room, to leave it alone.

import * as api from './api.js';
import { h } from './dom.js';
import { live } from './live.js';
import { decided } from './model.js';
import { order } from './parts.js';
import { say } from './say.js';

/** The form in the place of the name; done(true) when a new one was kept. */
export function naming(d, name, done) {
  const input = h('input', { id: 'newname', maxlength: 63, autocomplete: 'off', value: name });
  const save = h('button.button.small', { type: 'submit' }, say('owner.save'));
  const cancel = h('button.button.quiet.small', { type: 'button', onclick: () => done(false) }, say('owner.cancel'));
  const form = h('form.naming', {
    method: 'post', action: '/',
    onsubmit: async (e) => {
      e.preventDefault();
      if (await order(save, () => api.decide(d.id, 'name', input.value.trim()), say('owner.the-name-is-kept'))) done(true);
    },
    onkeydown: (e) => { if (e.key === 'Escape') done(false); },
  }, h('label', { for: 'newname' }, say('owner.your-name-for-it')), h('div.inline', {}, input, save, cancel));
  queueMicrotask(() => { input.focus(); input.select(); });
  return form;
}

/** Room, note and leaving alone; only where the daemon can say what was decided before. */
export function ownersWord(shown, again) {
  const { device: d, decisions, remembers } = shown;
  if (!remembers || live.state?.public) return null;
  return h('section.card', { 'aria-labelledby': 'yours' }, h('h2', { id: 'yours' }, say('owner.your-notes')),
    line(d, 'room', say('owner.room'), say('owner.kitchen'), 63, decisions, again),
    line(d, 'note', say('owner.note'), say('owner.bought-second-hand-in'), 256, decisions, again),
    leaveAlone(d, decisions, again));
}

function line(d, what, words, example, max, decisions, again) {
  const old = decided(decisions, d.id, what);
  const input = h('input', { id: what, 'data-key': what, maxlength: max, autocomplete: 'off', value: old, placeholder: say('owner.example', { example }) });
  const save = h('button.button.quiet.small', { type: 'submit' }, say('owner.save'));
  return h('form.line', {
    method: 'post', action: '/',
    onsubmit: async (e) => {
      e.preventDefault();
      if (await order(save, () => api.decide(d.id, what, input.value.trim()), say('owner.kept'))) again();
    },
  }, h('label', { for: what }, words), h('div.inline', {}, input, save));
}

function leaveAlone(d, decisions, again) {
  const box = h('input', {
    type: 'checkbox', id: 'alone', 'data-key': 'alone', checked: decided(decisions, d.id, 'do-not-probe') === 'yes',
    onchange: async () => {
      const words = box.checked ? say('owner.from-now-on-it') : say('owner.it-is-checked-again');
      if (await order(box, () => api.decide(d.id, 'do-not-probe', box.checked ? 'yes' : ''), words)) again();
      else box.checked = !box.checked;
    },
  });
  return h('label.switch', { for: 'alone' }, box, h('span', {}, h('strong', {}, say('owner.leave-this-device-alone')),
    h('span.soft', {}, say('owner.never-ask-it-anything'))));
}

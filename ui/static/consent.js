// How far homesweep may go: asked once at the start, changed in Settings.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { live } from './live.js';
import { loading, order } from './parts.js';
import { TOUCH } from './words.js';
import { say } from './say.js';

/** The three choices as radio buttons; onpick gets the chosen word. */
export function choices(current, onpick, disabled) {
  return h('fieldset.choices', {}, h('legend.hidden', {}, say('consent.how-far-homesweep-may')),
    ['ask', 'look', 'listen'].map((word) => h('label.choice', {},
      h('input', { type: 'radio', name: 'touch', value: word, checked: word === current, disabled, 'data-key': 'touch ' + word, onchange: () => onpick(word) }),
      h('span', {}, h('strong', {}, TOUCH[word][0], word === 'ask' && h('span.tag.good', {}, say('consent.recommended'))), h('span.soft', {}, TOUCH[word][1])))));
}

let picked = 'ask';

/** The second step of the first run. */
export const consent = {
  get title() { return say('consent.how-far-may-homesweep'); },
  draw(host, rest, query, fresh) {
    if (!fresh && host.firstChild && !host.querySelector('.loading')) return;
    if (!live.state) { picked = 'ask'; swap(host, loading()); return; }
    const begin = h('button.button.wide', {
      type: 'button',
      onclick: () => order(begin, async () => {
        if (!live.state.public) await api.setTouch(picked);
        if (!live.progress?.running) await api.startSweep();
        location.hash = '#/';
        live.load();
      }),
    }, say('consent.start-the-first-check'));
    swap(host, h('section.card.narrow', {},
      h('h1', {}, say('consent.how-far-may-homesweep')),
      h('p.lead', {}, say('consent.it-only-ever-looks')),
      choices(picked, (word) => { picked = word; }, live.state.public),
      h('p.soft', {}, say('consent.choose-only-for-a')),
      begin));
  },
};

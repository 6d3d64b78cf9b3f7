// How far homesweep may go: asked once at the start, changed in Settings.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { live } from './live.js';
import { loading, order } from './parts.js';
import { TOUCH } from './words.js';

/** The three choices as radio buttons; onpick gets the chosen word. */
export function choices(current, onpick, disabled) {
  return h('fieldset.choices', {}, h('legend.hidden', {}, 'How far homesweep may go'),
    ['ask', 'look', 'listen'].map((word) => h('label.choice', {},
      h('input', { type: 'radio', name: 'touch', value: word, checked: word === current, disabled, 'data-key': 'touch ' + word, onchange: () => onpick(word) }),
      h('span', {}, h('strong', {}, TOUCH[word][0], word === 'ask' && h('span.tag.good', {}, 'Recommended')), h('span.soft', {}, TOUCH[word][1])))));
}

let picked = 'ask';

/** The second step of the first run. */
export const consent = {
  title: 'How far may homesweep go?',
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
    }, 'Start the first check');
    swap(host, h('section.card.narrow', {},
      h('h1', {}, 'How far may homesweep go?'),
      h('p.lead', {}, 'It only ever looks at your own network. Nothing it learns leaves your router.'),
      choices(picked, (word) => { picked = word; }, live.state.public),
      h('p.soft', {}, 'Choose only for a network you look after, and tell the people you live with: homesweep sees which devices are on it. You can change this at any time in Settings.'),
      begin));
  },
};

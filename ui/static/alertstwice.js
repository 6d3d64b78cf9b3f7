// A button for what cannot be taken back: it has to be pressed twice.

import { h } from './dom.js';
import { order } from './parts.js';

/** The button; sure takes the place of words after the first press. */
export function twice(words, sure, run) {
  let armed = false;
  const go = h('button.button.quiet.small.grave', {
    type: 'button',
    onclick: () => {
      if (armed) return order(go, run);
      armed = true;
      go.textContent = sure;
    },
    onblur: () => { if (!go.disabled) { armed = false; go.textContent = words; } },
  }, words);
  return go;
}

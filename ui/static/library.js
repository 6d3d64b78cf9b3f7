// What homesweep knows of devices beyond what they say: how old, and a newer one.

import * as api from './api.js';
import { h, tell } from './dom.js';
import { live } from './live.js';
import { order } from './parts.js';
import { date } from './time.js';
import { say } from './say.js';

/** The card for the settings; absent where the daemon keeps no knowledge files. */
export function knowledge(s) {
  const k = s.knowledge;
  if (!k) return null;
  return h('section.card', { 'aria-labelledby': 'knows' }, h('h2', { id: 'knows' }, say('library.what-it-knows-of')),
    h('p.soft', {}, say('library.known-flaws-makers-contacts')),
    h('dl.pairs.after', {},
      h('div', {}, h('dt', {}, say('library.as-of')), h('dd', {}, date(k.created))),
      h('div', {}, h('dt', {}, say('library.edition')), h('dd', {}, String(k.serial))),
      k.layers && h('div', {}, h('dt', {}, say('library.with-additions-by')), h('dd', {}, k.layers.join(', ')))),
    (k.notes || []).map((note) => h('p.after', {}, note)),
    !s.public && (form ||= upload()));
}

let form = null; // one for good: what was chosen in it must outlive a redraw

function upload() {
  const file = h('input', { type: 'file', id: 'knowledge-file', accept: '.bundle', 'data-key': 'knowledge file' });
  const send = h('button.button.quiet', { type: 'submit', 'data-key': 'knowledge send' }, say('library.import-this-file'));
  return h('form.after', {
    onsubmit: async (e) => {
      e.preventDefault();
      if (!file.files.length) return tell(say('library.choose-a-file-first'));
      await order(send, async () => {
        const answer = await api.importKnowledge(file.files[0]);
        tell(answer.same ? say('library.this-edition-was-here') : say('library.imported-the-next-check'));
      });
      live.load();
    },
  }, h('label.label', { for: 'knowledge-file' }, say('library.a-newer-knowledge-file')), h('div.upload', {}, file, send));
}

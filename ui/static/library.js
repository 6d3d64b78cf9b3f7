// What homesweep knows of devices beyond what they say: how old, and a newer one.

import * as api from './api.js';
import { h, say } from './dom.js';
import { live } from './live.js';
import { order } from './parts.js';
import { date } from './time.js';

/** The card for the settings; absent where the daemon keeps no knowledge files. */
export function knowledge(s) {
  const k = s.knowledge;
  if (!k) return null;
  return h('section.card', { 'aria-labelledby': 'knows' }, h('h2', { id: 'knows' }, 'What it knows of devices'),
    h('p.soft', {}, 'Known flaws, makers’ contacts, how long devices are supported, how to update them. It came with homesweep; newer knowledge comes with an update, or as a signed file.'),
    h('dl.pairs.after', {},
      h('div', {}, h('dt', {}, 'As of'), h('dd', {}, date(k.created))),
      h('div', {}, h('dt', {}, 'Edition'), h('dd', {}, String(k.serial))),
      k.layers && h('div', {}, h('dt', {}, 'With additions by'), h('dd', {}, k.layers.join(', ')))),
    (k.notes || []).map((note) => h('p.after', {}, note)),
    !s.public && (form ||= upload()));
}

let form = null; // one for good: what was chosen in it must outlive a redraw

function upload() {
  const file = h('input', { type: 'file', id: 'knowledge-file', accept: '.bundle', 'data-key': 'knowledge file' });
  const send = h('button.button.quiet', { type: 'submit', 'data-key': 'knowledge send' }, 'Import this file');
  return h('form.after', {
    onsubmit: async (e) => {
      e.preventDefault();
      if (!file.files.length) return say('Choose a file first.');
      await order(send, async () => {
        const answer = await api.importKnowledge(file.files[0]);
        say(answer.same ? 'This edition was here already.' : 'Imported. The next check goes by it.');
      });
      live.load();
    },
  }, h('label.label', { for: 'knowledge-file' }, 'A newer knowledge file'), h('div.upload', {}, file, send));
}

// The first run: how far, when, and who is told. Each can be left for later.

import * as api from './api.js';
import { choices } from './consent.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { field, text } from './keepingforms.js';
import { schedule } from './keeping.js';
import { live } from './live.js';
import { loading, notice, order } from './parts.js';
import { say } from './say.js';
import { isSet } from './time.js';

let left = false; // whoever leaves the first run is not sent back to it

/** Whether nobody has decided anything and nothing was looked at yet. */
export const isFirst = (s) => Boolean(s) && !left && !s.public && Boolean(s.offers?.includes('keeper')) && s.touch === 'listen'
  && !isSet(s.sweep.started) && !s.sweep.devices.length && !s.decisions?.length && !live.progress?.running;

let picked = 'ask';

const far = () => ({
  title: say('first.far'), lead: say('first.far.lead'), save: () => api.setTouch(picked),
  body: [choices(picked, (word) => { picked = word; }), h('p.soft', {}, say('first.far.tell'))],
});

function when(set) {
  const fields = schedule(set);
  return { title: say('first.when'), lead: say('first.when.lead'), body: fields.box, save: () => api.setSchedule(fields.read()) };
}

function who(set, alarm) {
  const name = text('contact', set.contact, { maxlength: 120, placeholder: say('keeping.contact.example') });
  return {
    title: say('first.who'), lead: say('first.who.lead'), save: () => api.setContact(name.value.trim()),
    body: [field(say('keeping.contact.label'), name, say('keeping.contact.hint')),
      alarm && h('p.hint', {}, sign('bell'), h('span', {}, say('first.who.alerts')))],
  };
}

/** Leaves the first run with a first look around. */
async function begin() {
  if (!live.progress?.running) await api.startSweep();
  left = true;
  location.hash = '#/';
  live.load();
}

/** One step as a card: what was said is kept, or left as it is. */
function step(host, steps, at) {
  const one = steps[at], last = at === steps.length - 1;
  const on = async () => { if (last) await begin(); else step(host, steps, at + 1); };
  const go = h('button.button.wide', { type: 'submit' }, last ? say('first.start') : say('first.next'));
  const skip = h('button.button.quiet.wide', { type: 'button', onclick: () => order(skip, on) }, last ? say('first.skip.start') : say('first.skip'));
  const head = h('h1', { tabindex: '-1' }, one.title);
  swap(host, h('form.card.narrow', { onsubmit: (e) => { e.preventDefault(); order(go, async () => { await one.save(); await on(); }); } },
    h('p.label', {}, say('first.step', { a: at + 1, b: steps.length })),
    h('progress', { max: steps.length, value: at + 1, 'aria-hidden': 'true' }),
    head, h('p.lead', {}, one.lead), one.body, h('div.fields', {}, go, skip),
    at > 0 && h('button.plainly', { type: 'button', onclick: () => step(host, steps, at - 1) }, sign('back'), say('first.back'))));
  head.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

export const first = {
  get title() { return say('first.title'); },
  async draw(host, rest, query, fresh) {
    if (!fresh && host.firstChild && !host.querySelector('.loading')) return;
    const s = live.state;
    swap(host, loading());
    if (!s) return;
    if (s.public) { location.hash = '#/'; return; }
    try {
      const set = s.offers?.includes('keeper') ? await api.settings() : null;
      if (!location.hash.startsWith('#/first')) return;
      step(host, [far(), set && when(set), set && who(set, s.offers.includes('alarm'))].filter(Boolean), 0);
    } catch (e) {
      swap(host, notice({ icon: e.status ? 'open' : 'offline', title: e.message.replace(/\.$/, ''), text: e.todo, button: say('keeping.again'), onclick: () => first.draw(host, rest, query, true) }));
    }
  },
};

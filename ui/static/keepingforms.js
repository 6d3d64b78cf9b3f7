// What forms of a household's settings are made of.

import { h } from './dom.js';
import { order } from './parts.js';
import { say } from './say.js';

/** An input with its label above and a hint below. */
export function field(label, input, hint) {
  if (hint) input.setAttribute('aria-describedby', input.id + '-hint');
  return h('div.field', {}, h('label', { for: input.id }, label), input, hint && h('p.soft', { id: input.id + '-hint' }, hint));
}

/** A tick with words beside it. */
export const tick = (input, words, hint) => h('label.switch', { for: input.id }, input, h('span', {}, h('strong', {}, words), hint && h('span.soft', {}, hint)));

/** A text input that no browser corrects. */
export const text = (id, value, attrs) => h('input', { id, 'data-key': id, type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', value: value || '', ...attrs });

/** A choice among [value, words]. */
export const pick = (id, value, options, attrs) => h('select', { id, 'data-key': id, ...attrs },
  options.map(([v, words]) => h('option', { value: v, selected: v === value }, words)));

/**
 * A form that sends and tells how that went; send returns the words for it, or
 * nothing for those of done.
 */
export function form(words, done, send, ...kids) {
  const button = h('button.button.small', { type: 'submit' }, words);
  return h('form.fields', { onsubmit: (e) => { e.preventDefault(); order(button, send, done); } }, kids, h('div.answers', {}, button));
}

/**
 * A part of the day with a tick whether there is one.
 * @returns {{box: HTMLElement, read: () => {from: string, to: string}}} read gives
 *   two empty times for none
 */
export function hours(id, value, words, hint) {
  const on = h('input', { type: 'checkbox', id, checked: Boolean(value?.from), 'data-key': id });
  const clock = (end, preset) => h('input', { type: 'time', id: `${id}-${end}`, 'data-key': `${id}-${end}`, required: true, value: value?.[end] || preset });
  const [from, to] = [clock('from', '22:30'), clock('to', '06:30')];
  const times = h('div.pair', {}, field(say('keeping.from'), from), field(say('keeping.to'), to));
  const follow = () => { times.hidden = !on.checked; from.disabled = to.disabled = !on.checked; };
  on.addEventListener('change', follow);
  follow();
  return { box: h('div.fields', {}, tick(on, words, hint), times), read: () => (on.checked ? { from: from.value, to: to.value } : { from: '', to: '' }) };
}

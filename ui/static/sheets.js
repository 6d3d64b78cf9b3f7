// What several parts of the report are made of.

import { h } from './dom.js';
import { sign } from './icons.js';
import { VERDICT } from './words.js';
import { say } from './say.js';

const SIGN = { fail: 'act_now', likely_fail: 'likely_fail', pass: 'fine', likely_pass: 'tick', not_tested: 'skipped', not_applicable: 'skipped', stale: 'soon' };

/** A verdict as a sign and its words. */
export const mark = (verdict) => h('span.verdict.' + verdict, {}, sign(SIGN[verdict] || 'open'), VERDICT[verdict] || say('code.does-not-apply'));

/** A stranger's words, so that their direction stays their own. */
export const name = (words) => h('bdi', {}, words);

/** A link within the report to a device. */
export const toDevice = (view, id) => {
  const who = view.devices.get(id);
  return who ? h('a', { href: view.at(who.anchor) }, name(who.title)) : name(view.hide ? say('report.a-device') : id);
};

/** Links to devices, with commas between. */
export const toDevices = (view, ids) => ids.map((id, i) => [i > 0 && ', ', toDevice(view, id)]);

/** A part of the report with a heading of its own. */
export const part = (id, title, lead, ...kids) => h('section.part', { 'aria-labelledby': id },
  h('h2', { id, tabindex: '-1' }, title), lead && h('p.lead', {}, lead), kids);

/** A table with its columns' heads; the caption is for those who cannot see it. */
export const table = (spec, caption, heads, rows) => h('table.' + spec, {}, h('caption.hidden', {}, caption),
  h('thead', {}, h('tr', {}, heads.map((t) => h('th', { scope: 'col' }, t)))), h('tbody', {}, rows));

/** A step or task with a box to tick, on the screen and on paper. */
export const tick = (words, ...more) => h('label.tick', {}, h('input', { type: 'checkbox' }), h('span', {}, words, more));

const wide = matchMedia('(min-width: 48rem)');
// Turned back, a phone folds what turning it opened, and not what its reader did.
wide.addEventListener('change', () => {
  for (const d of document.querySelectorAll(wide.matches ? '[data-wide]:not([open])' : '[data-wide=opened]')) {
    d.open = wide.matches;
    d.dataset.wide = wide.matches ? 'opened' : '';
  }
});

/** What a wide window and paper show at once, and a phone when it is asked for. */
export const unfolded = (key, heading, ...kids) => h('details.fold', { 'data-key': key, 'data-wide': wide.matches ? 'opened' : true, open: wide.matches },
  h('summary', { 'data-key': 'summary ' + key }, heading), kids);

/** Things by key, in the order in which the first of each came. */
export function grouped(list, key) {
  const groups = new Map();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) || []), item]);
  return [...groups.values()];
}

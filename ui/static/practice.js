// A device by the 13 guidelines of the Code of Practice, and how to part with it.

import { h } from './dom.js';
import { sign } from './icons.js';
import { fold } from './parts.js';

const SIGN = { fail: 'act_now', likely_fail: 'soon', pass: 'fine', likely_pass: 'fine', not_tested: 'stop', stale: 'soon' };

function guideline(g) {
  return h('li', {},
    h('strong', {}, sign(SIGN[g.verdict] || 'open'), ` ${g.number}. ${g.title}`),
    g.possible > 0 && h('span.soft', {}, ` · ${g.checked} of ${g.possible} ${g.possible === 1 ? 'check' : 'checks'} answered`),
    h('p', {}, g.words), g.why && h('p.soft', {}, g.why), g.instead && h('p.soft', {}, 'Instead: ' + g.instead));
}

/** The card with both, folded; absent where nobody concludes them. */
export function practice(d) {
  const list = d.guidelines || [];
  const steps = list.find((g) => g.number === 11)?.steps || [];
  if (!list.length) return null;
  return h('section.card.folds', { 'aria-label': 'The Code of Practice' },
    fold('guidelines', 'By the UK Code of Practice', list.length, h('ul.plain.checks', {}, list.map(guideline))),
    steps.length > 0 && fold('wipe', 'Giving it away? Wipe it first', steps.length, h('ol.steps', {}, steps.map((s) => h('li', {}, s)))));
}

// A device by the 13 guidelines of the Code of Practice, and how to part with it.

import { h } from './dom.js';
import { sign } from './icons.js';
import { fold } from './parts.js';

const SIGN = { fail: 'act_now', likely_fail: 'soon', pass: 'fine', likely_pass: 'fine', not_tested: 'stop', stale: 'soon' };

const title = (g) => h('strong', {}, sign(SIGN[g.verdict] || 'open'), ` ${g.number}. ${g.title}`);

const beyond = (g) => [g.why && h('p.soft', {}, g.why), g.instead && h('p.soft', {}, h('strong', {}, 'Instead: '), g.instead)];

/** What was found; what was not, and why, only when asked for. */
const seen = (g) => h('li', {}, title(g), h('p', {}, g.words),
  fold('guideline ' + g.number, 'Not seen, and why', `${g.checked} of ${g.possible} checked`, beyond(g)));

const unseen = (g) => h('li', {}, title(g), h('p', {}, g.words), beyond(g));

const list = (kids) => h('ul.plain.checks', {}, kids);

/** All 13: those that no check looks at stand together. */
function guidelines(all) {
  const [first] = all;
  if (all.every((g) => g.verdict === 'not_applicable')) return h('p.soft', {}, `${first.why} ${first.instead}`);
  const looked = all.filter((g) => g.possible > 0), rest = all.filter((g) => !g.possible);
  return [looked.length > 0 && list(looked.map(seen)),
    rest.length > 0 && fold('unseen', 'Nothing to look at', rest.length, list(rest.map(unseen)))];
}

/** The card with both, folded; absent where nobody concludes them. */
export function practice(d) {
  const all = d.guidelines || [];
  const steps = all.find((g) => g.number === 11)?.steps || [];
  if (!all.length) return null;
  const problems = all.filter((g) => g.verdict === 'fail' || g.verdict === 'likely_fail').length;
  return h('section.card.folds', { 'aria-label': 'The Code of Practice' },
    fold('guidelines', 'By the UK Code of Practice', problems ? `${problems} of ${all.length} with a problem` : all.length, guidelines(all)),
    steps.length > 0 && fold('wipe', 'Giving it away? Wipe it first', steps.length, h('ol.steps', {}, steps.map((s) => h('li', {}, s)))));
}

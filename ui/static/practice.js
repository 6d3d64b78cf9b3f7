// A device by the 13 guidelines of the Code of Practice, and how to part with it.

import { h } from './dom.js';
import { sign } from './icons.js';
import { fold } from './parts.js';
import { say } from './say.js';

const SIGN = { fail: 'act_now', likely_fail: 'soon', pass: 'fine', likely_pass: 'fine', not_tested: 'skipped', stale: 'soon' };

const title = (g) => h('strong', {}, sign(SIGN[g.verdict] || 'open'), ` ${g.number}. ${g.title}`);

const beyond = (g) => [g.why && h('p.soft', {}, g.why), g.instead && h('p.soft', {}, h('strong', {}, say('practice.instead'), ' '), g.instead)];

/** What was found; what was not, and why, only when asked for. */
const seen = (g) => h('li', {}, title(g), h('p', {}, g.words),
  fold('guideline ' + g.number, say('practice.not-seen-and-why'), say('practice.checked', { checked: g.checked, possible: g.possible }), beyond(g)));

const unseen = (g) => h('li', {}, title(g), h('p', {}, g.words), beyond(g));

const list = (kids) => h('ul.plain.checks', {}, kids);

/** All 13: those that no check looks at stand together. */
function guidelines(all) {
  const [first] = all;
  if (all.every((g) => g.verdict === 'not_applicable')) return h('p.soft', {}, `${first.why} ${first.instead}`);
  const looked = all.filter((g) => g.possible > 0), rest = all.filter((g) => !g.possible);
  return [looked.length > 0 && list(looked.map(seen)),
    rest.length > 0 && fold('unseen', say('practice.nothing-to-look-at'), rest.length, list(rest.map(unseen)))];
}

/** The card with both, folded; absent where nobody concludes them. */
export function practice(d) {
  const all = d.guidelines || [];
  const steps = all.find((g) => g.number === 11)?.steps || [];
  if (!all.length) return null;
  const problems = all.filter((g) => g.verdict === 'fail' || g.verdict === 'likely_fail').length;
  return h('section.card.folds', { 'aria-label': say('practice.the-code-of-practice') },
    fold('guidelines', say('practice.by-the-uk-code'), problems ? say('practice.problems', { n: problems, all: all.length }) : all.length, guidelines(all)),
    steps.length > 0 && fold('wipe', say('practice.giving-it-away-wipe'), steps.length, h('ol.steps', {}, steps.map((s) => h('li', {}, s)))));
}

// A check's verdict on a device: what, what to do, and the proof.

import * as api from './api.js';
import { h } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { byUrgency } from './model.js';
import { fold, order, pill } from './parts.js';
import { day, isSet } from './time.js';
import { GUIDELINE, SEVERITIES, SEVERITY, VERDICT } from './words.js';
import { checkTitle, reason, shortRule, tellsMore, where } from './asked.js';
import { say } from './say.js';

/** The rule behind a check, for whoever wants to look it up. */
function rule(f) {
  const parts = [];
  if (GUIDELINE[f.guideline]) parts.push(say('finding.rule', { number: String(f.guideline), title: GUIDELINE[f.guideline] }));
  if (f.provision) parts.push(say('finding.provision', { provision: f.provision }));
  return parts.length > 0 && h('p.rule', {}, parts.join(' · '));
}

/** What was said and what came back. */
function proof(f) {
  if (!f.evidence.length) return null;
  return fold('proof ' + f.check + f.service, say('finding.what-we-saw'), undefined, h('ul.plain.proof', {}, f.evidence.map((e) => h('li', {},
    e.said && h('div', {}, h('span.label', {}, say('finding.we-did')), h('code', {}, e.said)),
    e.heard && h('div', {}, h('span.label', {}, say('finding.we-saw')), h('code', {}, e.heard))))));
}

/** Accepting and taking it back; absent where the daemon could not tell us what was accepted. */
function acceptance(f, d, shown, again, accepted) {
  if (!shown.remembers || live.state?.public) return null;
  const button = h('button.button.quiet.small', {
    type: 'button', 'data-key': 'accept ' + f.check,
    onclick: async () => {
      const done = accepted ? say('finding.back-on-the-list') : say('finding.noted-it-is-off');
      if (await order(button, () => api.decide(d.id, 'accept', accepted ? '' : 'yes', f.check), done)) again();
    },
  }, accepted ? say('finding.put-it-back-on') : say('finding.i-know-leave-it'));
  return button;
}

/** A problem, told in full. */
export function finding(f, d, shown, again) {
  const door = where(f, d);
  const since = isSet(f.first_seen) && say('same.first', { when: day(f.first_seen, live.now()) });
  return h('article.card.finding.' + f.severity, { 'data-check': f.check },
    h('div.task-head', {}, pill(f.severity), h('span.soft', {}, [VERDICT[f.verdict], since].filter(Boolean).join(', '))),
    h('h3', {}, f.title),
    h('div.fix', {}, h('span.label', {}, say('finding.what-to-do')), h('p', {}, f.advice),
      f.steps?.length > 0 && h('ol.steps', {}, f.steps.map((s) => h('li', {}, s)))),
    proof(f),
    h('footer', {}, h('div', {}, door && h('p.rule', {}, say('finding.about', { door })), rule(f)), acceptance(f, d, shown, again, false)));
}

const GROUPS = [
  ['fine', 'pass', ['pass', 'likely_pass']],
  ['open', 'unknown', ['unknown']],
  ['skipped', 'not_tested', ['not_tested']],
  ['soon', 'old', ['stale']],
];

/** Whatever asks nothing of the owner now: there, honest, and closed. */
export function quietChecks(d, later, accepted, shown, again) {
  const groups = GROUPS.map(([icon, key, verdicts]) => {
    const list = d.findings.filter((f) => verdicts.includes(f.verdict));
    return list.length > 0 && fold('checks ' + key, [sign(icon), key === 'old' ? say('finding.old') : VERDICT[key]], list.length, h('ul.plain.checks', {}, list.map((f) => check(f, d))));
  });
  if (accepted.length) {
    groups.unshift(fold('checks accepted', [sign('edit'), say('finding.you-decided-to-leave')], accepted.length, h('ul.plain.checks', {},
      accepted.sort(byUrgency).map((f) => h('li', {}, h('strong', {}, f.title), h('p.soft', {}, f.advice), acceptance(f, d, shown, again, true))))));
  }
  for (const severity of [...SEVERITIES].reverse()) {
    const list = later.filter((f) => f.severity === severity);
    if (list.length) groups.unshift(fold('later ' + severity, [sign(severity), SEVERITY[severity]], list.length, h('div.later', {}, list.map((f) => finding(f, d, shown, again)))));
  }
  return groups.some(Boolean) && h('div.card.folds', {}, groups);
}

function check(f, d) {
  const door = where(f, d);
  const rest = f.verdict === 'pass' || f.verdict === 'likely_pass';
  return h('li' + (f.verdict === 'stale' ? '.stale' : ''), {},
    h('strong', {}, checkTitle(f)), door && h('span.soft', {}, ' · ' + door),
    f.verdict === 'likely_pass' && h('span.soft', {}, ' · ' + VERDICT.likely_pass),
    !rest && h('p.soft', {}, reason(f)), f.advice && f.advice !== reason(f) && h('p.soft', {}, f.advice),
    !rest && tellsMore(f) && proof(f), h('p.rule', {}, shortRule(f)));
}

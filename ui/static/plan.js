// What to do first, and what after that.

import { h } from './dom.js';
import { where } from './asked.js';
import { pill, tile } from './parts.js';
import { byUrgency, isProblem, mainAddress } from './model.js';
import { grouped, mark, name, part, tick, toDevice, toDevices } from './sheets.js';
import { SEVERITY } from './words.js';
import { say } from './say.js';

/** Why a problem weighs what it does, in words. */
const weight = (u = {}) => [
  u.exploited && say('plan.criminals-are-known-to'), u.exposed && say('plan.the-internet-can-reach'), u.no_fix && say('plan.there-will-be-no'),
].filter(Boolean);

/** When to do what is not among the first. */
const when = (severity) => ({ act_now: say('plan.after'), for_info: say('home.good-to-know') }[severity] || SEVERITY[severity]);

/** The same problem on several devices, told alike, is one. */
const alike = ({ finding: f }) => [f.severity, f.verdict, f.title || f.check, f.advice].join('\n');

/** All problems: those to begin with, each with every device that has it, and the others. */
export function plan(sweep) {
  const all = sweep.devices.flatMap((device) => device.findings.filter(isProblem).map((finding) => ({ device, finding })))
    .sort((a, b) => byUrgency(a.finding, b.finding));
  const groups = grouped(all, alike);
  const is = (p, r) => p.device.id === r.device && p.finding.check === r.check && p.finding.service === (r.service || '');
  const named = (sweep.first || []).map((r) => groups.find((g) => g.some((p) => is(p, r)))).filter((g, i, list) => g && list.indexOf(g) === i);
  const first = named.length ? named : groups.filter(([p]) => p.finding.severity === 'act_now').slice(0, 3);
  const rest = groups.filter((g) => !first.includes(g)).flat();
  return { first, later: grouped(rest, ({ finding: f }) => when(f.severity) + '\n' + (f.title || f.check)) };
}

/** How soon, in the order of the whole home: at most three things come at once. */
export const soon = (view, finding) => (finding.severity === 'act_now' && !view.first.flat().some((p) => p.finding === finding)
  ? h('span.pill.soon', {}, pill('soon').firstChild, when('act_now')) : pill(finding.severity));

/** The devices that have a problem, each once, with the door it is behind. */
const having = (view, group) => group.filter((p, i) => group.findIndex((q) => q.device === p.device) === i).map(({ device, finding }) => h('p.who', {},
  tile(device.kind), h('span', {}, toDevice(view, device.id), h('span.soft', {}, name([mainAddress(device), where(finding, device)].filter(Boolean).join(' · '))))));

function task(view, group, i) {
  const { finding } = group[0];
  return h('article.card.task', {},
    h('div.number', { 'aria-hidden': 'true' }, i + 1),
    h('div.body', {},
      h('h3', {}, name(finding.title)),
      h('p.why', {}, mark(finding.verdict), weight(finding.urgency).map((w) => h('span.tag', {}, w))),
      h('div.whom', {}, having(view, group)),
      h('p', {}, name(finding.advice)),
      finding.steps?.length > 0 && h('ol.steps', {}, finding.steps.map((s) => h('li', {}, name(s)))),
      h('div.done', {}, tick(say('plan.done'), h('span.hidden', {}, ': ', name(finding.title))))));
}

export function doFirst(view) {
  const { first } = view;
  const lead = first.length
    ? say('plan.lead', { things: say('report.thing', { n: first.length }) })
    : say('plan.nothing-here-has-to');
  return part('first', say('plan.what-to-do-first'), lead, first.map((p, i) => task(view, p, i)));
}

/** One problem on one or more devices, with a box to tick unless it only informs. */
function item(view, group) {
  const { finding } = group[0];
  const words = [h('strong', {}, name(finding.title)), h('span.soft', {}, toDevices(view, [...new Set(group.map((p) => p.device.id))]))];
  return h('li', {}, finding.severity === 'for_info' ? words : tick(words));
}

export function doAfter(view) {
  const groups = grouped(view.later, ([{ finding }]) => when(finding.severity)).map((list) => h('div.group', {},
    h('h3', {}, when(list[0][0].finding.severity), ' ', h('span.count', {}, list.length)), h('ul.plain.todo', {}, list.map((g) => item(view, g)))));
  return part('then', say('plan.what-to-do-after'), groups.length ? say('plan.the-advice-the-steps') : say('plan.nothing-else-wants-doing'), groups);
}

// One device's sheet: what it is, its open doors, what was found, its guidelines,
// and how to give it away.

import { h } from './dom.js';
import { checkTitle, reason, shortRule, where } from './asked.js';
import { deviceCode } from './code.js';
import { sign } from './icons.js';
import { byUrgency, facts, isChecked, isProblem, isTask, mainAddress, subtitle } from './model.js';
import { privacyWords, serviceWords, sourceWords } from './origins.js';
import { fold, tile } from './parts.js';
import { soon } from './plan.js';
import { grouped, mark, name, table, tick } from './sheets.js';
import { date, isSet } from './time.js';
import { FIELD, KIND, sureness } from './words.js';
import { say } from './say.js';

/** What it is: of each field the fact that counts, and where it comes from. */
function identity(d) {
  const shown = { name: d.names[0], kind: d.kind, vendor: d.vendor, model: d.model, hardware: d.hardware, firmware: d.firmware };
  const rows = facts(d).map(({ field, facts: list }) => list.find((f) => f.value === shown[field]) || list[0]);
  if (!rows.length) return h('p.soft', {}, say('sheet.it-has-not-shown'));
  const missing = ['vendor', 'model', 'firmware'].filter((k) => !rows.some((f) => f.field === k));
  return [table('id', say('facts.what-it-is'), [say('facts.what'), say('sheet.value-and-how-we')], rows.map((f) => h('tr', {},
    h('th', { scope: 'row' }, FIELD[f.field]), h('td', {}, h('strong', {}, name(f.field === 'kind' ? KIND[f.value]?.[0] || f.value : f.value)),
      h('span.soft', {}, name(sourceWords(f.source)), f.source !== 'owner' && ' · ' + sureness(f.confidence)[0].toLowerCase()))))),
  missing.length > 0 && h('p.soft.after', {}, say('facts.missing', { list: missing.map((k) => say('missing.' + k)).join(', ') }))];
}

/** Its open doors in words and numbers, each once. */
function doors(d) {
  const list = [...d.services].sort((a, b) => a.port - b.port)
    .filter((s, i, all) => all.findIndex((o) => o.port === s.port && o.transport === s.transport) === i);
  if (!list.length) return h('p.soft', {}, d.self ? say('sheet.not-looked-at-homesweep') : say('sheet.none-seen-it-may'));
  return h('ul.plain.doors', {}, list.map((s) => {
    const privacy = privacyWords(s);
    return h('li', {}, h('div', {}, h('strong', {}, name(serviceWords(s.name))), h('span.soft', {}, name([s.product, s.version].filter(Boolean).join(' ')))),
      h('div.door-end', {}, h('code', {}, `${s.transport} ${s.port}`), privacy && h('span.tag' + (privacy === say('origins.encrypted') ? '.good' : ''), {}, privacy)));
  }));
}

const exchange = (e) => h('li', {}, e.said && h('div', {}, h('span.label', {}, say('finding.we-did')), h('code', {}, name(e.said))),
  e.heard && h('div', {}, h('span.label', {}, say('finding.we-saw')), h('code', {}, name(e.heard))));

/** A problem in full: what, what to do step by step, and the proof; advice that one before it gave is pointed to. */
function problem(view, d, f, before) {
  const same = f.advice && before.find((o) => o.advice === f.advice && String(o.steps) === String(f.steps));
  const about = [where(f, d), shortRule(f), isSet(f.first_seen) && say('same.first', { when: date(f.first_seen) })].filter(Boolean);
  return h('article.finding.' + f.severity, {},
    h('h5', {}, name(f.title)), h('p.why', {}, soon(view, f), mark(f.verdict)),
    h('p', {}, same ? [say('sheet.the-same-as-for'), ' ', name(same.title)] : name(f.advice)),
    !same && f.steps?.length > 0 && h('ol.steps', {}, f.steps.map((s) => h('li', {}, name(s)))),
    f.evidence.length > 0 && fold(`proof ${d.id} ${f.check} ${f.service}`, say('finding.what-we-saw'), undefined, h('ul.plain.proof', {}, f.evidence.map(exchange))),
    h('p.rule', {}, about.map((t, i) => [i > 0 && ' · ', name(t)])));
}

/** The checks that found no problem: those without an answer with the reason, which several may share. */
function others(d) {
  const groups = ['pass', 'likely_pass', 'unknown', 'not_tested', 'stale'].map((v) => [v, d.findings.filter((f) => f.verdict === v)]).filter(([, list]) => list.length);
  return groups.length > 0 && h('dl.others', {}, groups.map(([verdict, list]) => h('div', {}, h('dt', {}, mark(verdict)),
    /pass/.test(verdict) ? h('dd', {}, [...new Set(list.map(checkTitle))].map((t, i) => [i > 0 && ' ', name(t)]))
      : grouped(list, reason).map((same) => h('dd', {}, [...new Set(same.map(checkTitle))].map((t, i) => [i > 0 && ' ', name(t)]),
        h('span.soft', {}, name(reason(same[0]))))))));
}

/** How to part with it, with boxes to tick. */
function disposal(d) {
  const steps = d.guidelines?.find((g) => g.number === 11)?.steps || [];
  return steps.length > 0 && fold('wipe ' + d.id, say('sheet.giving-it-away-or'), steps.length,
    h('ol.plain.wipe', {}, steps.map((s) => h('li', {}, tick(name(s))))));
}

/** Where it is, in one line. */
const place = (d) => [mainAddress(d), ...(d.exposed || []).filter((a) => a !== mainAddress(d)), d.macs[0], d.link && say('sheet.on', { link: d.link })].filter(Boolean);

/** What came of it in a few words. */
function sum(d) {
  const todo = d.findings.filter((f) => isProblem(f) && isTask(f));
  const worst = todo.length > 0 && [...todo].sort(byUrgency)[0].severity;
  if (worst) return h('span.sum.' + worst, {}, sign(worst), say('report.todo', { n: todo.length }));
  if (d.findings.some(isProblem)) return h('span.sum', {}, sign('for_info'), say('home.good-to-know'));
  if (isChecked([d])) return h('span.sum', {}, sign('tick'), say('report.no-problem-seen'));
  return h('span.sum', {}, d.findings.some((f) => f.verdict === 'unknown') ? [sign('open'), say('report.we-cant-tell')] : [sign('skipped'), say('device.not-checked')]);
}

/** The sheet of one device, closed until asked for: what it is and what came of it stand on it. */
export function sheet(view, d) {
  const who = view.devices.get(d.id);
  const problems = d.findings.filter(isProblem).sort(byUrgency);
  return h('details.sheet' + (problems.length ? '.busy' : ''), { 'data-key': 'sheet ' + d.id },
    h('summary.device', { 'data-key': 'summary sheet ' + d.id }, tile(d.kind), h('span.device-text', {}, h('h3', { id: who.anchor, tabindex: '-1' }, name(who.title)),
      h('span.soft', {}, name(subtitle(d, who.title)))), sum(d)),
    h('p.soft.place', {}, place(d).map((t) => h('code', {}, t))),
    h('div.halves', {},
      h('section.sub', {}, h('h4', {}, say('facts.what-it-is')), identity(d)),
      h('section.sub', {}, h('h4', {}, say('facts.open-doors')), doors(d))),
    h('section.sub', {}, h('h4', {}, problems.length ? say('report.problem', { n: problems.length }) : say('code.what-was-found')),
      problems.map((f, i) => problem(view, d, f, problems.slice(0, i))),
      !problems.length && h('p', {}, d.self ? say('sheet.runs') : d.findings.length ? say('sheet.no-problem-was-seen') : say('sheet.it-was-heard-but')),
      others(d)),
    deviceCode(view, d), disposal(d));
}

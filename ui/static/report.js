// A sweep as a report to hand over: on the screen, on a phone and on paper.

import { h, swap } from './dom.js';
import { hidden, plain } from './cloak.js';
import { codeTitle, homeCode, provisions } from './code.js';
import { cover } from './cover.js';
import { changed } from './changes.js';
import { sign } from './icons.js';
import { isProblem, isTask, made, title } from './model.js';
import { doAfter, doFirst, plan } from './plan.js';
import { name, part } from './sheets.js';
import { sheet } from './sheet.js';
import { effort, KIND } from './words.js';
import { say } from './say.js';

/** What each device is called in this report and where its sheet is. */
function called({ sweep, decisions }, hide, redacted) {
  return new Map(sweep.devices.map((d, i) => {
    const words = title(d, decisions);
    const what = made(d) || KIND[d.kind]?.[0];
    const shown = hide ? `${words} (${i + 1})` : redacted && what ? `${words}, ${what}` : words;
    return [d.id, { title: shown, anchor: 'device-' + (i + 1) }];
  }));
}

const devices = (view) => [part('devices', say('report.the-devices'), say('report.each', { n: view.sweep.devices.length })),
  h('div.sheets', {}, view.sweep.devices.map((d) => sheet(view, d)))];

const RUNGS = ['raw', 'connect', 'passive'];

function appendix(view) {
  const { sweep } = view;
  return part('appendix', say('report.appendix'), '',
    h('section.sub', {}, h('h3', {}, say('report.what-the-look-did')),
      h('p', {}, effort(sweep.cost, sweep.touch), '. ', RUNGS.includes(sweep.rung) && say('report.rung.' + sweep.rung)),
      sweep.notes?.length > 0 && h('ul', {}, sweep.notes.map((n) => h('li', {}, name(n))))),
    provisions(view));
}

/** The contents: anchor, words, and the devices with a sheet. */
const contents = (view) => [
  ['first', say('plan.what-to-do-first')], ['then', say('plan.what-to-do-after')], ['code', codeTitle()],
  ['devices', say('report.the-devices'), view.sweep.devices.map((d) => [view.devices.get(d.id).anchor, view.devices.get(d.id).title,
    d.findings.some((f) => isProblem(f) && isTask(f)) && h('span.flag', {}, sign('act_now'), h('span.hidden', {}, say('report.flag')))])],
  view.sweep.changes && ['changes', say('changes.what-changed-since-the')], ['appendix', say('report.appendix')],
].filter(Boolean);

/** Printing, and hiding what a stranger at the screen need not read. */
const tools = (view, flip) => h('div.tools', {},
  !view.redacted && h('label.switch', {}, h('input', { type: 'checkbox', checked: view.hide, 'data-key': 'hide', onchange: flip }),
    h('span', {}, h('strong', {}, say('report.hide-names-and-addresses')),
      h('span.soft', {}, say('report.hidden-here-and-in')))),
  h('div.answers', {}, h('button.button.quiet', { type: 'button', 'data-key': 'print', onclick: () => print() }, sign('print'), say('report.print-or-save-as')), view.take));

// What is folded is open while it is printed, and closed again.
addEventListener('beforeprint', () => {
  const closed = [...document.querySelectorAll('.report details:not([open])')];
  for (const d of closed) d.open = true;
  addEventListener('afterprint', () => { for (const d of closed) d.open = false; }, { once: true });
});

/** Opens what holds a part of the report, and puts the focus on it. */
export function reveal(anchor) {
  const at = anchor && document.getElementById(anchor);
  if (!at) return;
  for (let d = at.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
  at.scrollIntoView({ block: 'start' });
  at.focus({ preventScroll: true });
}

/**
 * The report as an element.
 * @param {{sweep: Object, version: string, made: string, redacted?: boolean, decisions?: Object[], take?: Node}} data
 *   take is what else there is to do with it
 * @param {(id: string) => string} [at] the link to a part of it
 */
export function report(data, at = (id) => '#' + id) {
  const host = h('div.report');
  const typed = {};
  const open = plain({ sweep: data.sweep, decisions: data.decisions });
  const boxes = () => [...host.querySelectorAll('.tick input')];
  const draw = (hide) => {
    const shown = hide ? hidden(open) : open;
    const view = { ...data, ...shown, ...plan(shown.sweep), devices: called(shown, hide, data.redacted), at, typed, hide };
    const ticked = boxes().map((box) => box.checked);
    swap(host, cover(view, contents(view), tools(view, () => draw(!hide))), doFirst(view), doAfter(view), homeCode(view), devices(view), changed(view), appendix(view),
      h('p.end', {}, say('report.observations-about-these-devices')));
    boxes().forEach((box, i) => { box.checked = Boolean(ticked[i]); });
  };
  draw(false);
  host.addEventListener('click', (e) => {
    const to = e.target.closest('a[href]')?.getAttribute('href').split(/[#/]/).pop();
    if (to) setTimeout(() => reveal(to)); // once the browser has gone there
  });
  return host;
}

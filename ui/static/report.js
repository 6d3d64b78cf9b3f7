// A sweep as a report to hand over: on the screen, on a phone and on paper.

import { h, swap } from './dom.js';
import { hidden, plain } from './cloak.js';
import { CODE, homeCode, provisions } from './code.js';
import { cover } from './cover.js';
import { changed } from './changes.js';
import { kindIcon, sign } from './icons.js';
import { isProblem, isTask, mainAddress, made, title } from './model.js';
import { doAfter, doFirst, plan } from './plan.js';
import { name, part, some, table, toDevice } from './sheets.js';
import { sheet } from './sheet.js';
import { effort, KIND } from './words.js';

/** What each device is called in this report and where its sheet is. */
function called({ sweep, decisions }, hide, redacted) {
  return new Map(sweep.devices.map((d, i) => {
    const words = title(d, decisions);
    const what = made(d) || KIND[d.kind]?.[0];
    const shown = hide ? `${words} (${i + 1})` : redacted && what ? `${words}, ${what}` : words;
    return [d.id, { title: shown, anchor: 'device-' + (i + 1) }];
  }));
}

/** The sum of a device's sheet in a few words. */
function sum(d) {
  const todo = d.findings.filter((f) => isProblem(f) && isTask(f)).length;
  if (todo) return [sign('act_now'), `${todo} to do`];
  if (d.findings.some(isProblem)) return [sign('for_info'), 'Good to know'];
  if (d.findings.some((f) => f.verdict === 'pass' || f.verdict === 'likely_pass')) return [sign('tick'), 'No problem seen'];
  return d.findings.some((f) => f.verdict === 'unknown') ? [sign('open'), 'We can’t tell'] : [sign('skipped'), 'Not checked'];
}

function devices(view) {
  const list = view.sweep.devices;
  return [part('devices', 'The devices', `${some(list.length, 'device')}, each with a sheet of its own below.`,
    table('all', 'The devices', ['Device', 'Maker and model', 'Address', 'Result'], list.map((d) => h('tr', {},
      h('th', { scope: 'row' }, h('span.titled', {}, kindIcon(d.kind), toDevice(view, d.id))), h('td', {}, name(made(d) || 'not known')),
      h('td', {}, h('code', {}, mainAddress(d))), h('td', {}, h('span.sum', {}, sum(d)))))),
  ), list.map((d) => sheet(view, d))];
}

const RUNG = { raw: 'with packets of its own', connect: 'with ordinary connections only', passive: 'without sending anything' };

function appendix(view) {
  const { sweep } = view;
  return part('appendix', 'Appendix', '',
    h('section.sub', {}, h('h3', {}, 'What the look did to the network'),
      h('p', {}, effort(sweep.cost, sweep.touch), '. ', RUNG[sweep.rung] && `It worked ${RUNG[sweep.rung]}.`),
      sweep.notes?.length > 0 && h('ul', {}, sweep.notes.map((n) => h('li', {}, name(n))))),
    provisions(view));
}

/** The contents: anchor, words, and the devices with a sheet. */
const contents = (view) => [
  ['first', 'What to do first'], ['then', 'What to do after that'], ['code', CODE],
  ['devices', 'The devices', view.sweep.devices.map((d) => [view.devices.get(d.id).anchor, view.devices.get(d.id).title,
    d.findings.some((f) => isProblem(f) && isTask(f)) && h('span.flag', {}, sign('act_now'), h('span.hidden', {}, 'to do'))])],
  view.sweep.changes && ['changes', 'What changed since the last look'], ['appendix', 'Appendix'],
].filter(Boolean);

/** Printing, and hiding what a stranger at the screen need not read. */
const tools = (view, flip) => h('div.tools', {},
  !view.redacted && h('label.switch', {}, h('input', { type: 'checkbox', checked: view.hide, 'data-key': 'hide', onchange: (e) => { e.target.checked = view.hide; flip(); } }),
    h('span', {}, h('strong', {}, 'Hide names and addresses before you show this screen'),
      h('span.soft', {}, 'Hidden here and in print. The file still holds them; to pass it on, have a copy made without them.'))),
  h('button.button.quiet', { type: 'button', 'data-key': 'print', onclick: () => print() }, sign('print'), 'Print, or save as PDF'));

/** Opens what is folded while it is printed, and closes it again; until host is gone. */
function unfoldForPrint(host) {
  let closed = [];
  const before = () => {
    if (!host.isConnected) return window.removeEventListener('beforeprint', before);
    closed = [...host.querySelectorAll('details:not([open])')];
    for (const d of closed) d.open = true;
    addEventListener('afterprint', () => { for (const d of closed) d.open = false; }, { once: true });
  };
  addEventListener('beforeprint', before);
}

/**
 * The report as an element.
 * @param {{sweep: Object, version: string, made: string, redacted?: boolean, decisions?: Object[]}} data
 * @param {(id: string) => string} [at] the link to a part of it
 */
export function report(data, at = (id) => '#' + id) {
  const host = h('div.report');
  const typed = {};
  const open = plain({ sweep: data.sweep, decisions: data.decisions });
  const draw = (hide) => {
    const shown = hide ? hidden(open) : open;
    const view = { ...data, ...shown, ...plan(shown.sweep), devices: called(shown, hide, data.redacted), at, typed, hide };
    const ticked = [...host.querySelectorAll('input[type=checkbox]')].map((box) => box.checked);
    swap(host, tools(view, () => draw(!hide)), cover(view, contents(view)), doFirst(view), doAfter(view), homeCode(view), devices(view), changed(view), appendix(view),
      h('p.end', {}, 'Observations about these devices on that day, made from inside the home’s own network. Nothing was sent to anybody outside.'));
    host.querySelectorAll('input[type=checkbox]').forEach((box, i) => { if (ticked[i]) box.checked = true; });
  };
  draw(false);
  unfoldForPrint(host);
  return host;
}

// Small pieces that several pages show.

import { h, tell } from './dom.js';
import { kindIcon, sign } from './icons.js';
import { SEVERITY } from './words.js';
import { link, subtitle, title } from './model.js';
import { say } from './say.js';

/** The word for how soon, with its sign. */
export const pill = (severity) => h('span.pill.' + severity, {}, sign(severity), SEVERITY[severity] || severity);

/** A device's icon on its tile. */
export const tile = (kind, big) => h('span.tile' + (big ? '.big' : ''), {}, kindIcon(kind));

/** The way back to the first page. */
export const back = () => h('a.back', { href: '#/', 'data-key': 'back' }, sign('back'), say('chronicle.home'));

/** A device as a row that leads to its page; line is where it is, if known. */
export function deviceRow(device, decisions, line, extra) {
  const name = title(device, decisions);
  return h('a.row', { href: link(device), 'data-key': 'row ' + device.id },
    tile(device.kind),
    h('span.row-text', {}, h('strong', {}, name), h('span.soft', {}, subtitle(device, name)), line && h('span.soft.stands', {}, line)),
    extra, h('span.chevron', {}, sign('next')));
}

/**
 * A card that says one thing: empty, offline, failed.
 * @param {{icon: string, title: string, text?: string, button?: string, onclick?: Function, heading?: string}} what
 *   heading is h2 where the page has a heading of its own
 */
export function notice({ icon, title: words, text, button, onclick, heading = 'h1' }) {
  return h('section.card.notice', {},
    h('span.tile.big', {}, sign(icon)), h(heading, {}, words), text && h('p', {}, text),
    button && h('button.button', { type: 'button', 'data-key': 'again', 'data-again': icon === 'offline', onclick }, button));
}

/** Grey bars in the shape of what is coming. */
export const loading = () => h('div.loading', { role: 'status' },
  h('h1.hidden', {}, say('parts.loading')), h('div.bone.wide'), h('div.bone.thin'), h('div.bone.box'), h('div.bone.box'), h('div.bone.box'));

/** Runs an order and shows its trouble; the button rests meanwhile. */
export async function order(button, run, done) {
  button.disabled = true;
  try {
    const answer = await run();
    if (done) tell(typeof done === 'function' ? done(answer) : done);
    return true;
  } catch (e) {
    tell(`${e.message} ${e.todo || ''}`);
    return false;
  } finally {
    button.disabled = false;
  }
}

/** A list that stays closed until asked for. */
export function fold(key, summary, count, ...kids) {
  return h('details.fold', { 'data-key': key },
    h('summary', { 'data-key': 'summary ' + key }, h('span', {}, summary), count !== undefined && h('span.count', {}, count)), kids);
}

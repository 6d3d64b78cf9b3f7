// Guesses that two devices are one. Nothing acts on them: the owner decides.

import * as api from './api.js';
import { h } from './dom.js';
import { live } from './live.js';
import { isPrivateMAC, link, mainAddress, title } from './model.js';
import { fold, order, tile } from './parts.js';
import { lastHeard, standing } from './presence.js';
import { day, isSet } from './time.js';
import { say } from './say.js';

const SHOWN = 3; // the others wait together

const NOUNS = ['phone', 'computer', 'console', 'tv', 'speaker', 'printer'];

/** What is guessed, in a few words. */
function guess(g, newcomer, old, s) {
  const likely = say(g.confidence >= 0.7 ? 'same.probably' : 'same.perhaps');
  const noun = say('same.noun.' + ([newcomer.kind, old.kind].find((k) => NOUNS.includes(k)) || 'device'));
  const madeUp = newcomer.macs.length > 0 && newcomer.macs.every((m) => m && isPrivateMAC(m));
  if (s.here.includes(newcomer.id) && s.here.includes(old.id)) return say('same.two', { likely, noun });
  return say(madeUp ? 'same.private' : 'same.one', { likely, noun });
}

const side = (words, d, s, more) => h('a.row', { href: link(d), 'data-key': `same ${words} ${d.id}` }, tile(d.kind),
  h('span.row-text', {}, h('span.label', {}, words), h('strong', {}, title(d, s.decisions)),
    h('span.soft', {}, [mainAddress(d), more].filter(Boolean).join(' · '))));

/** Since when the newcomer is known, and where the known one is. */
const since = (d) => isSet(d.first_seen) && say('same.first', { when: day(d.first_seen, live.now()) });
const where = (d, s) => (standing(d, live.now())?.words || lastHeard(d, s.here.includes(d.id), live.now()) || '').replace(/^./, (c) => c.toLowerCase());

function answers(newcomer, old) {
  const answer = (what, done, words) => async (e) => {
    const box = e.currentTarget;
    if (!await order(box, () => api.decide(old.id, what, newcomer.id), words)) return;
    if (done && location.hash.startsWith(link(newcomer))) location.hash = link(old);
    live.load();
  };
  return h('div.answers', {},
    h('button.button.small', { type: 'button', 'data-key': 'same yes ' + newcomer.id, onclick: answer('merge', true, say('same.noted-they-are-shown')) }, say('same.same-device')),
    h('button.button.quiet.small', { type: 'button', 'data-key': 'same no ' + newcomer.id, onclick: answer('split', false, say('same.noted-you-are-not')) }, say('same.not-the-same')));
}

/** One guess, told in full when it is opened. */
function one(g, s) {
  const find = (id) => s.sweep.devices.find((d) => d.id === id);
  const [newcomer, old] = [find(g.device), find(g.same)];
  if (!newcomer || !old) return null;
  const summary = h('span.row-text', {}, h('strong', {}, guess(g, newcomer, old, s)), h('span.soft', {}, title(newcomer, s.decisions)));
  return fold('same ' + newcomer.id, summary, undefined, h('div.guess', {}, h('div.pair', {}, side(say('same.new'), newcomer, s, since(newcomer)), side(say('same.known'), old, s, where(old, s))),
    h('ul.reasons', {}, g.reasons.map((r) => h('li', {}, r))),
    s.remembers && !s.public && answers(newcomer, old)));
}

/**
 * The card of guesses, of one device or of all; nothing where there is none.
 * @param {boolean} open the first is told in full at once
 * @param {string} [id] the device that they must concern
 */
export function same(s, open, id) {
  const list = (s?.sweep.suggestions || []).filter((g) => !id || g.device === id || g.same === id).map((g) => one(g, s)).filter(Boolean);
  if (!list.length) return null;
  if (open) list[0].open = true;
  return h('section.card.same', { 'aria-labelledby': 'same' },
    h('h2', { id: 'same' }, list.length > 1 ? say('same.are-these-the-same') : say('same.is-this-the-same')), list.slice(0, SHOWN),
    list.length > SHOWN && fold('more same', say('same.more-like-this'), list.length - SHOWN, list.slice(SHOWN)));
}

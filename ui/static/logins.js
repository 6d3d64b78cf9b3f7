// Trying factory passwords: allowed by the owner, for a time, and taken back.

import * as api from './api.js';
import { h } from './dom.js';
import { live } from './live.js';
import { decided, link, title } from './model.js';
import { order } from './parts.js';
import { day, full, isSet } from './time.js';
import { say } from './say.js';

const risk = () => say('logins.risk');

const holds = (g, now) => Boolean(g) && isSet(g.until) && Date.parse(g.at) <= now && now < Date.parse(g.until);
const stops = (g) => Boolean(g) && !isSet(g.until);

/** What holds for the device: its own word before the one on all. */
function inForce(grants, id, now) {
  const own = (grants || []).find((g) => g.device === id);
  if (stops(own) || holds(own, now)) return own;
  const all = (grants || []).find((g) => g.device === '');
  return holds(all, now) ? all : null;
}

/** "Allowed until 23 December 2026, 15:04, also by Telnet and FTP." and who said so. */
const standing = (g, now) => h('p.hint', {}, h('span', {}, h('strong', {}, say('logins.until', { when: full(g.until) })),
  say(g.clear ? 'logins.also' : 'logins.not'), h('span.soft', {}, ' ', say('logins.said', { when: day(g.at, now), by: g.by }))));

/** That a word of the owner's holds no more. */
const over = (g, now) => Boolean(g) && isSet(g.until) && Date.parse(g.until) <= now && h('p.hint', {}, h('span', {}, say('logins.over', { when: full(g.until) })));

/** The tick for Telnet and FTP, and the button that allows. */
function allow(id, words, again) {
  const clear = h('input', { type: 'checkbox', id: 'clear-' + (id || 'all'), 'data-key': 'clear ' + id });
  const act = h('button.button.small', {
    type: 'button', 'data-key': 'allow ' + id,
    onclick: async () => { if (await order(act, () => api.grant(id, true, clear.checked), say('logins.allowed-for-30-days'))) again(); },
  }, words);
  return [h('label.switch', { for: clear.id }, clear, h('span', {}, h('strong', {}, say('logins.also-by-telnet-and')),
    h('span.soft', {}, say('logins.there-the-password-crosses')))), h('div.answers', {}, act)];
}

function stop(id, words, again) {
  const act = h('button.button.quiet.small', {
    type: 'button', 'data-key': 'stop ' + id,
    onclick: async () => { if (await order(act, () => api.grant(id, false, false), say(id ? 'logins.stopped' : 'logins.stopped.all'))) again(); },
  }, words);
  return h('div.answers', {}, act);
}

/** In Settings: for all devices, and which have a word of their own. */
export function allLogins(s) {
  if (!s.granting || s.public) return null;
  const now = live.now();
  const all = (s.grants || []).find((g) => g.device === '');
  const own = (s.grants || []).filter((g) => g.device && (stops(g) || holds(g, now)))
    .map((g) => [g, s.sweep.devices.find((d) => d.id === g.device)]).filter(([, d]) => d);
  const again = () => live.load();
  return h('section.card', { 'aria-labelledby': 'logins' }, h('h2', { id: 'logins' }, say('logins.try-factory-passwords')),
    h('p', {}, say('logins.many-devices-still-have'), ' ', risk()),
    s.touch !== 'ask' && h('p.hint', {}, say('logins.this-is-done-only')),
    holds(all, now) ? [standing(all, now), stop('', say('logins.stop-for-all-devices'), again)]
      : [over(all, now), h('p.soft.after', {}, say('logins.allow-it-only-for')), allow('', say('logins.they-are-mine-allow'), again)],
    own.length > 0 && [h('h3.label.apart', {}, say('logins.said-of-one-device')), h('ul.plain.said', {}, own.map(([g, d]) => h('li', {}, h('a', { href: link(d) }, title(d, s.decisions)),
      h('span.soft', {}, stops(g) ? say('logins.denied') : say(g.clear ? 'logins.allowed.clear' : 'logins.allowed', { when: full(g.until) })))))]);
}

/** What there is to try on a device, as its last check names it; never a password. */
const tried = (d) => [...new Set(d.findings.filter((f) => f.check === 'default-login' && f.verdict === 'not_tested')
  .flatMap((f) => f.evidence.map((e) => e.said)).filter((w) => w.startsWith('the factory login ')))].join('; ');

/** On a device's page. */
export function deviceLogins(shown, again) {
  const { device: d, grants, granting, decisions } = shown;
  if (!granting || live.state?.public || d.self) return null;
  const now = live.now();
  const g = inForce(grants, d.id, now);
  const card = (...kids) => h('section.card', { 'aria-labelledby': 'login' }, h('h2', { id: 'login' }, say('logins.try-its-factory-password')), kids);
  if (decided(decisions, d.id, 'do-not-probe') === 'yes') return card(h('p', {}, say('logins.you-leave-this-device')));
  return card(
    h('p', {}, say('logins.would', { device: title(d, decisions), logins: tried(d) || say('logins.manual') }), ' ', risk()),
    holds(g, now) ? [standing(g, now), stop(d.id, say('logins.stop-for-this-device'), again)]
      : [over((grants || []).find((o) => o.device === d.id), now), stops(g) && h('p.hint', {}, h('span', {}, h('strong', {}, say('logins.not-allowed')), h('span.soft', {}, ' ', say('logins.said', { when: day(g.at, now), by: g.by })))),
        allow(d.id, say('logins.it-is-mine-allow'), again)]);
}

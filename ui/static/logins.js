// Trying factory passwords: allowed by the owner, for a time, and taken back.

import * as api from './api.js';
import { h } from './dom.js';
import { live } from './live.js';
import { decided, link, title } from './model.js';
import { order } from './parts.js';
import { day, full, isSet } from './time.js';

const RISK = 'Some devices lock their own login for a while after wrong passwords, so homesweep sends at most two on an account and four to a device in a day, and stops at the first sign of it.';

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
const standing = (g, now) => h('p.hint', {}, h('span', {}, h('strong', {}, 'Allowed until ' + full(g.until)),
  g.clear ? ', also by Telnet and FTP.' : ', not by Telnet and FTP.', h('span.soft', {}, ` Said ${day(g.at, now)} from ${g.by}.`)));

/** That a word of the owner's holds no more. */
const over = (g, now) => Boolean(g) && isSet(g.until) && Date.parse(g.until) <= now && h('p.hint', {}, h('span', {}, `It was allowed until ${full(g.until)}. That is over.`));

/** The tick for Telnet and FTP, and the button that allows. */
function allow(id, words, again) {
  const clear = h('input', { type: 'checkbox', id: 'clear-' + (id || 'all'), 'data-key': 'clear ' + id });
  const act = h('button.button.small', {
    type: 'button', 'data-key': 'allow ' + id,
    onclick: async () => { if (await order(act, () => api.grant(id, true, clear.checked), 'Allowed for 30 days. It is done with the next check.')) again(); },
  }, words);
  return [h('label.switch', { for: clear.id }, clear, h('span', {}, h('strong', {}, 'Also by Telnet and FTP'),
    h('span.soft', {}, 'There the password crosses your network for everybody on it to read.'))), h('div.answers', {}, act)];
}

function stop(id, words, again) {
  const act = h('button.button.quiet.small', {
    type: 'button', 'data-key': 'stop ' + id,
    onclick: async () => { if (await order(act, () => api.grant(id, false, false), `Taken back. Nothing is tried ${id ? 'on it ' : ''}from now on.`)) again(); },
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
  return h('section.card', { 'aria-labelledby': 'logins' }, h('h2', { id: 'logins' }, 'Try factory passwords'),
    h('p', {}, 'Many devices still have the password that is printed in their public manual. On the devices you allow, homesweep tries exactly that one, changes nothing and keeps no password. ' + RISK),
    s.touch !== 'ask' && h('p.hint', {}, 'This is done only where homesweep may ask, see above.'),
    holds(all, now) ? [standing(all, now), stop('', 'Stop for all devices', again)]
      : [over(all, now), h('p.soft.after', {}, 'Allow it only for devices that you own or may test: not for those of guests, tenants or work. Leave those alone on their own page first.'), allow('', 'They are mine: allow for 30 days', again)],
    own.length > 0 && [h('h3.label.apart', {}, 'Said of one device'), h('ul.plain.said', {}, own.map(([g, d]) => h('li', {}, h('a', { href: link(d) }, title(d, s.decisions)),
      h('span.soft', {}, stops(g) ? 'not allowed' : 'allowed until ' + full(g.until) + (g.clear ? ', also by Telnet and FTP' : '')))))]);
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
  const card = (...kids) => h('section.card', { 'aria-labelledby': 'login' }, h('h2', { id: 'login' }, 'Try its factory password'), kids);
  if (decided(decisions, d.id, 'do-not-probe') === 'yes') return card(h('p', {}, 'You leave this device alone, so no password is tried on it.'));
  return card(
    h('p', {}, `On “${title(d, decisions)}”, homesweep would try ${tried(d) || 'the login that its maker’s public manual documents, where homesweep knows it'}. ${RISK}`),
    holds(g, now) ? [standing(g, now), stop(d.id, 'Stop for this device', again)]
      : [over((grants || []).find((o) => o.device === d.id), now), stops(g) && h('p.hint', {}, h('span', {}, h('strong', {}, 'Not allowed'), h('span.soft', {}, ` Said ${day(g.at, now)} from ${g.by}.`))),
        allow(d.id, 'It is mine: allow for 30 days', again)]);
}

// Starts the page: finds out who is there, then shows what the address names.

import * as api from './api.js';
import { h, land, swap, tell } from './dom.js';
import { ready } from './language.js';
import { live } from './live.js';
import { sign } from './icons.js';
import { clock } from './time.js';
import { progressBar } from './progress.js';
import { home } from './home.js';
import { devices } from './devices.js';
import { device } from './device.js';
import { settings } from './settings.js';
import { consent } from './consent.js';
import { gate } from './gate.js';
import { forget } from './ticket.js';
import { alerts } from './alerts.js';
import { happened } from './chronicle.js';
import { first, isFirst } from './first.js';
import { reporting } from './reporting.js';
import { sweeping } from './sweeping.js';
import { notice } from './parts.js';
import { say } from './say.js';

/**
 * A page: draw fills host now and again whenever the state changed; it is
 * given what follows the page's name in the address.
 * @typedef {{title: string, draw: (host: HTMLElement, rest: string[], query: URLSearchParams, fresh: boolean) => void}} Page
 */

/** @type {Record<string, Page>} */
const PAGES = { '': home, devices, device, settings, consent, alerts, happened, first, report: reporting, sweep: sweeping };
const TABS = [['', 'home'], ['devices', 'devices'], ['settings', 'settings']];
/** The tab that leads to a page which has none of its own. */
const BELOW = { device: 'devices', alerts: 'settings', consent: 'settings', sweep: '', happened: '', report: '', first: '' };
const PATIENCE = 10000; // ms until a router that did not answer is asked again

const app = document.getElementById('app');
let main, status, stale, links;
let again = 0;

/** Splits '#/device/a%20b?x=1' into name, rest and query. */
function place() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').map((p) => { try { return decodeURIComponent(p); } catch { return p; } });
  return { name: parts[0], rest: parts.slice(1), query: new URLSearchParams(query) };
}

function show(fresh) {
  const { name, rest, query } = place();
  if (!name && isFirst(live.state)) return location.replace('#/first');
  const page = PAGES[name] || home;
  document.body.dataset.page = name || 'home';
  for (const [tab, a] of links) {
    if (tab === (BELOW[name] ?? name)) a.setAttribute('aria-current', 'page');
    else a.removeAttribute('aria-current');
  }
  if (fresh) {
    document.title = page.title + ' · homesweep';
    main.replaceChildren();
    window.scrollTo(0, 0);
  }
  const drawn = page.draw(main, rest, query, fresh);
  if (fresh && show.moved) arrive(drawn);
  show.moved = true;
}

/** Moves the focus to the page's heading: at once, or where it comes later, once it is there. */
async function arrive(drawn) {
  if (!main.contains(document.activeElement) || document.activeElement === main) land(main);
  if (!drawn?.then) return;
  await drawn;
  if (document.activeElement === main || document.activeElement === document.body) land(main);
}

function drawStatus() {
  const words = {
    loading: '', live: say('app.live'),
    polling: say('app.up-to-date'),
    offline: say('app.not-reachable'),
  }[live.status];
  status.className = 'status ' + live.status;
  swap(status, live.status === 'offline' && sign('offline'), h('span', {}, words));
  const behind = live.status === 'offline' && Boolean(live.loaded);
  main.classList.toggle('behind', behind);
  stale.hidden = !behind;
  if (behind) swap(stale, h('span', {}, say('app.stale', { time: clock(live.loaded) })), h('button.plainly', { type: 'button', 'data-key': 'now', onclick: () => live.load() }, say('app.now')));
}

/** The router answers again: what could not be had is asked for anew. */
function returned() {
  if (['live', 'polling'].includes(live.status)) main.querySelector('[data-again]')?.click();
}

/** Draws the frame around every page of somebody who is let in. */
function frame(isPublic) {
  links = TABS.map(([name, icon]) => [name, h('a', { href: '#/' + name }, sign(icon), h('span', {}, say(icon + '.title')))]);
  main = h('main.page', { id: 'main', tabindex: '-1' });
  status = h('p.status', { role: 'status' });
  stale = h('div.ribbon.stale-view', { role: 'status', hidden: true });
  const brand = h('a.brand', { href: '#/' }, h('img', { src: '/mark.svg', alt: '', width: 32, height: 32 }), 'homesweep');
  app.replaceChildren(
    h('header.top', {}, h('div.top-in', {}, brand, h('nav', { 'aria-label': say('app.pages') }, links.map(([, a]) => a)), status)),
    isPublic ? h('p.ribbon', {}, say('app.a-demonstration-with-a')) : '',
    stale, progressBar(live), main);
}

function enter(isPublic) {
  frame(isPublic);
  window.onhashchange = () => { if (location.hash !== '#main') show(true); };
  drawStatus();
  show(true);
  live.start();
}

async function boot() {
  live.stop();
  clearTimeout(again);
  again = 0;
  document.querySelector('.skip').textContent = say('app.skip');
  window.onhashchange = null;
  try {
    const who = await api.session();
    if (who.state === 'open') {
      forget();
      enter(who.public);
    } else await gate(app, who.state, (first) => { if (first) location.hash = '#/first'; boot(); });
  } catch (e) {
    const box = document.getElementById('main') || app.appendChild(h('main.page', { id: 'main' }));
    box.classList.remove('behind');
    if (stale) stale.hidden = true;
    swap(box, notice({ icon: 'offline', title: e.message.replace(/\.$/, ''), text: e.todo, button: say('app.try-again'), onclick: boot }));
    again = setTimeout(boot, PATIENCE);
  }
}

live.addEventListener('state', () => show(false));
// "12 minutes ago" grows old by itself, and devices come and go without a sweep.
setInterval(() => {
  if (!live.state || document.hidden) return;
  if (['home', 'devices'].includes(document.body.dataset.page)) show(false);
  live.load();
}, 60000);
live.addEventListener('status', () => { drawStatus(); if (live.state) returned(); else show(false); });
window.addEventListener('online', () => (again ? boot() : live.load()));
live.addEventListener('locked', boot);
document.addEventListener('homesweep:left', boot);
document.addEventListener('homesweep:language', boot);
document.querySelector('.skip').addEventListener('click', (e) => { e.preventDefault(); document.getElementById('main')?.focus(); });
window.addEventListener('unhandledrejection', (e) => { if (e.reason?.todo) tell(`${e.reason.message} ${e.reason.todo}`); });

await ready();
boot();

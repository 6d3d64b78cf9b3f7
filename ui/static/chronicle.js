// What happened: lately on the first page, on a device's page, and all of it.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { personal } from './model.js';
import { loading, notice, order } from './parts.js';
import { say } from './say.js';
import { strip } from './strip.js';
import { ago, clock, day } from './time.js';

const PAGE = 30, FEW = 8; // events asked for at a time: of the home, of a device
const LATELY = 5;
const REST = 15000; // ms for which what was asked for is new enough

const SIGN = {
  joined: 'plus', back: 'plus', gone: 'offline', 'private-address': 'refresh', address: 'refresh', service: 'open', firmware: 'refresh',
  'finding-new': 'act_now', 'finding-worse': 'act_now', 'finding-fixed': 'fine', pairing: 'soon', 'port-map': 'act_now', dhcp: 'act_now', gateway: 'act_now',
};

/** Whether a time is a day's beginning, to which those of what somebody carries are rounded. */
const whole = (at) => { const t = new Date(at); return !(t.getHours() || t.getMinutes() || t.getSeconds() || t.getMilliseconds()); };

/** When, as far as it is told: of what somebody carries the day, which a list by days has said. */
const when = (e, near) => (personal({ kind: e.kind }) || whole(e.at) ? near && day(e.at, live.now()) : near ? ago(e.at, live.now()) : clock(new Date(e.at)));

/** One event; its severity colours the sign of a finding that came or grew. */
function entry(e, near, own) {
  const grave = /new|worse/.test(e.what) && e.severity;
  const text = h('span.row-text', {}, h('strong', {}, e.words), h('span.soft', {}, [!own && e.name, when(e, near)].filter(Boolean).join(' · ')));
  const icon = h('span.event' + (grave ? '.' + e.severity : ''), {}, sign(SIGN[e.what] || 'for_info'));
  if (!e.device || own) return h('div.row.still', {}, icon, text);
  return h('a.row', { href: '#/device/' + encodeURIComponent(e.device), 'data-key': 'event ' + e.id }, icon, text, h('span.chevron', {}, sign('next')));
}

const entries = (list, near, own) => h('ul.plain.events', {}, list.map((e) => h('li', {}, entry(e, near, own))));

/** Events below the days they are of. */
function byDay(list) {
  const groups = new Map();
  for (const e of list) {
    const words = day(e.at, live.now());
    groups.set(words, [...(groups.get(words) || []), e]);
  }
  return [...groups].map(([words, events]) => h('section.day', {}, h('h2', {}, words.charAt(0).toUpperCase() + words.slice(1)), h('div.card', {}, entries(events))));
}

/** A list that grows at its end; draw(events) fills host. */
function pager(device, most, draw) {
  const state = { events: [], more: true };
  state.load = async () => {
    const last = state.events.at(-1);
    const { events } = await api.eventsLog(device, last ? last.id : 0, most);
    state.events.push(...events);
    state.more = events.length === most;
    draw(state);
  };
  return state;
}

const older = (state) => state.more && h('div.answers', {}, h('button.button.quiet', { type: 'button', 'data-key': 'older', onclick: (e) => order(e.currentTarget, state.load) }, say('chronicle.older')));

const failed = (e, again) => h('div.fields', {}, h('p.trouble', { role: 'alert' }, `${e.message} ${e.todo || ''}`),
  h('div.answers', {}, h('button.button.quiet.small', { type: 'button', 'data-again': true, onclick: again }, say('keeping.again'))));

/** The page with everything that happened. */
export const happened = {
  get title() { return say('chronicle.title'); },
  draw(host, rest, query, fresh) {
    if (!fresh && host.firstChild && !host.querySelector('.loading')) return;
    swap(host, loading());
    if (!live.state) return;
    const back = h('a.back', { href: '#/', 'data-key': 'back' }, sign('back'), say('chronicle.home'));
    const head = [back, h('h1', {}, say('chronicle.title'))];
    if (!live.state.offers?.includes('chronicle')) return swap(host, back, notice({ icon: 'open', title: say('chronicle.none') }));
    const here = () => location.hash.startsWith('#/happened') && host.isConnected;
    const state = pager('', PAGE, (s) => here() && swap(host, head, s.events.length ? h('div.story', {}, byDay(s.events), older(s))
      : notice({ icon: 'fine', title: say('chronicle.empty'), text: say('chronicle.empty.text') })));
    const load = () => state.load().catch((e) => here() && swap(host, head, h('section.card', {}, failed(e, load))));
    load();
  },
};

const recent = { box: null, at: 0 };

/** On the first page: the last few, or nothing where none is written down. */
export function lately(s) {
  if (!s.offers?.includes('chronicle')) return null;
  recent.box ||= h('div.lately', {}, h('p.soft', {}, say('chronicle.loading')));
  if (Date.now() - recent.at > REST) refresh();
  return h('section.card.list', { 'aria-labelledby': 'lately' }, h('h2', { id: 'lately' }, say('chronicle.lately')), recent.box);
}

async function refresh() {
  recent.at = Date.now();
  try {
    const { events } = await api.eventsLog('', 0, LATELY);
    swap(recent.box, events.length ? [entries(events, true), h('a.all', { href: '#/happened', 'data-key': 'all' }, say('chronicle.all'))] : h('p.soft', {}, say('chronicle.empty')));
  } catch (e) {
    swap(recent.box, failed(e, refresh));
  }
}

live.addEventListener('happening', () => { recent.at = 0; if (recent.box?.isConnected) refresh(); });
live.addEventListener('locked', () => { recent.box = null; recent.at = 0; });

const story = { id: '', box: null };

/** On a device's page: its days and what happened to it; drawn once while the page stays. */
export function deviceStory(d, fresh) {
  if (!live.state?.offers?.includes('chronicle')) return null;
  if (fresh || story.id !== d.id) {
    Object.assign(story, { id: d.id, box: h('section.card.list', { 'aria-labelledby': 'story' }) });
    tell(d, story.box);
  }
  return story.box;
}

async function tell(d, box) {
  const head = h('h2', { id: 'story' }, say('chronicle.device'));
  swap(box, head, h('p.soft', {}, say('chronicle.loading')));
  const days = h('div.lately'), events = h('div.lately');
  const state = pager(d.id, FEW, (s) => swap(events, s.events.length ? entries(s.events, true, true) : h('p.soft', {}, say('chronicle.device.empty')), older(s)));
  try {
    const [known] = await Promise.all([api.days(d.id), state.load()]);
    const figure = strip(known.days, d);
    if (figure) days.append(figure);
    swap(box, head, days, events);
  } catch (e) {
    if (e.status === 401) return live.load();
    swap(box, head, failed(e, () => tell(d, box)));
  }
}

/** Looks at the device now; the button rests while anything is under way. */
export function lookNow(d) {
  const s = live.state;
  if (s?.public || !s?.offers?.includes('inspect') || d.self) return null;
  const go = h('button.button.quiet.small', {
    type: 'button', 'data-key': 'inspect', disabled: Boolean(live.progress?.running),
    onclick: () => order(go, () => api.inspect(d.id), (p) => `${say('chronicle.inspected')} ${p.message || ''}`),
  }, sign('search'), say('chronicle.inspect'));
  return go;
}

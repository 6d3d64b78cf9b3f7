// The last 90 days of a device as a row of bars. A day of which nothing is known
// is left blank, and of what goes where a person goes only the day is told.

import { h } from './dom.js';
import { personal } from './model.js';
import { say } from './say.js';

const SVG = 'http://www.w3.org/2000/svg';
const DAYS = 90, STEP = 8, WIDE = 6, HIGH = 40, LOW = 2;
const ALL = 24 * 60; // minutes of a day

/** The days as numbers of days since 1970, so that summer time moves none. */
const number = (date) => Date.parse(date + 'T00:00:00Z') / 864e5;

function bar(x, high, kind) {
  const rect = document.createElementNS(SVG, 'rect');
  const put = { x, y: HIGH - high, width: WIDE, height: high, rx: 1.5, class: kind };
  for (const [name, value] of Object.entries(put)) rect.setAttribute(name, value);
  return rect;
}

/** The words for what the bars say. */
function told(days, carried) {
  const seen = days.filter((d) => d.seen);
  if (!seen.length) return say('chronicle.strip.never', { days: days.length });
  if (carried) return say('chronicle.strip.days', { n: seen.length, days: days.length });
  const hours = Math.round(seen.reduce((sum, d) => sum + (d.minutes || 0), 0) / seen.length / 60);
  const on = say('chronicle.strip.days', { n: seen.length, days: days.length });
  return hours ? on + ' ' + say('chronicle.strip.hours', { n: hours }) : on;
}

/**
 * The strip as a figure; nothing without a day.
 * @param {{date: string, minutes?: number, seen: boolean}[]} days oldest first
 * @param {object} device whose days they are
 */
export function strip(days, device) {
  const list = days.slice(-DAYS);
  if (!list.length) return null;
  const carried = personal(device);
  const words = told(list, carried);
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${DAYS * STEP - (STEP - WIDE)} ${HIGH}`);
  svg.setAttribute('class', 'strip');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', words);
  svg.setAttribute('preserveAspectRatio', 'none');
  const last = number(list.at(-1).date);
  for (const d of list) {
    const x = (DAYS - 1 - (last - number(d.date))) * STEP;
    if (!(x >= 0)) continue;
    const share = carried ? 0.6 : Math.min(1, (d.minutes || 0) / ALL);
    svg.append(bar(x, d.seen ? Math.max(LOW * 2, share * HIGH) : LOW, d.seen ? 'here' : 'gone'));
  }
  return h('figure.days', {}, svg,
    h('div.ends', { 'aria-hidden': 'true' }, h('span', {}, say('chronicle.strip.start')), h('span', {}, say('chronicle.strip.end'))),
    h('figcaption.soft', {}, words, carried && ' ' + say('chronicle.strip.personal')));
}

// Times in words, in the browser's own zone.

import { language, locale, say } from './say.js';

const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** Go's zero time is year 1: nothing is known. */
export const isSet = (stamp) => Boolean(stamp) && !stamp.startsWith('0001-');

/** "just now", "12 minutes ago", "yesterday", "on 3 November". */
export function ago(stamp, now) {
  if (!isSet(stamp)) return '';
  const gap = now - Date.parse(stamp);
  if (gap < 45e3) return say('time.now');
  if (gap < HOUR) return say('time.minutes.ago', { n: Math.max(1, Math.round(gap / MINUTE)) });
  if (gap < DAY) return say('time.hours.ago', { n: Math.round(gap / HOUR) });
  return day(stamp, now);
}

/** "today", "yesterday", "on 3 November"; bare without the "on". */
export function day(stamp, now, bare = false) {
  if (!isSet(stamp)) return '';
  const then = new Date(stamp);
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate());
  const days = Math.round((midnight(now) - midnight(then)) / DAY);
  if (days <= 0) return say('time.today');
  if (days === 1) return say('time.yesterday');
  const year = then.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  const words = then.toLocaleDateString(locale(), { day: 'numeric', month: 'long', year });
  return bare ? words : say('time.on', { date: words });
}

/** "14:05". */
export const clock = (date) => date.toLocaleTimeString(language() === 'en' ? [] : locale(), { timeStyle: 'short' });

/** "22 November 2026, 17:31". */
export function full(stamp) {
  const d = new Date(stamp);
  return d.toLocaleDateString(locale(), { day: 'numeric', month: 'long', year: 'numeric' }) + ', ' + clock(d);
}

/** "40 seconds", "2 minutes". */
export function lasted(from, to) {
  const gap = Date.parse(to) - Date.parse(from);
  if (!(gap >= 0)) return '';
  if (gap < 90e3) return say('time.seconds', { n: Math.max(1, Math.round(gap / 1e3)) });
  return say('time.minutes', { n: Math.round(gap / MINUTE) });
}

/** "22 November 2026". */
export const date = (stamp) => new Date(stamp).toLocaleDateString(locale(), { day: 'numeric', month: 'long', year: 'numeric' });

/** "22 November 2026, 17:31" on a clock of 24 hours, as it stays on paper. */
export const moment = (stamp) => date(stamp) + ', ' + new Date(stamp).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });

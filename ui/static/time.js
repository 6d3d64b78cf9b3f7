// Times in words, in the browser's own zone.

const MINUTE = 60e3, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** Go's zero time is year 1: nothing is known. */
export const isSet = (stamp) => Boolean(stamp) && !stamp.startsWith('0001-');

const some = (n, unit) => `${n} ${unit}${n === 1 ? '' : 's'}`;

/** "just now", "12 minutes ago", "yesterday", "on 3 November". */
export function ago(stamp, now) {
  if (!isSet(stamp)) return '';
  const gap = now - Date.parse(stamp);
  if (gap < 45e3) return 'just now';
  if (gap < HOUR) return some(Math.max(1, Math.round(gap / MINUTE)), 'minute') + ' ago';
  if (gap < DAY) return some(Math.round(gap / HOUR), 'hour') + ' ago';
  return day(stamp, now);
}

/** "today", "yesterday", "on 3 November". */
export function day(stamp, now) {
  if (!isSet(stamp)) return '';
  const then = new Date(stamp);
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate());
  const days = Math.round((midnight(now) - midnight(then)) / DAY);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  const year = then.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return 'on ' + then.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year });
}

/** "14:05". */
export const clock = (date) => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** "22 November 2026, 17:31". */
export function full(stamp) {
  const d = new Date(stamp);
  return d.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }) + ', ' + clock(d);
}

/** "40 seconds", "2 minutes". */
export function lasted(from, to) {
  const gap = Date.parse(to) - Date.parse(from);
  if (!(gap >= 0)) return '';
  if (gap < 90e3) return some(Math.max(1, Math.round(gap / 1e3)), 'second');
  return some(Math.round(gap / MINUTE), 'minute');
}

/** "22 November 2026". */
export const date = (stamp) => new Date(stamp).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** "22 November 2026, 17:31" on a clock of 24 hours, as it stays on paper. */
export const moment = (stamp) => date(stamp) + ', ' + new Date(stamp).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

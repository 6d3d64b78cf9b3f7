// What looking after the home costs the machine that does it.

import { h } from './dom.js';
import { say } from './say.js';

/** "18 MB", "60 KB"; in thousands, as memory of flash is sold. */
function size(bytes) {
  const unit = bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'KB'];
  const n = bytes / unit[0];
  return `${(n >= 10 || n === 0 ? Math.round(n) : Math.max(0.1, Math.round(n * 10) / 10)).toLocaleString()}\u00a0${unit[1]}`;
}

// What the machine lets the daemon do; where it lets it do all, nothing is said.
const FOOTING = ['connect'];
const ROOM = ['little', 'tight', 'none'];

/** The card for the first page; nothing where nobody counts. */
export function cost(s) {
  const u = s.upkeep;
  if (!u) return null;
  const rows = [
    u.rss > 0 && ['keeping.cost.memory', size(u.rss)],
    ['keeping.cost.cpu', say('keeping.cost.seconds', { n: Math.round(u.cpu_today) })],
    ['keeping.cost.flash', [size(u.flash_today), u.flash_day > 0 && h('span.soft', {}, say('keeping.cost.flash.day', { size: size(u.flash_day) }))]],
    FOOTING.includes(u.rung) && ['keeping.rung', say('keeping.rung.' + u.rung)],
    ROOM.includes(u.room) && ['keeping.room', say('keeping.room.' + u.room)],
  ];
  return h('section.card', { 'aria-labelledby': 'cost' }, h('h2', { id: 'cost' }, say('keeping.cost')),
    h('dl.pairs', {}, rows.filter(Boolean).map(([key, value]) => h('div', {}, h('dt', {}, say(key)), h('dd', {}, value)))));
}

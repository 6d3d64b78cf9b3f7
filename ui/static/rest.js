// A device that once did not bear being asked: how long it is left alone.

import { h } from './dom.js';
import { sign } from './icons.js';
import { full, isSet } from './time.js';
import { say } from './say.js';

const REST = 24 * 3600e3; // as long as a sweep leaves it alone

const end = (d) => Date.parse(d.suffered.at) + REST;

/** Whether it is left alone now. */
export const resting = (d, now) => isSet(d.suffered?.at) && now < end(d);

/** "Left alone until 24 November 2026, 15:04", if it is. */
export const restLine = (d, now) => resting(d, now) && say('rest.until', { when: full(new Date(end(d)).toISOString()) });

/** What happened and what follows from it, for its own page. */
export function rest(d, now) {
  if (!isSet(d.suffered?.at)) return null;
  const line = restLine(d, now);
  const words = line ? say('rest.still', { line }) : say('rest.care', { when: full(d.suffered.at) });
  return h('p.hint', {}, sign('for_info'), h('span', {}, words, ' ', d.suffered.sign, ' ', say('rest.harmless')));
}

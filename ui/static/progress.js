// The bar below the header while a sweep runs.

import * as api from './api.js';
import { h } from './dom.js';
import { sign } from './icons.js';
import { PHASE } from './words.js';
import { order } from './parts.js';
import { say } from './say.js';

const PHASES = ['presence', 'ports', 'services', 'checks', 'logins'];

/**
 * How much is done, 0 to 1: port questions are most of the way, devices looked
 * at to the end are the rest. It never goes back.
 */
export function share(p) {
  const asked = p.total ? Math.min(1, p.probes / p.total) : 0;
  const ended = p.devices ? Math.min(1, p.finished / p.devices) : 0;
  const floor = [0.03, 0.08, 0.08, 0.08, 0.08][PHASES.indexOf(p.phase)] ?? 0.03;
  return Math.min(0.99, Math.max(floor, 0.1 + 0.55 * asked + 0.34 * ended - (asked + ended ? 0 : 0.1)));
}

/** What has been found so far, in one line. */
export function soFar(p) {
  const parts = [say('progress.devices', { n: p.devices })];
  if (p.finished) parts.push(say('progress.looked', { n: p.finished }));
  if (p.problems) parts.push(say('progress.findings', { n: p.problems }));
  return parts.join(' · ');
}

/** A bar that follows live's progress and hides when nothing runs. */
export function progressBar(live) {
  let best = 0, started = '';
  const words = h('strong', { 'aria-live': 'polite' });
  const numbers = h('span.soft', {});
  const meter = h('progress', { max: 100, value: 0, 'aria-label': say('progress.progress-of-the-check') });
  const stop = h('button.button.quiet.small', { type: 'button', onclick: () => order(stop, api.cancelSweep, say('progress.stopping-what-was-found')) },
    sign('stop'), say('progress.stop'));
  const bar = h('section.sweeping', { 'aria-label': say('progress.check-in-progress'), hidden: true },
    h('div.sweeping-in', {}, h('a.sweeping-text', { href: '#/sweep' }, words, numbers), stop, meter));
  const draw = () => {
    const p = live.progress;
    bar.hidden = !p?.running;
    if (bar.hidden) return;
    if (p.started !== started) { best = 0; started = p.started; }
    best = Math.max(best, share(p));
    meter.value = Math.round(best * 100);
    const phase = PHASE[p.phase] || say('progress.checking-your-network');
    if (words.textContent !== phase) words.textContent = phase;
    numbers.textContent = p.message ? `${soFar(p)} · ${p.message}` : soFar(p);
  };
  live.addEventListener('progress', draw);
  draw();
  return bar;
}

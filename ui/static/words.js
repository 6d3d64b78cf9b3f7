// The product's words for what the schema says.

import { say, worded } from './say.js';

/** Verdicts a household reads; not_applicable is not shown. */
export const VERDICT = worded('verdict', 'fail', 'likely_fail', 'pass', 'likely_pass', 'unknown', 'not_tested', 'stale');

/** Severities, most pressing first. */
export const SEVERITIES = ['act_now', 'soon', 'when_you_can', 'for_info'];

export const SEVERITY = worded('severity', 'act_now', 'soon', 'when_you_can', 'for_info');

/** Kinds: one, several. */
export const KIND = Object.defineProperties({}, Object.fromEntries([
  'camera', 'nvr', 'printer', 'nas', 'tv', 'speaker', 'hub', 'plug', 'bulb', 'appliance',
  'router', 'ap', 'phone', 'computer', 'console', 'voip', 'energy', 'media', 'server', 'unknown',
].map((kind) => [kind, { enumerable: true, get: () => [say('kind.' + kind, { n: 1 }), say('kind.' + kind, { n: 2 })] }])));

/** Fields of an identity, in the order they are shown. */
export const FIELD = worded('field', 'name', 'kind', 'vendor', 'model', 'hardware', 'firmware');

/** Fields that a device is known again by. */
export const MARK = worded('mark', 'mac', 'address', 'identity');

/** How sure: a word and how many of four marks. */
export function sureness(confidence) {
  if (confidence >= 0.9) return [say('sure.very'), 4];
  if (confidence >= 0.7) return [say('sure.fairly'), 3];
  if (confidence >= 0.4) return [say('sure.probably'), 2];
  return [say('sure.guess'), 1];
}

/** The phases of a sweep: what is going on. */
export const PHASE = worded('phase', 'presence', 'ports', 'services', 'checks', 'logins', 'done');

/** How far a sweep may go. */
export const TOUCH = Object.defineProperties({}, Object.fromEntries(['listen', 'look', 'ask']
  .map((touch) => [touch, { enumerable: true, get: () => [say('touch.' + touch), say('touch.' + touch + '.means')] }])));

/** The 13 guidelines of the UK Code of Practice for consumer IoT security. */
export const GUIDELINE = worded('guideline', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13');

/** Why a check could not be decided, when the device's evidence does not say. */
export const WHY_OPEN = worded('why', 'unknown', 'not_tested', 'stale');

/** What the sweep did to the network, so that nobody has to wonder. */
export function effort(c, touch) {
  const parts = ['packets', 'connections', 'datagrams', 'login_tries']
    .filter((what) => c[what]).map((what) => say('effort.' + what, { n: c[what] }));
  if (!parts.length) return say(touch === 'listen' ? 'effort.nothing' : 'effort.search');
  return say(c.login_tries ? 'effort.tried' : 'effort.untried', { list: parts.join(', ') });
}

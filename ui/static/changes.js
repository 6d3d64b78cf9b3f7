// What is different from an earlier sweep of the same home.

import { h } from './dom.js';
import { sign } from './icons.js';
import { name, part, table, toDevice } from './sheets.js';
import { isSet, moment } from './time.js';
import { say } from './say.js';

/** What can become of a device or a finding: the sign; the words have its name. */
const CHANGE = {
  joined: 'tick',
  gone: 'skipped',
  changed: 'refresh',
  new: 'act_now',
  worse: 'act_now',
  better: 'tick',
  fixed: 'fine',
  no_longer_told: 'open',
  not_comparable: 'open',
};

const became = (change) => {
  const known = Object.hasOwn(CHANGE, change);
  return h('span.verdict.' + change, {}, sign(known ? CHANGE[change] : 'for_info'), name(known ? say('changes.' + change) : change));
};

/** A device of this sweep leads to its sheet; one that is gone is only named. */
const who = (view, c) => (view.devices.has(c.device) ? toDevice(view, c.device) : name(view.hide ? say('model.any') : c.name));

/** The changes as two tables. */
export function changed(view) {
  const { changes } = view.sweep;
  if (!changes) return null;
  const { devices = [], findings = [], notes = [] } = changes;
  const lead = (isSet(changes.since) ? say('changes.since', { when: moment(changes.since) }) + ' ' : '')
    + (devices.length + findings.length ? say('changes.what-could-not-be') : say('changes.nothing-changed-as-far'));
  const row = (c, words) => h('tr', {}, h('th', { scope: 'row' }, who(view, c)), h('td', {}, became(c.change)), h('td', {}, words));
  return part('changes', say('changes.what-changed-since-the'), lead,
    findings.length > 0 && [h('h3', {}, say('changes.problems')), table('changed', say('changes.problems-that-changed'), [say('device.title'), say('changes.what-became-of-it'), say('changes.problem')],
      findings.map((c) => row(c, [h('p', {}, h('strong', {}, name(c.title))), c.words !== c.title && h('p.soft', {}, name(c.words))])))],
    devices.length > 0 && [h('h3', {}, say('devices.title')), table('changed', say('changes.devices-that-changed'), [say('device.title'), say('changes.what-became-of-it'), say('changes.how')],
      devices.map((c) => row(c, name(c.words))))],
    notes.length > 0 && h('ul', {}, notes.map((n) => h('li', {}, name(n)))));
}

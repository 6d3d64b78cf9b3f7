// What is different from an earlier sweep of the same home.

import { h } from './dom.js';
import { sign } from './icons.js';
import { name, part, table, toDevice } from './sheets.js';
import { isSet, moment } from './time.js';

/** What can become of a device or a finding: the sign and the words. */
const CHANGE = {
  joined: ['tick', 'New here'],
  gone: ['skipped', 'Not there any more'],
  changed: ['refresh', 'Changed'],
  new: ['act_now', 'New'],
  worse: ['act_now', 'More pressing'],
  better: ['tick', 'Less pressing'],
  fixed: ['fine', 'Done with'],
  no_longer_told: ['open', 'Could not be looked at now'],
  not_comparable: ['open', 'Not looked at then'],
};

const became = (change) => {
  const [icon, words] = CHANGE[change] || ['for_info', change];
  return h('span.verdict.' + change, {}, sign(icon), name(words));
};

/** A device of this sweep leads to its sheet; one that is gone is only named. */
const who = (view, c) => (view.devices.has(c.device) ? toDevice(view, c.device) : name(view.hide ? 'A device' : c.name));

/** The changes as two tables. */
export function changed(view) {
  const { changes } = view.sweep;
  if (!changes) return null;
  const { devices = [], findings = [], notes = [] } = changes;
  const lead = (isSet(changes.since) ? `Compared with the look of ${moment(changes.since)}. ` : '')
    + (devices.length + findings.length ? 'What could not be compared is said as well.' : 'Nothing changed, as far as it could be compared.');
  const row = (c, words) => h('tr', {}, h('th', { scope: 'row' }, who(view, c)), h('td', {}, became(c.change)), h('td', {}, words));
  return part('changes', 'What changed since the last look', lead,
    findings.length > 0 && [h('h3', {}, 'Problems'), table('changed', 'Problems that changed', ['Device', 'What became of it', 'Problem'],
      findings.map((c) => row(c, [h('p', {}, h('strong', {}, name(c.title))), c.words !== c.title && h('p.soft', {}, name(c.words))])))],
    devices.length > 0 && [h('h3', {}, 'Devices'), table('changed', 'Devices that changed', ['Device', 'What became of it', 'How'],
      devices.map((c) => row(c, name(c.words))))],
    notes.length > 0 && h('ul', {}, notes.map((n) => h('li', {}, name(n)))));
}

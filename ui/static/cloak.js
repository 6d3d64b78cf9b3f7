// What a report takes of strangers' words: bounded, in one direction, and on wish
// without what names the people and machines of a home.

import { KIND } from './words.js';
import { made } from './model.js';

/** Characters that cannot be seen, or that turn the words around them; a line's end may stay. */
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** How many characters are shown of a name, and of a sentence. */
const SHORT = 80, LONG = 600;
const BRIEF = new Set(['names', 'name', 'kind', 'vendor', 'model', 'hardware', 'firmware', 'product', 'version']);

const tame = (text, key) => {
  const seen = text.replace(UNSEEN, '');
  const most = BRIEF.has(key) ? SHORT : LONG;
  return seen.length > most ? [...seen].slice(0, most).join('') + '…' : seen;
};

/** A copy of value in which every string went through f(string, its key). */
function each(value, f, key) {
  if (typeof value === 'string') return f(value, key);
  if (Array.isArray(value)) return value.map((v) => each(v, f, key));
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, each(v, f, k)]));
}

/** Whatever is shown, fit to be shown. */
export const plain = (value) => each(value, tame);

const MAC = '\\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\\b';
const HOME4 = '\\b(?:10|127|192\\.168|169\\.254|172\\.(?:1[6-9]|2\\d|3[01])|100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7]))(?:\\.\\d{1,3}){2,3}(?:/\\d+)?\\b';
const IPV6 = '\\b(?:fe[89ab][0-9a-f]|f[cd][0-9a-f]{2}|[23][0-9a-f]{3}):[0-9a-f:]*[0-9a-f:](?:%\\w+)?(?:/\\d+)?';

/** Fields that name no household, and references that must stay what they are. */
const KEEP = new Set(['id', 'device', 'devices', 'kind', 'vendor', 'model', 'hardware', 'firmware', 'version', 'product', 'check', 'service', 'verdict', 'severity',
  'provision', 'provisions', 'status', 'seen', 'meaning', 'source', 'field', 'transport', 'started', 'finished', 'created', 'first_seen', 'last_seen', 'touch', 'tool', 'rung', 'change']);

const NAMES = new Set(['name', 'mac', 'address', 'identity']);

/** Whether a name says no more than what the device is anyway. */
const isModel = (device, name) => [made(device), device.kind, KIND[device.kind]?.[0] || ''].some((w) => w.toLowerCase() === name.toLowerCase());

/** The names of what is not there any more, as the changes tell them: "Garage, Acme C1 (192.168.1.20)". */
function gone({ devices, changes }) {
  const here = new Set(devices.map((d) => d.id));
  return [...(changes?.devices || []), ...(changes?.findings || [])].filter((c) => !here.has(c.device))
    .flatMap((c) => [c.name, c.name.split(/,| \(/)[0]]);
}

/** The words that name the machines of a home, longest first. */
function secrets(sweep) {
  const { devices } = sweep;
  const words = devices.flatMap((d) => [...d.names.filter((n) => !isModel(d, n)), ...d.addresses, ...d.macs,
    ...d.identity.filter((f) => NAMES.has(f.field) && !isModel(d, f.value)).map((f) => f.value)]);
  return [...new Set([...words, ...gone(sweep)])].filter((w) => w.length > 2).sort((a, b) => b.length - a.length);
}

/** The sweep and the changes without names and addresses; a device without its name is called by what it is. */
export function hidden(shown) {
  const names = secrets(shown.sweep).map((w) => w.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const named = names.length ? `(?<![\\p{L}\\p{N}])(?:${names.join('|')})(?![\\p{L}\\p{N}])|` : '';
  const secret = new RegExp(named + [MAC, HOME4, IPV6].join('|'), 'giu');
  const copy = each(shown, (text, key) => (KEEP.has(key) ? text : text.replace(secret, '[hidden]')));
  for (const d of copy.sweep.devices) {
    Object.assign(d, { names: [], addresses: [], macs: [], exposed: [], identity: d.identity.filter((f) => !NAMES.has(f.field)) });
  }
  copy.sweep.links = [];
  copy.decisions = [];
  return copy;
}

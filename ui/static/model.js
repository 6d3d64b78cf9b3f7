// Reads a sweep: what to call a device, what wants doing, what was decided.

import { KIND, SEVERITIES, FIELD } from './words.js';
import { say } from './say.js';

/** Verdicts that ask something of the owner. */
export const isProblem = (finding) => finding.verdict === 'fail' || finding.verdict === 'likely_fail';

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/** The address to show first: IPv4 where there is one. */
export const mainAddress = (device) => device.addresses.find((a) => IPV4.test(a)) || device.addresses[0] || '';

/** The owner's last word on something, or ''. */
export function decided(decisions, device, what, check) {
  let word = '';
  for (const d of decisions || []) {
    if (d.device === device && d.what === what && (!check || d.check === check)) word = d.value;
  }
  return word;
}

/** Maker and model, without the maker twice where the model begins with it. */
export function made(device) {
  const { vendor, model } = device;
  return model.toLowerCase().startsWith(vendor.toLowerCase()) ? model : [vendor, model].filter(Boolean).join(' ');
}

/** What to call it: the owner's name, its own, its model, its kind, else where it is. */
export function title(device, decisions) {
  const named = decided(decisions, device.id, 'name') || device.names[0];
  if (named) return named;
  if (device.model) return made(device);
  if (device.kind !== 'unknown') return [device.vendor, KIND[device.kind]?.[0] || device.kind].filter(Boolean).join(' ');
  return device.vendor ? say('model.device', { vendor: device.vendor }) : mainAddress(device) || device.macs[0] || say('model.any');
}

/** Maker and model, or what kind it is, or what is missing. */
export function subtitle(device, name) {
  const what = made(device);
  if (what && !name.includes(what)) return what;
  if (device.self) return runsHere();
  if (device.kind === 'unknown') return KIND.unknown[0];
  const kind = KIND[device.kind]?.[0] || device.kind;
  if (!name.includes(kind)) return kind;
  return say(device.vendor ? 'model.unknown' : 'model.maker');
}

/** What there is to say of the machine that is never checked. */
export const runsHere = () => say('model.self');

const rank = (finding) => SEVERITIES.indexOf(finding.severity);

/** Whether it asks for something to be done; the rest is good to know. */
export const isTask = (finding) => finding.severity !== 'for_info';

/** What an order rests on besides severity, the weightiest first. */
const weight = ({ urgency: u = {}, verdict }) => [u.exploited, u.exposed, u.no_fix, u.epss, u.cvss, verdict === 'fail'].map((x) => Number(x || 0));

/** Problems first by severity, then by who could use them, then the surer ones. */
export function byUrgency(a, b) {
  const [x, y] = [weight(a), weight(b)];
  const i = x.findIndex((n, j) => n !== y[j]);
  return rank(a) - rank(b) || (i < 0 ? 0 : y[i] - x[i]);
}

/** A device's problems that the owner has not accepted; the same one behind two doors is one. */
export const problems = (device, decisions) => device.findings
  .filter((f) => isProblem(f) && !decided(decisions, device.id, 'accept', f.check))
  .sort(byUrgency)
  .filter((f, i, all) => all.findIndex((g) => g.check === f.check && g.title === f.title) === i);

/** What wants doing in the whole home: [{device, finding}], most pressing first. */
export const todo = (state) => state.sweep.devices
  .flatMap((device) => problems(device, state.decisions).map((finding) => ({ device, finding })))
  .sort((a, b) => byUrgency(a.finding, b.finding));

/** Whether any check came to an answer; without one, no problem found means nothing. */
export const isChecked = (devices) => devices.some((d) => d.findings.some((f) => isProblem(f) || f.verdict === 'pass' || f.verdict === 'likely_pass'));

/** How many findings of the whole home have each verdict. */
export function tally(sweep) {
  const count = {};
  for (const f of sweep.devices.flatMap((d) => d.findings)) count[f.verdict] = (count[f.verdict] || 0) + 1;
  return count;
}

/** Facts by field, best first; a field nothing is known about is left out. */
export function facts(device, fields = FIELD) {
  return Object.keys(fields).map((field) => ({
    field,
    facts: device.identity.filter((f) => f.field === field && f.value)
      .sort((a, b) => (b.source === 'owner') - (a.source === 'owner') || b.confidence - a.confidence),
  })).filter((row) => row.facts.length);
}

/** Whether it goes where a person goes, for all that is known: of that only days are told. */
export const personal = (d) => ['phone', 'computer'].includes(d.kind) || ((!d.kind || d.kind === 'unknown') && (d.macs || []).some((m) => m && isPrivateMAC(m)));

/** Made up on the device (IEEE 802, U/L bit): the maker cannot be read from it. */
export const isPrivateMAC = (mac) => (parseInt(mac.slice(0, 2), 16) & 2) !== 0;

/** A number that sorts IPv4 addresses as people expect. */
export function addressOrder(device) {
  const a = mainAddress(device);
  return IPV4.test(a) ? a.split('.').reduce((n, part) => n * 256 + Number(part), 0) : Infinity;
}

/** The fragment of a device's page. */
export const link = (device, check) => '#/device/' + encodeURIComponent(device.id) + (check ? '/' + encodeURIComponent(check) : '');

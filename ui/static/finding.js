// A check's verdict on a device: what, what to do, and the proof.

import * as api from './api.js';
import { h } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { byUrgency } from './model.js';
import { fold, order, pill } from './parts.js';
import { day, isSet } from './time.js';
import { GUIDELINE, SEVERITIES, SEVERITY, VERDICT, WHY_OPEN } from './words.js';
import { serviceWords } from './origins.js';

/** The rule behind a check, for whoever wants to look it up. */
function rule(f) {
  const parts = [];
  if (GUIDELINE[f.guideline]) parts.push(`Guideline ${f.guideline} of the UK Code of Practice: ${GUIDELINE[f.guideline]}`);
  if (f.provision) parts.push(`ETSI EN 303 645, provision ${f.provision}`);
  return parts.length > 0 && h('p.rule', {}, parts.join(' · '));
}

/** What was said and what came back. */
function proof(f) {
  if (!f.evidence.length) return null;
  return fold('proof ' + f.check + f.service, 'What we saw', undefined, h('ul.plain.proof', {}, f.evidence.map((e) => h('li', {},
    e.said && h('div', {}, h('span.label', {}, 'We did'), h('code', {}, e.said)),
    e.heard && h('div', {}, h('span.label', {}, 'We saw'), h('code', {}, e.heard))))));
}

/** The door a finding is about: "Web page, tcp 80". */
function where(f, d) {
  if (!f.service) return '';
  const [transport, port] = f.service.split('/');
  const service = d.services.find((s) => s.transport === transport && String(s.port) === port);
  return (service ? serviceWords(service.name) + ', ' : '') + `${transport} ${port}`;
}

/** Accepting and taking it back; absent where the daemon could not tell us what was accepted. */
function acceptance(f, d, shown, again, accepted) {
  if (!shown.remembers || live.state?.public) return null;
  const button = h('button.button.quiet.small', {
    type: 'button', 'data-key': 'accept ' + f.check,
    onclick: async () => {
      const done = accepted ? 'Back on the list.' : 'Noted. It is off your list now.';
      if (await order(button, () => api.decide(d.id, 'accept', accepted ? '' : 'yes', f.check), done)) again();
    },
  }, accepted ? 'Put it back on my list' : 'I know, leave it');
  return button;
}

/** A problem, told in full. */
export function finding(f, d, shown, again) {
  const door = where(f, d);
  const since = isSet(f.first_seen) && 'first seen ' + day(f.first_seen, live.now());
  return h('article.card.finding.' + f.severity, { 'data-check': f.check },
    h('div.task-head', {}, pill(f.severity), h('span.soft', {}, [VERDICT[f.verdict], since].filter(Boolean).join(', '))),
    h('h3', {}, f.title),
    h('div.fix', {}, h('span.label', {}, 'What to do'), h('p', {}, f.advice)),
    proof(f),
    h('footer', {}, h('div', {}, door && h('p.rule', {}, 'About: ' + door), rule(f)), acceptance(f, d, shown, again, false)));
}

const GROUPS = [
  ['fine', 'Looks fine', ['pass', 'likely_pass']],
  ['open', 'We can’t tell from here', ['unknown']],
  ['stop', 'Not checked', ['not_tested']],
  ['soon', 'Older results', ['stale']],
];

/** Whatever asks nothing of the owner now: there, honest, and closed. */
export function quietChecks(d, later, accepted, shown, again) {
  const groups = GROUPS.map(([icon, words, verdicts]) => {
    const list = d.findings.filter((f) => verdicts.includes(f.verdict));
    return list.length > 0 && fold('checks ' + words, [sign(icon), words], list.length, h('ul.plain.checks', {}, list.map((f) => check(f, d))));
  });
  if (accepted.length) {
    groups.unshift(fold('checks accepted', [sign('edit'), 'You decided to leave'], accepted.length, h('ul.plain.checks', {},
      accepted.sort(byUrgency).map((f) => h('li', {}, h('strong', {}, f.title), h('p.soft', {}, f.advice), acceptance(f, d, shown, again, true))))));
  }
  for (const severity of [...SEVERITIES].reverse()) {
    const list = later.filter((f) => f.severity === severity);
    if (list.length) groups.unshift(fold('later ' + severity, [sign(severity), SEVERITY[severity]], list.length, h('div.later', {}, list.map((f) => finding(f, d, shown, again)))));
  }
  return groups.some(Boolean) && h('div.card.folds', {}, groups);
}

function check(f, d) {
  const door = where(f, d);
  const rest = f.verdict === 'pass' || f.verdict === 'likely_pass';
  return h('li' + (f.verdict === 'stale' ? '.stale' : ''), {},
    h('strong', {}, checkTitle(f)), door && h('span.soft', {}, ' · ' + door),
    f.verdict === 'likely_pass' && h('span.soft', {}, ' · ' + VERDICT.likely_pass),
    !rest && h('p.soft', {}, reason(f)), f.advice && f.advice !== reason(f) && h('p.soft', {}, f.advice),
    !rest && tellsMore(f) && proof(f), h('p.rule', {}, shortRule(f)));
}

/**
 * Why a check is open: what came last, where that is a sentence; else its
 * advice, which then holds the reason.
 */
function reason(f) {
  const last = f.evidence.map((e) => e.heard).filter(Boolean).at(-1) || '';
  if (['unknown', 'not_tested'].includes(f.verdict) && /^[A-Z].* .*[.]/.test(last)) return last;
  return (f.verdict === 'unknown' && f.advice) || WHY_OPEN[f.verdict];
}

/** Whether what was done and seen says more than the reason does. */
const tellsMore = (f) => f.evidence.length > 1 || f.evidence.some((e) => e.heard !== reason(f) || e.said.includes('://'));

const shortRule = (f) => [GUIDELINE[f.guideline] && `UK Code of Practice, guideline ${f.guideline}`, f.provision && `ETSI EN 303 645, ${f.provision}`].filter(Boolean).join(' · ');

/** Titles name the problem; a check that found none is asked as a question. */
const checkTitle = (f) => ASKED[f.check] || f.title;

const ASKED = {
  'default-login': 'Does it still have the password it came with?',
  'no-login': 'Can it be used without logging in?',
  'setup-unfinished': 'Is its set-up finished?',
  'pairing-open': 'Is it open to pairing?',
  'vulnerability-contact': 'Can flaws be reported to the maker?',
  'firmware-outdated': 'Is its software up to date?',
  'end-of-support': 'Does the maker still support it?',
  'software-outdated': 'Are its services up to date?',
  'known-backdoor': 'Does it have a known hidden account?',
  'cleartext-login': 'Does its login cross the network unprotected?',
  'weak-tls': 'Is its encryption up to date?',
  'certificate-expired': 'Is its certificate still valid?',
  'ssh-weak': 'Is its remote login well encrypted?',
  'telnet-open': 'Is Telnet open?',
  'ftp-open': 'Is file transfer without encryption open?',
  'adb-open': 'Is Android debugging open?',
  'smb1': 'Does it still speak the oldest file sharing?',
  'smb-guest': 'Can guests open its shared files?',
  'snmp-public': 'Does it tell strangers how it is set up?',
  'mqtt-open': 'Are its smart-home messages open to everybody?',
  'rtsp-open': 'Can anybody on the network watch its video?',
  'stream-open': 'Can anybody on the network see its pictures?',
  'onvif-open': 'Can anybody on the network steer this camera?',
  'global-address': 'Can the internet reach it?',
  'upnp-igd': 'Can devices open doors to the internet by themselves?',
  'upnp-mapping': 'Is anything open to the internet?',
  'open-resolver': 'Does it answer name lookups for strangers?',
  'raw-print': 'Can anybody on the network print?',
  'local-control': 'Can anybody on the network control it?',
  'debug-port': 'Is a debugging door open?',
  'vnc-open': 'Can anybody on the network see its screen?',
  'nfs-open': 'Are its shared folders open to everybody?',
  'modbus-open': 'Can anybody on the network control this machine?',
  'coap-open': 'Does it tell strangers what can be asked of it?',
  'database-open': 'Can its database be opened without a password?',
  'docker-open': 'Can anybody on the network take over this machine?',
  'ftp-anonymous': 'Can its files be opened without an account?',
  'password-not-enforced': 'Does it look at the password at all?',
  'proxy-open': 'Can anybody go on the internet through it?',
  'redis-open': 'Can its Redis database be opened without a password?',
  'rservices-open': 'Are old remote commands open?',
  'rsync-open': 'Can its files be copied without a password?',
  'snmp-write': 'Can anybody on the network change its settings?',
  'tftp-open': 'Does it hand out files without a password?',
};

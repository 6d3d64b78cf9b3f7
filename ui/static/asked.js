// What a check asks, of which door, and why it has no answer.

import { serviceWords } from './origins.js';
import { GUIDELINE, WHY_OPEN } from './words.js';
import { say, worded } from './say.js';

/** The door a finding is about: "Web page, tcp 80". */
export function where(f, d) {
  if (!f.service) return '';
  const [transport, port] = f.service.split('/');
  const service = d.services.find((s) => s.transport === transport && String(s.port) === port);
  return (service ? serviceWords(service.name) + ', ' : '') + `${transport} ${port}`;
}

/**
 * Why a check is open: what came last, where that is a sentence; else its
 * advice, which then holds the reason.
 */
export function reason(f) {
  const last = f.evidence.map((e) => e.heard).filter(Boolean).at(-1) || '';
  if (['unknown', 'not_tested'].includes(f.verdict) && /^[A-Z].* .*[.]/.test(last)) return last;
  return (f.verdict === 'unknown' && f.advice) || WHY_OPEN[f.verdict];
}

/** Whether what was done and seen says more than the reason does. */
export const tellsMore = (f) => f.evidence.length > 1 || f.evidence.some((e) => e.heard !== reason(f) || e.said.includes('://'));

/** The rule behind a check in a few words. */
export const shortRule = (f) => [GUIDELINE[f.guideline] && say('asked.rule.guideline', { number: String(f.guideline) }), f.provision && say('asked.rule.provision', { provision: f.provision })].filter(Boolean).join(' · ');

/** Titles name the problem; a check that found none is asked as a question, unless it names what to look at. */
export const checkTitle = (f) => (/^Worth checking/.test(f.title) ? f.title : ASKED[f.check] || f.title);

const ASKED = worded('asked',
  'default-login', 'no-login', 'setup-unfinished', 'pairing-open', 'vulnerability-contact', 'firmware-outdated',
  'end-of-support', 'software-outdated', 'known-backdoor', 'cleartext-login', 'weak-tls', 'certificate-expired',
  'ssh-weak', 'telnet-open', 'ftp-open', 'adb-open', 'smb1', 'smb-guest',
  'snmp-public', 'mqtt-open', 'rtsp-open', 'stream-open', 'onvif-open', 'global-address',
  'upnp-igd', 'upnp-mapping', 'open-resolver', 'raw-print', 'local-control', 'debug-port',
  'vnc-open', 'nfs-open', 'modbus-open', 'coap-open', 'database-open', 'docker-open',
  'ftp-anonymous', 'password-not-enforced', 'proxy-open', 'redis-open', 'rservices-open', 'rsync-open',
  'snmp-write', 'tftp-open', 'port-forward', 'guest-isolation', 'cleartext-traffic');

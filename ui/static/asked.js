// What a check asks, of which door, and why it has no answer.

import { serviceWords } from './origins.js';
import { GUIDELINE, WHY_OPEN } from './words.js';

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
export const shortRule = (f) => [GUIDELINE[f.guideline] && `UK Code of Practice, guideline ${f.guideline}`, f.provision && `ETSI EN 303 645, ${f.provision}`].filter(Boolean).join(' · ');

/** Titles name the problem; a check that found none is asked as a question, unless it names what to look at. */
export const checkTitle = (f) => (/^Worth checking/.test(f.title) ? f.title : ASKED[f.check] || f.title);

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

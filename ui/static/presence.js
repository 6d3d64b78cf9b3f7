// Where a device is and what that rests on, in one quiet line.

import { ago, clock, day, isSet } from './time.js';

/** What goes where a person goes is told by the day only. */
const PERSONAL = ['phone', 'computer'];

const BY = {
  asked: 'answered when asked', hostapd: 'on the Wi-Fi', iwinfo: 'on the Wi-Fi', wifi: 'on the Wi-Fi', fdb: 'heard by the network switch',
  bridge: 'heard by the network switch', neigh: 'heard by the router', knock: 'answered when asked', arp: 'heard by ARP', ndp: 'heard by IPv6',
  dhcp: 'heard by DHCP', dhcp6: 'heard by DHCPv6', mdns: 'heard by Bonjour', ssdp: 'heard by UPnP', wsd: 'heard by Windows discovery',
};

/** "heard by DHCP 4 minutes ago". */
function evidence(p, now) {
  const when = ago(p.at, now);
  return when && p.by ? `${BY[p.by] || 'heard by ' + p.by} ${when}` : when && 'heard ' + when;
}

/** "14:05" of today, else the day; of a person's device always the day. */
function since(d, stamp, now) {
  if (!isSet(stamp)) return '';
  const words = day(stamp, now).replace(/^on /, '');
  return ' since ' + (words === 'today' && !PERSONAL.includes(d.kind) ? clock(new Date(stamp)) : words);
}

/**
 * The line of a device and whether it is here; nothing where nobody watches.
 * @returns {{words: string, here: boolean}|null}
 */
export function standing(d, now) {
  const p = d.presence;
  if (d.self || !p?.state) return null;
  const personal = PERSONAL.includes(d.kind);
  const heard = !personal && evidence(p, now);
  const add = heard ? ' · ' + heard : '';
  switch (p.state) {
    case 'online': return { words: 'Here now' + add, here: true };
    case 'idle':
      if (d.kind === 'phone') return { words: 'Asleep, as phones are', here: true };
      return { words: (personal ? 'Asleep or just quiet' : 'Quiet') + add, here: true };
    case 'away': return { words: (personal ? 'Away' : 'Away or switched off') + since(d, p.since, now), here: false };
    case 'offline': return { words: `Off${since(d, p.since, now)}: should be on`, here: false };
    default: return null;
  }
}

/** The line of a device that nobody watched: when it was last heard. */
export function lastHeard(d, here, now) {
  if (here) return 'Here now';
  const when = (PERSONAL.includes(d.kind) ? day : ago)(d.last_seen, now);
  return when && 'Last heard ' + when;
}

// Where a device is and what that rests on, in one quiet line.

import { ago, clock, day, isSet } from './time.js';
import { say } from './say.js';
import { personal } from './model.js';

const BY = {
  asked: 'answered-when-asked', hostapd: 'on-the-wi-fi', iwinfo: 'on-the-wi-fi', wifi: 'on-the-wi-fi', fdb: 'heard-by-the-network-switch',
  bridge: 'heard-by-the-network-switch', neigh: 'heard-by-the-router', knock: 'answered-when-asked', arp: 'heard-by-arp', ndp: 'heard-by-ipv6',
  dhcp: 'heard-by-dhcp', dhcp6: 'heard-by-dhcpv6', mdns: 'heard-by-bonjour', ssdp: 'heard-by-upnp', wsd: 'heard-by-windows-discovery',
};

/** "heard by DHCP 4 minutes ago". */
function evidence(p, now) {
  const when = ago(p.at, now);
  if (!when) return '';
  if (BY[p.by]) return say('presence.by.' + BY[p.by], { when });
  return p.by ? say('presence.by.other', { by: p.by, when }) : say('presence.heard', { when });
}

/** The state and since when: "14:05" of today, else the day; of a person's device always the day. */
function since(key, d, stamp, now) {
  if (!isSet(stamp)) return say('presence.' + key);
  const words = day(stamp, now, true);
  const when = words === say('time.today') && !personal(d) ? clock(new Date(stamp)) : words;
  return say('presence.' + key + '.since', { when });
}

/**
 * The line of a device and whether it is here; nothing where nobody watches.
 * @returns {{words: string, here: boolean}|null}
 */
export function standing(d, now) {
  const p = d.presence;
  if (d.self || !p?.state) return null;
  const carried = personal(d);
  const heard = !carried && evidence(p, now);
  const add = heard ? ' · ' + heard : '';
  switch (p.state) {
    case 'online': return { words: say('presence.online') + add, here: true };
    case 'idle':
      if (d.kind === 'phone') return { words: say('presence.phone'), here: true };
      return { words: say(carried ? 'presence.resting' : 'presence.idle') + add, here: true };
    case 'away': return { words: since(carried ? 'gone' : 'away', d, p.since, now), here: false };
    case 'offline': return { words: since('off', d, p.since, now), here: false };
    default: return null;
  }
}

/** The line of a device that nobody watched: when it was last heard. */
export function lastHeard(d, here, now) {
  if (here) return say('presence.online');
  const when = (personal(d) ? day : ago)(d.last_seen, now);
  return when && say('presence.last', { when });
}

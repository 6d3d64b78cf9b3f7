// Where a fact came from, and what an open door is, in words.

import { say } from './say.js';

const SOURCE = {
  owner: 'you-said-so',
  arp: 'its-address-on-the-network',
  ndp: 'its-ipv6-address',
  neigh: 'the-routers-list-of-neighbours',
  leases: 'the-name-it-gave-when-it-joined',
  dhcp: 'what-it-said-when-it-joined-the-network',
  mdns: 'it-announces-itself-bonjour',
  ssdp: 'it-announces-itself-upnp',
  upnp: 'its-own-description-upnp',
  wsd: 'it-announces-itself-windows-discovery',
  http: 'its-web-page',
  https: 'its-web-page',
  tls: 'its-certificate',
  ssh: 'its-remote-login-greeting',
  telnet: 'its-telnet-greeting',
  ftp: 'its-file-transfer-greeting',
  rtsp: 'its-video-service',
  onvif: 'its-camera-service-onvif',
  mqtt: 'its-message-service-mqtt',
  snmp: 'its-management-answer-snmp',
  ipp: 'its-printing-service',
  smb: 'its-file-sharing',
  oui: 'the-makers-number-in-its-hardware-address',
  vendor: 'the-makers-number-in-its-hardware-address',
  mac: 'the-makers-number-in-its-hardware-address',
  vendors: 'the-makers-number-in-its-hardware-address',
  fingerprint: 'the-way-it-answers',
  fingerprints: 'the-way-it-answers',
  services: 'what-it-offers-on-the-network',
  self: 'homesweep-runs-on-it',
};

/** The words for a source; one we have no words for keeps its own name. */
export function sourceWords(source) {
  const key = SOURCE[source] || SOURCE[source.split(/[.:/ ]/)[0]];
  return key ? say('source.' + key) : say('origins.answer', { source });
}

const SERVICE = {
  http: 'web-page', 'http-alt': 'web-page', https: 'web-page', 'https-alt': 'web-page',
  ssh: 'remote-command-line', telnet: 'remote-command-line-telnet',
  ftp: 'file-transfer-ftp', tftp: 'file-transfer-tftp', rsync: 'file-copying-rsync',
  rtsp: 'video-stream', onvif: 'camera-control-onvif',
  mqtt: 'smart-home-messages-mqtt', 'secure-mqtt': 'smart-home-messages-mqtt',
  snmp: 'monitoring-by-network-tools-snmp',
  ipp: 'printing', ipps: 'printing', printer: 'printing', 'pdl-datastream': 'printing-raw',
  'microsoft-ds': 'windows-file-sharing', 'netbios-ssn': 'windows-file-sharing-old-style', nfs: 'file-sharing-nfs', afp: 'file-sharing-for-macs',
  domain: 'name-lookups-dns', dhcps: 'gives-out-addresses', ntp: 'clock-ntp', mdns: 'announces-itself', ssdp: 'announces-itself',
  upnp: 'description-for-other-devices-upnp', adb: 'android-debugging', vnc: 'remote-screen-vnc', rfb: 'remote-screen-vnc',
  'ms-wbt-server': 'remote-desktop', redis: 'database', mysql: 'database', postgresql: 'database', mongodb: 'database',
  docker: 'container-control-docker', modbus: 'machine-control-modbus', coap: 'device-control-coap',
  sip: 'internet-telephony-sip', sips: 'internet-telephony-sip', airplay: 'airplay', googlecast: 'google-cast', hap: 'homekit',
  shell: 'remote-commands-old-style-rsh', login: 'remote-commands-old-style-rlogin', exec: 'remote-commands-old-style-rexec',
  'socks': 'relays-traffic-proxy', 'cwmp': 'management-by-the-provider-tr-069',
  imap: 'mail-imap', pop3: 'mail-pop3', smtp: 'mail-smtp', nntp: 'news', irc: 'chat-irc', 'xmpp-client': 'chat-xmpp', sieve: 'mail-filters',
  mpd: 'music-player-mpd', 'macromedia-fcs': 'video-stream-rtmp', afpovertcp: 'file-sharing-for-macs', sunrpc: 'file-sharing-nfs', svn: 'program-archive',
  memcache: 'database', 'ms-sql-m': 'database', ldap: 'directory-of-users', amqp: 'messages-between-programs', 'json-rpc': 'remote-control',
  'asterisk-ami': 'telephone-system-control', nut: 'battery-back-up-nut', 'asf-rmcp': 'server-hardware-control-ipmi', 'vmware-auth': 'virtual-machines',
  x11: 'remote-screen-x11', pptp: 'remote-access-pptp', isakmp: 'remote-access-ipsec', 'bandwidth-test': 'speed-test', 'routeros-api': 'router-control-routeros',
  bacnet: 'building-control-bacnet', efcp: 'building-control-knx', 'EtherNet-IP-2': 'machine-control-ethernet-ip', mbap: 'machine-control-modbus',
  stun: 'connection-helper-stun', 'nat-pmp': 'opens-ports-in-the-router', llmnr: 'answers-to-its-name', 'netbios-ns': 'answers-to-its-name', 'ws-discovery': 'announces-itself',
  kasa: 'control-by-its-app', tapo: 'control-by-its-app', tuya: 'control-by-its-app', yeelight: 'control-by-its-app', magichome: 'control-by-its-app', wiz: 'control-by-its-app',
  lifx: 'control-by-its-app', miio: 'control-by-its-app', esphomelib: 'control-by-esphome', 'hf-a11': 'its-wi-fi-module', 'canon-bjnp1': 'printing',
  jdwp: 'program-debugger-java', gdbremote: 'program-debugger', rmiregistry: 'program-control-java-rmi',
  dahua: 'camera-search', xiongmai: 'camera-search', ubiquiti: 'announces-itself', 'dahua-dvr': 'camera-control-dahua', lockdown: 'iphone-or-ipad-pairing',
};

/** Conversations that anybody on the network can read along. */
const CLEAR = new Set(['http', 'http-alt', 'telnet', 'ftp', 'tftp', 'rtsp', 'mqtt', 'snmp', 'shell', 'login', 'exec', 'vnc', 'rfb', 'imap', 'pop3', 'irc', 'redis', 'memcache', 'afpovertcp', 'ldap', 'x11', 'macromedia-fcs', 'kasa', 'magichome']);

/** The words for a service's IANA name. */
export function serviceWords(name) {
  if (SERVICE[name]) return say('service.' + SERVICE[name]);
  return name === 'unknown' ? say('origins.open') : name;
}

/** "Encrypted", "Not encrypted", or nothing where we have not seen either. */
export function privacyWords(service) {
  if (service.tls || service.name === 'ssh') return say('origins.encrypted');
  return CLEAR.has(service.name) ? say('origins.plain') : '';
}

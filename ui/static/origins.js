// Where a fact came from, and what an open door is, in words.

const SOURCE = {
  owner: 'You said so',
  arp: 'Its address on the network',
  ndp: 'Its IPv6 address',
  neigh: 'The router’s list of neighbours',
  leases: 'The name it gave when it joined',
  dhcp: 'What it said when it joined the network',
  mdns: 'It announces itself (Bonjour)',
  ssdp: 'It announces itself (UPnP)',
  upnp: 'Its own description (UPnP)',
  wsd: 'It announces itself (Windows discovery)',
  http: 'Its web page',
  https: 'Its web page',
  tls: 'Its certificate',
  ssh: 'Its remote-login greeting',
  telnet: 'Its Telnet greeting',
  ftp: 'Its file-transfer greeting',
  rtsp: 'Its video service',
  onvif: 'Its camera service (ONVIF)',
  mqtt: 'Its message service (MQTT)',
  snmp: 'Its management answer (SNMP)',
  ipp: 'Its printing service',
  smb: 'Its file sharing',
  oui: 'The maker’s number in its hardware address',
  vendor: 'The maker’s number in its hardware address',
  mac: 'The maker’s number in its hardware address',
  vendors: 'The maker’s number in its hardware address',
  fingerprint: 'The way it answers',
  fingerprints: 'The way it answers',
  services: 'What it offers on the network',
  self: 'homesweep runs on it',
};

/** The words for a source; one we have no words for keeps its own name. */
export function sourceWords(source) {
  return SOURCE[source] || SOURCE[source.split(/[.:/ ]/)[0]] || 'Its answer by ' + source;
}

const SERVICE = {
  http: 'Web page', 'http-alt': 'Web page', https: 'Web page', 'https-alt': 'Web page',
  ssh: 'Remote command line', telnet: 'Remote command line (Telnet)',
  ftp: 'File transfer (FTP)', tftp: 'File transfer (TFTP)', rsync: 'File copying (rsync)',
  rtsp: 'Video stream', onvif: 'Camera control (ONVIF)',
  mqtt: 'Smart-home messages (MQTT)', 'secure-mqtt': 'Smart-home messages (MQTT)',
  snmp: 'Monitoring by network tools (SNMP)',
  ipp: 'Printing', ipps: 'Printing', printer: 'Printing', 'pdl-datastream': 'Printing (raw)',
  'microsoft-ds': 'Windows file sharing', 'netbios-ssn': 'Windows file sharing, old style', nfs: 'File sharing (NFS)', afp: 'File sharing for Macs',
  domain: 'Name lookups (DNS)', dhcps: 'Gives out addresses', ntp: 'Clock (NTP)', mdns: 'Announces itself', ssdp: 'Announces itself',
  upnp: 'Description for other devices (UPnP)', adb: 'Android debugging', vnc: 'Remote screen (VNC)', rfb: 'Remote screen (VNC)',
  'ms-wbt-server': 'Remote desktop', redis: 'Database', mysql: 'Database', postgresql: 'Database', mongodb: 'Database',
  docker: 'Container control (Docker)', modbus: 'Machine control (Modbus)', coap: 'Device control (CoAP)',
  sip: 'Internet telephony (SIP)', sips: 'Internet telephony (SIP)', airplay: 'AirPlay', googlecast: 'Google Cast', hap: 'HomeKit',
  shell: 'Remote commands, old style (rsh)', login: 'Remote commands, old style (rlogin)', exec: 'Remote commands, old style (rexec)',
  'socks': 'Relays traffic (proxy)', 'cwmp': 'Management by the provider (TR-069)',
  imap: 'Mail (IMAP)', pop3: 'Mail (POP3)', smtp: 'Mail (SMTP)', nntp: 'News', irc: 'Chat (IRC)', 'xmpp-client': 'Chat (XMPP)', sieve: 'Mail filters',
  mpd: 'Music player (MPD)', 'macromedia-fcs': 'Video stream (RTMP)', afpovertcp: 'File sharing for Macs', sunrpc: 'File sharing (NFS)', svn: 'Program archive',
  memcache: 'Database', 'ms-sql-m': 'Database', ldap: 'Directory of users', amqp: 'Messages between programs', 'json-rpc': 'Remote control',
  'asterisk-ami': 'Telephone system control', nut: 'Battery back-up (NUT)', 'asf-rmcp': 'Server hardware control (IPMI)', 'vmware-auth': 'Virtual machines',
  x11: 'Remote screen (X11)', pptp: 'Remote access (PPTP)', isakmp: 'Remote access (IPsec)', 'bandwidth-test': 'Speed test', 'routeros-api': 'Router control (RouterOS)',
  bacnet: 'Building control (BACnet)', efcp: 'Building control (KNX)', 'EtherNet-IP-2': 'Machine control (EtherNet/IP)', mbap: 'Machine control (Modbus)',
  stun: 'Connection helper (STUN)', 'nat-pmp': 'Opens ports in the router', llmnr: 'Answers to its name', 'netbios-ns': 'Answers to its name', 'ws-discovery': 'Announces itself',
  kasa: 'Control by its app', tapo: 'Control by its app', tuya: 'Control by its app', yeelight: 'Control by its app', magichome: 'Control by its app', wiz: 'Control by its app',
  lifx: 'Control by its app', miio: 'Control by its app', esphomelib: 'Control by ESPHome', 'hf-a11': 'Its Wi-Fi module', 'canon-bjnp1': 'Printing',
  jdwp: 'Program debugger (Java)', gdbremote: 'Program debugger', rmiregistry: 'Program control (Java RMI)',
  dahua: 'Camera search', xiongmai: 'Camera search', ubiquiti: 'Announces itself', 'dahua-dvr': 'Camera control (Dahua)', lockdown: 'iPhone or iPad pairing',
};

/** Conversations that anybody on the network can read along. */
const CLEAR = new Set(['http', 'http-alt', 'telnet', 'ftp', 'tftp', 'rtsp', 'mqtt', 'snmp', 'shell', 'login', 'exec', 'vnc', 'rfb', 'imap', 'pop3', 'irc', 'redis', 'memcache', 'afpovertcp', 'ldap', 'x11', 'macromedia-fcs', 'kasa', 'magichome']);

/** The words for a service's IANA name. */
export function serviceWords(name) {
  return SERVICE[name] || (name === 'unknown' ? 'Open, but did not say what it is' : name);
}

/** "Encrypted", "Not encrypted", or nothing where we have not seen either. */
export function privacyWords(service) {
  if (service.tls || service.name === 'ssh') return 'Encrypted';
  return CLEAR.has(service.name) ? 'Not encrypted' : '';
}

// The product's words for what the schema says.

/** Verdicts a household reads; not_applicable is not shown. */
export const VERDICT = {
  fail: 'Problem found',
  likely_fail: 'Probably a problem',
  pass: 'Looks fine',
  likely_pass: 'Nothing worrying seen',
  unknown: 'We can’t tell from here',
  not_tested: 'Not checked',
  stale: 'An older result',
};

/** Severities, most pressing first. */
export const SEVERITIES = ['act_now', 'soon', 'when_you_can', 'for_info'];

export const SEVERITY = {
  act_now: 'Act now',
  soon: 'Soon',
  when_you_can: 'When you can',
  for_info: 'For your information',
};

/** Kinds: one, several. */
export const KIND = {
  camera: ['Camera', 'Cameras'],
  nvr: ['Video recorder', 'Video recorders'],
  printer: ['Printer', 'Printers'],
  nas: ['Network storage', 'Network storage'],
  tv: ['TV', 'TVs'],
  speaker: ['Speaker', 'Speakers'],
  hub: ['Smart-home hub', 'Smart-home hubs'],
  plug: ['Smart plug', 'Smart plugs'],
  bulb: ['Light', 'Lights'],
  appliance: ['Appliance', 'Appliances'],
  router: ['Router', 'Routers'],
  ap: ['Wi-Fi access point', 'Wi-Fi access points'],
  phone: ['Phone or tablet', 'Phones and tablets'],
  computer: ['Computer', 'Computers'],
  console: ['Games console', 'Games consoles'],
  voip: ['Internet phone', 'Internet phones'],
  energy: ['Energy device', 'Energy devices'],
  media: ['Media player', 'Media players'],
  server: ['Server', 'Servers'],
  unknown: ['Not recognised yet', 'Not recognised yet'],
};

/** Fields of an identity, in the order they are shown. */
export const FIELD = {
  name: 'Name',
  kind: 'Kind',
  vendor: 'Maker',
  model: 'Model',
  hardware: 'Hardware',
  firmware: 'Software version',
};

/** Fields that a device is known again by. */
export const MARK = { mac: 'Hardware address', address: 'Address', identity: 'Its own number' };

/** How sure: a word and how many of four marks. */
export function sureness(confidence) {
  if (confidence >= 0.9) return ['Very sure', 4];
  if (confidence >= 0.7) return ['Fairly sure', 3];
  if (confidence >= 0.4) return ['Probably', 2];
  return ['A guess', 1];
}

/** The phases of a sweep: what is going on. */
export const PHASE = {
  presence: 'Finding your devices',
  ports: 'Looking for open doors',
  services: 'Asking what they are',
  checks: 'Checking for problems',
  logins: 'Trying the passwords you allowed',
  done: 'Finishing',
};

/** How far a sweep may go. */
export const TOUCH = {
  listen: ['Only listen', 'Hears what devices announce by themselves and sends nothing. Finds some devices and few problems.'],
  look: ['Look', 'Also finds the quiet devices and sees which doors are open, without asking them anything.'],
  ask: ['Ask', 'Also asks each device what it is and how it is set up, one gentle, read-only question at a time. Never tries a password unless you allow that in Settings, never changes anything.'],
};

/** The 13 guidelines of the UK Code of Practice for consumer IoT security. */
export const GUIDELINE = [
  '', 'No default passwords', 'Have a vulnerability disclosure policy', 'Keep software updated',
  'Store credentials securely', 'Communicate securely', 'Minimise exposed attack surfaces',
  'Ensure software integrity', 'Protect personal data', 'Make systems resilient to outages',
  'Monitor system telemetry', 'Make it easy to delete personal data',
  'Make installation and maintenance easy', 'Validate input data',
];

/** Why a check could not be decided, when the device's evidence does not say. */
export const WHY_OPEN = {
  unknown: 'The device does not show this on the network, or gave no clear answer.',
  not_tested: 'Not done at the level you allow, or the device was asleep or is handled with extra care.',
  stale: 'The last look is too long ago to rely on.',
};

/** What the sweep did to the network, so that nobody has to wonder. */
export function effort(c, touch) {
  const parts = [[c.packets, 'knock'], [c.connections, 'connection'], [c.datagrams, 'short question'], [c.login_tries, 'login']]
    .filter(([n]) => n).map(([n, word]) => `${n.toLocaleString('en-GB')} ${word}${n === 1 ? '' : 's'}`);
  if (!parts.length) return touch === 'listen' ? 'Nothing was sent' : 'Only a search for who is there';
  return parts.join(', ') + (c.login_tries ? ' tried' : ', no password tried');
}

// A way out of the house: only the fields that count for its kind.

import { h, swap } from './dom.js';
import { field, form, pick, text, tick } from './keepingforms.js';
import { say } from './say.js';
import { twice } from './alertstwice.js';

const UNSAID = '\u2022\u2022\u2022\u2022'; // a secret that is kept and not shown
const FIRST = ['finding-new', 'finding-worse', 'joined', 'gateway', 'dhcp', 'port-map', 'pairing'];

/** What counts for a kind, in the order in which it is asked; ! must be filled in. */
const FIELDS = {
  ntfy: ['to!', 'server', 'user', 'key'],
  telegram: ['key!', 'to!'],
  smtp: ['server!', 'tls', 'user', 'key', 'from!', 'to!'],
  gotify: ['server!', 'key!'],
  webhook: ['server!', 'user', 'key'],
  mqtt: ['server!', 'tls', 'user', 'key', 'to', 'agent'],
  syslog: ['server!', 'tls'],
};
const SMTP_TLS = ['', 'start', 'whole'];

/** An example of what to write, where that helps. */
const EXAMPLE = {
  'smtp.server': 'mail.example:587', 'mqtt.server': '192.168.1.9:1883', 'syslog.server': '192.168.1.9:514',
  'telegram.to': '123456789', 'smtp.to': 'anna@home.example', 'smtp.from': 'homesweep@home.example', 'mqtt.to': 'homesweep',
};

/** What a channel is called: as its owner says, else by its kind. */
export const called = (c) => c.name || say('alerts.kind.' + c.kind);

/** The words for a field: the kind's own before those for all. */
const words = (kind, name) => {
  const own = { to: ['ntfy', 'telegram', 'smtp', 'mqtt'], key: ['telegram', 'gotify', 'smtp'] }[name]?.includes(kind);
  return say(own ? `alerts.${kind}.${name}` : 'alerts.' + name);
};

function secret(id, old, must) {
  const input = text(id, '', { type: 'password', autocomplete: 'new-password', required: must && !old.key, placeholder: old.key ? UNSAID : undefined, maxlength: 512 });
  const drop = !must && old.key && h('input', { type: 'checkbox', id: id + '-drop' });
  return { input, drop, read: () => input.value || (drop && drop.checked ? '' : old.key || ''), hint: old.key && say('alerts.key.kept') };
}

/** The field of a kind: what stands on the page, and how to read it. */
function part(kind, spec, old) {
  const name = spec.replace('!', ''), must = spec.endsWith('!');
  const id = 'way-' + name;
  if (name === 'agent') {
    const box = h('input', { type: 'checkbox', id, checked: Boolean(old.agent) });
    return { name, box: tick(box, say('alerts.agent'), say('alerts.agent.hint')), read: () => box.checked };
  }
  if (name === 'tls') {
    const modes = kind === 'smtp' ? SMTP_TLS : ['', 'whole'];
    const select = pick(id, old.tls || (kind === 'smtp' && !old.id ? 'start' : ''), modes.map((m) => [m, say(`alerts.tls.${m || (kind === 'smtp' ? 'offered' : 'none')}`)]));
    return { name, box: field(say('alerts.tls'), select), read: () => select.value };
  }
  if (name === 'key') {
    const { input, drop, read, hint } = secret(id, old, must);
    const box = field(words(kind, name) + (must ? '' : ` (${say('alerts.optional')})`), input, hint);
    return { name, box: drop ? h('div', {}, box, tick(drop, say('alerts.key.drop'))) : box, read };
  }
  const input = text(id, old[name], { required: must, maxlength: name === 'server' ? 1024 : name === 'to' && (kind === 'ntfy' || kind === 'mqtt') ? 64 : 255, placeholder: EXAMPLE[`${kind}.${name}`] });
  return { name, box: field(words(kind, name) + (must ? '' : ` (${say('alerts.optional')})`), input, hints(kind, name)), read: () => input.value.trim() };
}

/** What helps with a field. */
const hints = (kind, name) => (['ntfy.server', 'ntfy.to', 'telegram.to'].includes(`${kind}.${name}`) ? say(`alerts.${kind}.${name}.hint`)
  : name === 'server' && ['gotify', 'webhook'].includes(kind) ? say('alerts.server.hint') : undefined);

/** An ID that no other channel has. */
const fresh = (list, kind) => { for (let n = 1; ; n++) if (!list.some((c) => c.id === `${kind}-${n}`)) return `${kind}-${n}`; };

/** The alerts with one channel kept; the first one gets the rule that most homes want. */
function added(alerts, channel, old, rule) {
  const channels = old ? alerts.channels.map((c) => (c.id === old.id ? channel : c)) : [...alerts.channels, channel];
  const more = rule ? [{ id: fresh(alerts.rules, 'rule'), events: FIRST, least: 'soon', channel: channel.id }] : [];
  return { channels, rules: [...alerts.rules, ...more] };
}

/** Without a channel, and without the rules that lead there. */
const removed = ({ channels, rules }, id) => ({ channels: channels.filter((c) => c.id !== id), rules: rules.filter((r) => r.channel !== id) });

/** The form for a new channel, or for old; keep(alerts) stores all. */
export function channelForm(alerts, old, keep) {
  const was = old || {};
  const kind = pick('way-kind', was.kind || 'ntfy', Object.keys(FIELDS).map((k) => [k, say('alerts.kind.' + k)]), { disabled: Boolean(old) });
  const name = text('way-name', was.name, { maxlength: 63, placeholder: say('alerts.name.example'), autocapitalize: 'sentences' });
  const usual = h('input', { type: 'checkbox', id: 'way-usual', checked: true });
  const about = h('p.soft', {}), place = h('div.fields', {});
  let parts = [];
  const draw = () => {
    parts = FIELDS[kind.value].map((spec) => part(kind.value, spec, old ? was : {}));
    about.textContent = say(`alerts.about.${kind.value}`);
    swap(place, parts.map((p) => p.box));
  };
  kind.addEventListener('change', draw);
  draw();
  const save = () => {
    const channel = { id: was.id || fresh(alerts.channels, kind.value), kind: kind.value, name: name.value.trim(), server: '' };
    for (const p of parts) channel[p.name] = p.read();
    return keep(added(alerts, channel, old, !old && usual.checked));
  };
  return h('section.card.narrow', {}, h('h1', {}, say(old ? 'alerts.channel.edit' : 'alerts.channel.new')),
    form(say('keeping.save'), say('keeping.kept'), save, field(say('alerts.kind'), kind), about, place, field(say('alerts.name'), name),
      !old && tick(usual, say('alerts.usual'), say('alerts.usual.hint'))),
    old && h('div.parting', {}, twice(say('alerts.remove'), say('alerts.remove.sure'), () => keep(removed(alerts, old.id)))));
}

// A rule: which happenings of which devices go where, and when.

import { h } from './dom.js';
import { field, form, hours, pick, tick } from './keepingforms.js';
import { decided, title } from './model.js';
import { say } from './say.js';
import { twice } from './alertstwice.js';
import { called } from './alertsway.js';
import { KIND, SEVERITIES, SEVERITY } from './words.js';

const DELAYS = [0, 2, 5, 15, 60, 240];

/** The owner's rooms. */
const rooms = (s) => [...new Set(s.sweep.devices.map((d) => decided(s.decisions, d.id, 'room')).filter(Boolean))].sort();

/** Which devices a rule is about, in words. */
function group(value, s) {
  const at = (value || '').indexOf(':');
  if (at < 0) return say('alerts.group.all');
  const [by, what] = [value.slice(0, at), value.slice(at + 1)];
  if (by === 'kind') return KIND[what]?.[1] || what;
  if (by === 'room') return say('alerts.group.room', { room: what });
  const d = s.sweep.devices.find((x) => x.id === what);
  return d ? title(d, s.decisions) : what;
}

const wait = (n) => (n % 60 || !n ? say('alerts.delay.minutes', { n }) : say('alerts.delay.hours', { n: n / 60 }));

/** A rule in two lines: what goes where, and under which conditions. */
export function sentence(r, channels, s) {
  const way = channels.find((c) => c.id === r.channel);
  const what = r.events.length ? r.events.slice(0, 3).map((e) => say('alerts.event.' + e)) : [say('alerts.event.all')];
  if (r.events.length > 3) what.push(say('alerts.more', { n: r.events.length - 3 }));
  const how = [
    say('alerts.to.way', { name: way ? called(way) : r.channel }), r.group && group(r.group, s),
    r.least && r.least !== 'for_info' && say('alerts.least.words', { word: SEVERITY[r.least] }),
    r.delay > 0 && say('alerts.delay.words', { time: wait(r.delay) }),
    r.quiet?.from && say('alerts.quiet.words', r.quiet), r.digest && say('alerts.digest.words'),
  ];
  return [what.map((w, i) => (i ? w[0].toLowerCase() + w.slice(1) : w)).join(', '), how.filter(Boolean).join(' · ')];
}

/** Everything, or what is ticked. */
function events(r, all) {
  const every = h('input', { type: 'checkbox', id: 'every', checked: !r.events.length });
  const boxes = all.map((e) => h('input', { type: 'checkbox', id: 'event-' + e, checked: r.events.includes(e) }));
  const list = h('div.ticks', {}, all.map((e, i) => tick(boxes[i], say('alerts.event.' + e))));
  const follow = () => { list.hidden = every.checked; };
  every.addEventListener('change', follow);
  follow();
  return {
    box: h('fieldset.fields', {}, h('legend', {}, say('alerts.what')), tick(every, say('alerts.event.all')), list),
    read: () => {
      const some = all.filter((e, i) => boxes[i].checked);
      if (!every.checked && !some.length) throw Object.assign(new Error(say('alerts.what.none')), { todo: '' });
      return every.checked ? [] : some;
    },
  };
}

/** All devices, a kind that is here, a room, or one device. */
function whose(r, s) {
  const kinds = Object.keys(KIND).filter((k) => k !== 'unknown' && (s.sweep.devices.some((d) => d.kind === k) || r.group === 'kind:' + k));
  const options = [['', say('alerts.group.all')], ...kinds.map((k) => ['kind:' + k, group('kind:' + k, s)]), ...rooms(s).map((x) => ['room:' + x, group('room:' + x, s)]),
    ...s.sweep.devices.map((d) => ['device:' + d.id, title(d, s.decisions)])];
  if (r.group && !options.some(([v]) => v === r.group)) options.push([r.group, group(r.group, s)]);
  return pick('group', r.group || '', options);
}

const numbered = (list) => { for (let n = 1; ; n++) if (!list.some((r) => r.id === 'rule-' + n)) return 'rule-' + n; };

/** The form for a new rule, or for old; keep(alerts) stores all. */
export function ruleForm({ alerts, happenings }, old, keep, s) {
  const r = old || { events: happenings.slice(0, 3), least: 'soon', channel: alerts.channels[0].id, delay: 0 };
  const what = events(r, happenings);
  const of = whose(r, s);
  const way = pick('way', r.channel, alerts.channels.map((c) => [c.id, called(c)]));
  const least = pick('least', r.least || 'for_info', SEVERITIES.map((v) => [v, SEVERITY[v]]));
  const delay = pick('delay', String(r.delay || 0), [...new Set([...DELAYS, r.delay || 0])].sort((a, b) => a - b).map((n) => [String(n), n ? wait(n) : say('alerts.delay.none')]));
  const quiet = hours('still', r.quiet, say('alerts.quiet'), say('alerts.quiet.hint'));
  const digest = h('input', { type: 'checkbox', id: 'digest', checked: Boolean(r.digest) });
  const on = h('input', { type: 'checkbox', id: 'on', checked: !r.off });
  const save = () => {
    const rule = { id: r.id || numbered(alerts.rules), events: what.read(), group: of.value, least: least.value, channel: way.value, delay: Number(delay.value), quiet: quiet.read(), digest: digest.checked, off: !on.checked };
    return keep({ channels: alerts.channels, rules: old ? alerts.rules.map((x) => (x.id === old.id ? rule : x)) : [...alerts.rules, rule] });
  };
  return h('section.card.narrow', {}, h('h1', {}, say(old ? 'alerts.rule.edit' : 'alerts.rule.new')),
    form(say('keeping.save'), say('keeping.kept'), async () => save(),
      what.box, field(say('alerts.group'), of), field(say('alerts.least'), least, say('alerts.least.hint')), field(say('alerts.channel'), way),
      field(say('alerts.delay'), delay, say('alerts.delay.hint')), quiet.box, tick(digest, say('alerts.digest'), say('alerts.digest.hint')), tick(on, say('alerts.on'))),
    old && h('div.parting', {}, twice(say('alerts.remove'), say('alerts.remove.sure'), () => keep({ channels: alerts.channels, rules: alerts.rules.filter((x) => x.id !== old.id) }))));
}

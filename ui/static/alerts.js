// Who is told of what: the ways out, the rules, and what became of the messages.

import * as api from './api.js';
import { h, swap } from './dom.js';
import { sign } from './icons.js';
import { live } from './live.js';
import { loading, notice } from './parts.js';
import { say } from './say.js';
import { called, channelForm } from './alertsway.js';
import { ruleForm, sentence } from './alertsrule.js';
import { day } from './time.js';

const MOST_CHANNELS = 8, MOST_RULES = 24;

let answer = null; // the last answer of GET alerts
const tested = new Map(); // what came of a test, by channel

const here = () => /^#\/alerts(\/|$|\?)/.test(location.hash);
const back = () => h('a.back', { href: '#/alerts', 'data-key': 'back' }, sign('back'), say('alerts.title'));

/** Tries a channel now; the answer stays below it in words. */
function test(channel, line) {
  const go = h('button.button.quiet.small', {
    type: 'button', 'data-key': 'test ' + channel.id,
    onclick: async () => {
      go.disabled = true;
      tell(line, { fine: null, words: say('alerts.testing') });
      try {
        await api.testAlert(channel.id);
        tested.set(channel.id, { fine: true, words: say('alerts.arrived') });
      } catch (e) {
        tested.set(channel.id, { fine: false, words: e.message });
      }
      go.disabled = false;
      tell(line, tested.get(channel.id));
    },
  }, say('alerts.test'));
  return go;
}

function tell(line, result) {
  line.hidden = !result;
  if (result) swap(line, result.fine !== null && sign(result.fine ? 'fine' : 'act_now'), h('span', {}, result.words));
  line.className = 'outcome' + (result?.fine ? ' fine' : result?.fine === false ? ' bad' : '');
}

function channelItem(c, s) {
  const line = h('p.outcome', { role: 'status' });
  tell(line, tested.get(c.id));
  return h('li.channel', {},
    h('div.row.still', {}, h('span.tile', {}, sign('bell')),
      h('span.row-text', {}, h('strong', {}, called(c)), h('span.soft', {}, [say('alerts.kind.' + c.kind), c.to || c.server].filter(Boolean).join(' · '))),
      !s.public && h('span.ends-row', {}, test(c, line), h('a.button.quiet.small', { href: '#/alerts/channel/' + c.id, 'data-key': 'edit ' + c.id, 'aria-label': say('alerts.change', { name: called(c) }) }, sign('edit')))),
    line);
}

function channels(s) {
  const list = answer.alerts.channels;
  return h('section.card', { 'aria-labelledby': 'ways' }, h('h2', { id: 'ways' }, say('alerts.channels')),
    h('ul.plain', {}, list.map((c) => channelItem(c, s))),
    !s.public && list.length < MOST_CHANNELS && h('div.answers', {}, h('a.button.quiet.small', { href: '#/alerts/channel', 'data-key': 'new channel' }, sign('plus'), say('alerts.channel.new'))));
}

function rules(s) {
  const { channels: ways, rules: list } = answer.alerts;
  return h('section.card', { 'aria-labelledby': 'rules' }, h('h2', { id: 'rules' }, say('alerts.rules')),
    list.length ? h('ul.plain', {}, list.map((r) => {
      const [what, how] = sentence(r, ways, s);
      const text = h('span.row-text', {}, h('strong', {}, what, r.off && h('span.tag', {}, say('alerts.off'))), h('span.soft', {}, how));
      return h('li' + (r.off ? '.rests' : ''), {}, s.public ? h('div.row.still', {}, text)
        : h('a.row', { href: '#/alerts/rule/' + r.id, 'data-key': 'rule ' + r.id }, text, h('span.chevron', {}, sign('next'))));
    })) : h('p.hint', {}, sign('for_info'), h('span', {}, say('alerts.rules.none'))),
    !s.public && list.length < MOST_RULES && h('div.answers', {}, h('a.button.quiet.small', { href: '#/alerts/rule', 'data-key': 'new rule' }, sign('plus'), say('alerts.rule.new'))));
}

const STATE = { sent: ['fine', 'fine'], waiting: ['soon', 'wait'], 'given up': ['act_now', 'bad'] };

/** What became of a message; why not, where it did not arrive. */
function delivery(d) {
  const [icon, look] = STATE[d.state] || ['open', 'wait'];
  const way = answer.alerts.channels.find((c) => c.id === d.channel);
  const state = say('alerts.state.' + d.state.replace(' ', '-'));
  return h('li', {}, h('div.row.still', {}, h('span.event.' + look, {}, sign(icon)), h('span.row-text', {}, h('strong', {}, d.words),
    h('span.soft', {}, [state, way ? called(way) : d.channel, day(d.at, live.now()), d.tries > 1 && say('alerts.tries', { n: d.tries })].filter(Boolean).join(' · ')),
    d.error && d.state !== 'sent' && h('span.said-why', {}, d.error))));
}

const deliveries = () => h('section.card', { 'aria-labelledby': 'sent' }, h('h2', { id: 'sent' }, say('alerts.deliveries')),
  answer.deliveries.length ? h('ul.plain.events', {}, answer.deliveries.slice(0, 20).map(delivery)) : h('p.soft', {}, say('alerts.deliveries.none')));

/** Before anything is set up: the kinds there are, as the first step. */
function empty(s) {
  if (s.public) return notice({ icon: 'bell', title: say('alerts.empty'), text: say('alerts.empty.text') });
  return h('section.card.notice', {}, h('span.tile.big', {}, sign('bell')), h('h1', {}, say('alerts.empty')), h('p', {}, say('alerts.empty.text')),
    h('a.button', { href: '#/alerts/channel', 'data-key': 'new channel' }, say('alerts.channel.first')), h('p.soft', {}, say('alerts.empty.kinds')));
}

function overview(host, s) {
  if (!answer.alerts.channels.length) return swap(host, empty(s));
  swap(host, h('div.hero', {}, h('div', {}, h('h1', {}, say('alerts.title')), h('p.lead', {}, say('alerts.lead')))),
    h('div.columns.even', {}, h('div.stack', {}, channels(s), rules(s)), deliveries()));
}

/** Keeps other alerts and goes back to the overview. */
async function keep(alerts) {
  answer = { ...answer, alerts: await api.setAlerts(alerts) };
  location.hash = '#/alerts';
}

/** What the address names: the overview, a channel or a rule. */
function paint(host, [what, id], s) {
  const { channels: ways, rules: list } = answer.alerts;
  const one = (among) => among.find((x) => x.id === id);
  const missing = id && !(what === 'channel' ? one(ways) : one(list));
  if (!what || s.public) return overview(host, s);
  if (missing || (what === 'rule' && !ways.length)) return swap(host, back(), notice({ icon: 'open', title: say('alerts.missing') }));
  if (what === 'channel') return swap(host, back(), channelForm(answer.alerts, one(ways), keep));
  return swap(host, back(), ruleForm(answer, one(list), keep, s));
}

export const alerts = {
  get title() { return say('alerts.title'); },
  async draw(host, rest, query, fresh) {
    const s = live.state;
    if (!s) return swap(host, live.status === 'offline' ? notice({ icon: 'offline', title: say('sweeping.offline'), text: say('sweeping.offline.text') }) : loading());
    if (!s.offers?.includes('alarm')) return swap(host, notice({ icon: 'bell', title: say('alerts.none') }));
    const waits = !host.firstChild || host.querySelector('.loading');
    if (rest[0] && !fresh && !waits) return; // a form is being filled in
    if (fresh) swap(host, loading());
    try {
      answer = await api.alerts();
      if (here() && host.isConnected) paint(host, rest, s);
    } catch (e) {
      if (e.status === 401) return live.load();
      if (here()) swap(host, notice({ icon: e.status ? 'open' : 'offline', title: e.message.replace(/\.$/, ''), text: e.todo, button: say('keeping.again'), onclick: () => alerts.draw(host, rest, query, true) }));
    }
  },
};

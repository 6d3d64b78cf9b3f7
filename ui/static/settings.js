// Settings: how far to go, privacy, about, leaving.

import * as api from './api.js';
import { h, say, swap } from './dom.js';
import { live } from './live.js';
import { loading, notice, order } from './parts.js';
import { choices } from './consent.js';
import { knowledge } from './library.js';
import { allLogins } from './logins.js';

export const settings = {
  title: 'Settings',
  draw(host) {
    const s = live.state;
    if (!s) return swap(host, live.status === 'offline' ? notice({ icon: 'offline', title: 'homesweep does not answer', text: 'This page goes on trying.' }) : loading());
    swap(host, h('h1', {}, 'Settings'),
      h('div.columns', {}, h('div.stack', {}, touch(s), allLogins(s), knowledge(s), privacy()), h('aside.stack', { 'aria-label': 'About and leaving' }, about(s), leave(s))));
  },
};

function touch(s) {
  const pick = async (word) => {
    try {
      await api.setTouch(word);
      say('From the next check on.');
    } catch (e) {
      say(`${e.message} ${e.todo}`);
    }
    live.load();
  };
  return h('section.card', { 'aria-labelledby': 'far' }, h('h2', { id: 'far' }, 'How far homesweep may go'),
    choices(s.touch, pick, s.public));
}

const privacy = () => h('section.card.prose', { 'aria-labelledby': 'privacy' }, h('h2', { id: 'privacy' }, 'Your privacy'),
  h('p', {}, 'homesweep runs on your router. It has no cloud and no account, and nothing it learns leaves your home unless you send it yourself.'),
  h('p', {}, h('strong', {}, 'What it keeps: '), 'which devices are on your network, what they say about themselves, what was found, and what you decided. Findings are kept for 90 days.'),
  h('p', {}, h('strong', {}, 'What it does not keep: '), 'passwords, what you watch, read or write, or when phones and computers come and go. Of those it notes the day only.'),
  h('p', {}, h('strong', {}, 'Who can see it: '), 'whoever has this page’s password. Tell the people you live with that homesweep is here: it can see which devices are on.'),
  h('p', {}, h('strong', {}, 'To delete everything: '), 'stop homesweep on the router and delete its folder, ', h('code', {}, '/etc/homesweep/state'), ' unless you chose another.'));

const about = (s) => h('section.card', { 'aria-labelledby': 'about' }, h('h2', { id: 'about' }, 'About'),
  h('dl.pairs', {},
    s.version && h('div', {}, h('dt', {}, 'Version'), h('dd', {}, s.version)),
    h('div', {}, h('dt', {}, 'Found a flaw in homesweep?'), h('dd', {}, h('a', { href: '/.well-known/security.txt' }, 'How to report it')))),
  h('p.soft.after', {}, 'homesweep reports what it saw on your network on one day. It follows the UK Code of Practice for consumer IoT security and ETSI EN 303 645, and judges no maker.'));

function leave(s) {
  if (s.public) return null;
  const out = h('button.button.quiet.wide', {
    type: 'button', onclick: () => order(out, async () => {
      await api.logout();
      location.hash = '#/';
      document.dispatchEvent(new Event('homesweep:left'));
    }),
  }, 'Log out');
  return h('section.card', {}, out);
}

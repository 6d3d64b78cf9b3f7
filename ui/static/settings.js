// Settings: how far to go, privacy, about, leaving.

import * as api from './api.js';
import { h, swap, tell } from './dom.js';
import { LANGUAGES, setLanguage } from './language.js';
import { live } from './live.js';
import { loading, notice, order } from './parts.js';
import { choices } from './consent.js';
import { knowledge } from './library.js';
import { allLogins } from './logins.js';
import { deleting, household, password } from './keeping.js';
import { language, phrase, say } from './say.js';

export const settings = {
  get title() { return say('settings.title'); },
  draw(host, rest, query, fresh) {
    const s = live.state;
    if (!s) return swap(host, live.status === 'offline' ? notice({ icon: 'offline', title: say('app.unreachable'), text: say('settings.this-page-goes-on') }) : loading());
    swap(host, h('h1', {}, say('settings.title')),
      h('div.columns', {}, h('div.stack', {}, touch(s), tongue(), household(s, fresh), allLogins(s), knowledge(s), privacy(), password(s, fresh), deleting(s, fresh)), h('aside.stack', { 'aria-label': say('settings.about-and-leaving') }, about(s), leave(s))));
  },
};

function touch(s) {
  const pick = async (word) => {
    try {
      await api.setTouch(word);
      tell(say('settings.from-the-next-check'));
    } catch (e) {
      tell(`${e.message} ${e.todo}`);
    }
    live.load();
  };
  return h('section.card', { 'aria-labelledby': 'far' }, h('h2', { id: 'far' }, say('consent.how-far-homesweep-may')),
    choices(s.touch, pick, s.public));
}

/** In which language the page speaks; the page begins anew with it. */
function tongue() {
  const list = h('select', { id: 'language', 'data-key': 'language', onchange: () => setLanguage(list.value).then(() => document.dispatchEvent(new Event('homesweep:language'))) },
    Object.entries(LANGUAGES).map(([code, name]) => h('option', { value: code, lang: code, selected: code === language() }, name)));
  return h('section.card', { 'aria-labelledby': 'tongue' }, h('h2', { id: 'tongue' }, say('settings.language')),
    h('div.field', {}, h('label', { for: 'language' }, say('settings.language.label')), list));
}

const privacy = () => h('section.card.prose', { 'aria-labelledby': 'privacy' }, h('h2', { id: 'privacy' }, say('settings.your-privacy')),
  h('p', {}, say('settings.homesweep-runs-on-your')),
  h('p', {}, h('strong', {}, say('settings.what-it-keeps'), ' '), say('settings.which-devices-are-on')),
  h('p', {}, h('strong', {}, say('settings.what-it-does-not'), ' '), say('settings.passwords-what-you-watch')),
  h('p', {}, h('strong', {}, say('settings.who-can-see-it'), ' '), say('settings.whoever-has-this-pages')),
  h('p', {}, h('strong', {}, say('settings.to-delete-everything'), ' '), phrase('settings.delete.how', { folder: h('code', {}, '/etc/homesweep/state') })));

const about = (s) => h('section.card', { 'aria-labelledby': 'about' }, h('h2', { id: 'about' }, say('settings.about')),
  h('dl.pairs', {},
    s.version && h('div', {}, h('dt', {}, say('settings.version')), h('dd', {}, s.version)),
    h('div', {}, h('dt', {}, say('settings.found-a-flaw-in')), h('dd', {}, h('a', { href: '/.well-known/security.txt' }, say('settings.how-to-report-it'))))),
  h('p.soft.after', {}, say('settings.homesweep-reports-what-it')));

function leave(s) {
  if (s.public) return null;
  const out = h('button.button.quiet.wide', {
    type: 'button', onclick: () => order(out, async () => {
      await api.logout();
      location.hash = '#/';
      document.dispatchEvent(new Event('homesweep:left'));
    }),
  }, say('settings.log-out'));
  return h('section.card', {}, out);
}

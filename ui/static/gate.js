// Before anything else: setting the first password, or logging in.

import * as api from './api.js';
import { h } from './dom.js';
import { say } from './say.js';
import { code as came, redeem } from './ticket.js';

const SHORTEST = 12; // characters

/**
 * Fills app with the page for whoever is not let in yet; throws where nobody answers.
 * @param {HTMLElement} app
 * @param {'setup'|'login'} state
 * @param {(first: boolean) => void} entered called once let in
 */
export async function gate(app, state, entered) {
  const first = state === 'setup';
  let refusal = null; // of a ticket
  if (!first) {
    try {
      if (await redeem()) return entered(false);
    } catch (err) {
      if (!err.status) throw err;
      refusal = err;
    }
  }
  document.title = (first ? say('gate.welcome') : say('gate.log-in')) + ' · homesweep';
  document.body.dataset.page = 'gate';
  app.replaceChildren(h('main.gate', { id: 'main', tabindex: '-1' },
    h('p.brand', {}, h('img', { src: '/mark.svg', alt: '', width: 44, height: 44 }), 'homesweep'),
    first ? welcome(() => entered(true)) : login(() => entered(false), refusal)));
  [...app.querySelectorAll('input:not([hidden])')].find((input) => !input.value)?.focus();
}

/** A labelled input; password ones can be shown. */
function field(id, label, attrs, hint) {
  const input = h('input', { id, name: id, required: true, autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': hint ? id + '-hint' : undefined, ...attrs });
  const show = attrs.type === 'password' && h('button.peek', {
    type: 'button', 'aria-pressed': 'false',
    onclick: (e) => {
      const hidden = input.type === 'password';
      input.type = hidden ? 'text' : 'password';
      e.currentTarget.textContent = hidden ? say('gate.hide') : say('gate.show');
      e.currentTarget.setAttribute('aria-pressed', String(hidden));
    },
  }, say('gate.show'));
  return { input, box: h('div.field', {}, h('label', { for: id }, label), h('div.with-peek', {}, input, show), hint && h('p.soft', { id: id + '-hint' }, hint)) };
}

/** Password managers file a password under a user name; here it is always the same. */
const keeper = () => h('input', { type: 'text', name: 'username', autocomplete: 'username', value: 'homesweep', hidden: true, tabindex: '-1' });

/** A form that shows its trouble, which may be there before, above its button. */
function form(title, lead, fields, words, send, before) {
  const trouble = h('p.trouble', { role: 'alert', hidden: !before }, before ? `${before.message} ${before.todo || ''}` : '');
  const button = h('button.button.wide', { type: 'submit' }, words);
  return h('form.card', {
    method: 'post', action: '/', novalidate: true,
    onsubmit: async (e) => {
      e.preventDefault();
      trouble.hidden = true;
      button.disabled = true;
      try {
        await send();
      } catch (err) {
        trouble.textContent = `${err.message} ${err.todo || ''}`;
        trouble.hidden = false;
        (err.field || fields[0]).input.focus();
      } finally {
        button.disabled = false;
      }
    },
  }, h('h1', {}, title), h('p.lead', {}, lead), keeper(), fields.map((f) => f.box), trouble, button);
}

function welcome(entered) {
  const code = field('code', say('gate.one-time-code'), { type: 'text', autocomplete: 'one-time-code', value: came },
    !came && say('gate.it-stands-in-homesweeps'));
  const password = field('password', say('gate.new-password'), { type: 'password', autocomplete: 'new-password' },
    say('gate.hint', { n: SHORTEST }));
  return form(say('gate.welcome'), say('gate.two-small-steps-then'),
    [code, password], say('gate.set-the-password'), async () => {
      if (!code.input.value.trim()) throw Object.assign(new Error(say('gate.the-one-time-code')), { todo: say('gate.copy-it-from-the') });
      if ([...password.input.value].length < SHORTEST) throw Object.assign(new Error(say('gate.short', { n: SHORTEST })), { todo: say('gate.add-a-word-or'), field: password });
      await api.setup(code.input.value.trim(), password.input.value);
      entered();
    });
}

function login(entered, refusal) {
  const password = field('password', say('gate.password'), { type: 'password', autocomplete: 'current-password' });
  return form(say('gate.log-in'), say('gate.this-is-the-password'), [password], say('gate.log-in'), async () => {
    await api.login(password.input.value);
    entered();
  }, refusal);
}

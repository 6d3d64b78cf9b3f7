// What the page says, in the reader's language: each sentence of ours has a key.

import { en } from './en.js';

let words = en;
let code = 'en';
let plural = new Intl.PluralRules('en-GB');

/** The language in force: "en", "de". */
export function language() { return code; }

/** The language as Intl wants it, with the habits of a place for dates. */
export function locale() { return code === 'en' ? 'en-GB' : code; }

/** Speaks a language from here on; what stands on the page already stays. */
export function speak(next, table) {
  code = next;
  words = table;
  plural = new Intl.PluralRules(locale());
  document.documentElement.lang = next;
}

/** A number as the language writes it: "1,234". */
export const number = (n) => n.toLocaleString(locale());

const form = (key, values) => {
  const entry = words[key] ?? en[key] ?? key;
  return typeof entry === 'string' ? entry : entry[plural.select(values.n)] ?? entry.other;
};

const spelled = (value) => (typeof value === 'number' ? number(value) : String(value ?? ''));

/**
 * The sentence of a key; {names} in it are the values. Where it has several
 * forms, the value n says which.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export const say = (key, values = {}) => form(key, values).replace(/\{(\w+)\}/g, (_, name) => spelled(values[name]));

/** The same where values are elements: pieces to put into one. */
export const phrase = (key, values = {}) => form(key, values).split(/\{(\w+)\}/)
  .map((piece, i) => (i % 2 === 0 ? piece : typeof values[piece] === 'number' ? number(values[piece]) : values[piece]));

/** A table of names whose words are "prefix.name", each read when asked for. */
export const worded = (prefix, ...names) => Object.defineProperties({}, Object.fromEntries(names
  .map((name) => [name, { enumerable: true, get: () => say(prefix + '.' + name) }])));

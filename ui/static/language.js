// Which language the reader wants, and its words, fetched only when needed.

import { language, speak } from './say.js';

/** The languages there are, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' };

const KEPT = 'language';

/** What was chosen here before; browsers may forbid to keep anything. */
function chosen() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** The first language of the reader's that there is. */
const wanted = () => [chosen(), ...(navigator.languages || []), 'en']
  .map((tag) => String(tag).toLowerCase().split('-')[0]).find((tag) => tag in LANGUAGES);

/** Speaks the reader's language; English where its words do not arrive. */
export async function ready(next = wanted()) {
  if (next === language()) return;
  if (next === 'en') {
    speak('en', (await import('./en.js')).en);
    return;
  }
  try {
    speak(next, (await import('./de.js')).de);
  } catch {
    // The page stays in English, which is there already.
  }
}

/** Keeps the reader's choice and speaks it; the caller draws the page anew. */
export async function setLanguage(next) {
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // It holds until the page is left.
  }
  await ready(next);
}

// A ticket in the address (/#ticket=…), with which the router's own pages send
// their user here: it lets this browser in once, in the place of the password. Before
// there is one it is the one-time code for it (/#code=…).

import * as api from './api.js';

const MARK = /^#(ticket|code)=(.*)$/;

let ticket = ''; // taken, not yet handed in

/** The one-time code that came in the address, or ''. */
export let code = '';

/** Takes the ticket or the code out of the address, so that it stays in no history and no bookmark. */
function take() {
  const [, what, word] = MARK.exec(location.hash) ?? [];
  if (!what) return false;
  if (what === 'ticket') ticket = word;
  else code = word;
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}

/** Throws the ticket away: who is let in already needs none, nor shall it let in later. */
export function forget() { ticket = ''; }

/**
 * Hands the ticket in, if one came; where no answer comes it is kept for the next time.
 * @returns {Promise<boolean>} whether this browser was let in; what is wrong with
 *   the ticket is thrown
 */
export async function redeem() {
  if (!ticket) return false;
  const once = ticket;
  ticket = '';
  try {
    await api.ticket(once);
  } catch (err) {
    if (!err.status) ticket ||= once;
    throw err;
  }
  return true;
}

take();
// The page may be open already when the router's opens it again.
window.addEventListener('hashchange', (e) => {
  if (!take()) return;
  e.stopImmediatePropagation(); // it is no page's name
  document.dispatchEvent(new Event('homesweep:left'));
});

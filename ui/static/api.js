// Asks the dashboard's own API, and nobody else.

/** A refusal or a failure, in words for the reader. */
export class Trouble extends Error {
  /**
   * @param {number} status HTTP status; 0 when there was no answer
   * @param {string} error what happened
   * @param {string} todo what to do about it
   */
  constructor(status, error, todo) {
    super(error);
    this.status = status;
    this.todo = todo;
  }
}

const PATIENCE = 15000; // ms until an answer counts as not coming

async function call(method, path, body) {
  const file = body instanceof Blob;
  const headers = body === undefined ? {} : { 'Content-Type': file ? 'application/octet-stream' : 'application/json' };
  let answer;
  try {
    answer = await fetch('/api/v1/' + path, {
      method,
      headers,
      body: body === undefined || file ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Trouble(0, 'homesweep does not answer.',
      'Check that this device is on your home network and that the router is on.');
  }
  const data = await answer.json().catch(() => null);
  if (!answer.ok) {
    throw new Trouble(answer.status, data?.error || 'Something went wrong.', data?.do || 'Try again.');
  }
  return data;
}

const part = encodeURIComponent;

export const session = () => call('GET', 'session');
export const setup = (code, password) => call('POST', 'setup', { code, password });
export const login = (password) => call('POST', 'login', { password });
export const logout = () => call('POST', 'logout');
export const state = () => call('GET', 'state');
export const device = (id) => call('GET', 'devices/' + part(id));
export const startSweep = () => call('POST', 'sweep');
export const cancelSweep = () => call('DELETE', 'sweep');
export const setTouch = (touch) => call('PUT', 'touch', { touch });

/**
 * Hands a signed knowledge file over.
 * @param {Blob} file
 */
export const importKnowledge = (file) => call('POST', 'knowledge', file);

/**
 * Keeps the owner's word on trying factory passwords.
 * @param {string} device its id; empty for all
 * @param {boolean} allow false takes it back
 * @param {boolean} clear by Telnet and FTP too
 */
export const grant = (device, allow, clear) => call('PUT', 'grants', { device, allow, clear });

/**
 * Keeps the owner's word about a device.
 * @param {string} device its id
 * @param {'name'|'room'|'note'|'do-not-probe'|'accept'|'merge'|'split'} what
 * @param {string} value empty takes it back; for merge and split the other
 *   device's id or an address, and the one takes back the other
 * @param {string} [check] for accept: the check's id
 */
export const decide = (device, what, value, check) => call('POST', 'decisions', { device, what, value, check });

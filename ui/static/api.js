// Asks the dashboard's own API, and nobody else.

import { say } from './say.js';

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
const TEST = 30000; // the same for a test message, which waits for somebody else's server

async function call(method, path, body, patience = PATIENCE) {
  const file = body instanceof Blob;
  const headers = body === undefined ? {} : { 'Content-Type': file ? 'application/octet-stream' : 'application/json' };
  let answer;
  try {
    answer = await fetch('/api/v1/' + path, {
      method,
      headers,
      body: body === undefined || file ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new Trouble(0, say('api.unreachable'),
      say('api.check-that-this-device'));
  }
  const data = await answer.json().catch(() => null);
  if (!answer.ok) {
    throw new Trouble(answer.status, data?.error || say('api.something-went-wrong'), data?.do || say('api.try-again'));
  }
  return data;
}

const part = encodeURIComponent;

export const session = () => call('GET', 'session');
export const setup = (code, password) => call('POST', 'setup', { code, password });
export const login = (password) => call('POST', 'login', { password });
export const ticket = (ticket) => call('POST', 'ticket', { ticket });
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

/**
 * What happened, newest first.
 * @param {string} device its id; empty for the whole home
 * @param {number} before the number of an event; 0 for the newest
 * @param {number} limit
 */
export const eventsLog = (device, before, limit) => call('GET', `events-log?device=${part(device)}&before=${before}&limit=${limit}`);
export const days = (id) => call('GET', `devices/${part(id)}/days`);
/** The last sweep in full, as homesweep writes it with -json. */
export const report = () => call('GET', 'report');
export const inspect = (id) => call('POST', `devices/${part(id)}/inspect`);

export const settings = () => call('GET', 'settings');
export const setSchedule = (schedule) => call('PUT', 'schedule', schedule);
export const setLinks = (links) => call('PUT', 'links', { links });
export const setContact = (contact) => call('PUT', 'contact', { contact });
export const setPassword = (old, next) => call('PUT', 'password', { old, new: next });
export const erase = (word) => call('POST', 'erase', { word });

export const alerts = () => call('GET', 'alerts');
export const setAlerts = (alerts) => call('PUT', 'alerts', alerts);
export const testAlert = (channel) => call('POST', 'alerts/test', { channel }, TEST);

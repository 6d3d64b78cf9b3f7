// Keeps the page up to date: the state once, then progress as it happens, and
// by asking now and then where events do not come through.

import * as api from './api.js';

const REST = 1500; // ms between two loads while a sweep runs
const POLL = 10000; // ms between loads without events
const REOPEN = 30000; // ms until events are tried again

/** What the dashboard knows. Fires "state", "progress", "happening", "status" and "locked". */
class Live extends EventTarget {
  /** @type {any} the last answer of GET state */
  state = null;
  /** @type {any} */
  progress = null;
  /** @type {'loading'|'live'|'polling'|'offline'} */
  status = 'loading';
  /** @type {Date|null} when the state was loaded */
  loaded = null;

  #source = null;
  #timer = 0;
  #again = 0;
  #due = 0;
  #text = '';

  /** Begins; calling it again changes nothing. */
  start() {
    if (this.#timer) return;
    this.#timer = setInterval(() => this.status !== 'live' && !document.hidden && this.load(), POLL);
    document.addEventListener('visibilitychange', this.#look);
    this.load();
    this.#open();
  }

  stop() {
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    clearTimeout(this.#due);
    this.#timer = this.#again = this.#due = 0;
    document.removeEventListener('visibilitychange', this.#look);
    this.#close();
    this.state = this.progress = this.loaded = null;
    this.#text = '';
    this.status = 'loading';
  }

  /** Asks for the whole state; tells listeners only when it changed. */
  async load() {
    try {
      const state = await api.state();
      if (!this.#timer) return;
      this.state = state;
      this.loaded = new Date();
      if (this.status !== 'live') this.#become(this.#source ? 'live' : 'polling');
      this.#heard(state.progress);
      const text = JSON.stringify({ ...state, now: 0, progress: state.progress.running });
      if (text !== this.#text) this.#tell('state');
      this.#text = text;
    } catch (e) {
      if (!this.#timer) return;
      if (e.status === 401) this.#tell('locked');
      else this.#become('offline');
    }
  }

  /** The router's time now: its clock may be off, and the page may be old. */
  now() {
    if (!this.state) return new Date();
    return new Date(Date.parse(this.state.now) + (Date.now() - this.loaded));
  }

  #tell(what) { this.dispatchEvent(new Event(what)); }

  #become(status) {
    if (this.status === status) return;
    this.status = status;
    this.#tell('status');
  }

  #open() {
    if (document.hidden || !this.#timer) return;
    this.#close();
    const source = new EventSource('/api/v1/events');
    this.#source = source;
    source.addEventListener('progress', (e) => {
      if (this.state) this.#become('live');
      this.#heard(JSON.parse(e.data), true);
    });
    source.addEventListener('happening', () => this.#tell('happening'));
    source.addEventListener('error', () => {
      const over = source.readyState === EventSource.CLOSED;
      if (over) this.#close();
      if (this.status === 'live') this.#become('polling');
      this.load();
      if (over) this.#again = setTimeout(() => this.#open(), REOPEN);
    });
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }

  #heard(progress, fresh) {
    const old = this.progress;
    this.progress = progress;
    this.#tell('progress');
    if (fresh && old && old.running !== progress.running) {
      if (progress.running) this.#tell('state'); // buttons follow at once
      else this.load(); // the result is kept by now
    }
    const news = old && ['running', 'devices', 'finished', 'problems'].some((k) => old[k] !== progress[k]);
    if (fresh && news && !this.#due) {
      this.#due = setTimeout(() => { this.#due = 0; this.load(); }, REST);
    }
  }

  #look = () => {
    if (document.hidden) this.#close();
    else { this.load(); this.#open(); }
  };
}

export const live = new Live();

// The stream of events: one long poll after another, each from the store's cursor. It retries until
// it is stopped, reports whether the link is up, and polls at once when the link may have changed.

import { errorCode, request, Unreachable } from './api.js';
import * as storage from './storage.js';

const backoff_max = 30; // seconds between two attempts
const quiet_seconds = 3; // of failures before they are shown
const hold_default = 100; // seconds, where the server names no maximum
const hold_min = 10; // seconds; a shorter hold would be short polling
const hold_validity = 24 * 3600 * 1000; // milliseconds that a learned hold is used
const clock_interval = 5000; // milliseconds between two checks of the clock
const clock_jump = 15000; // milliseconds beyond the interval: the device was asleep

export class Sync {
  /**
   * @param store
   * @param {{onLink: function, onSignedOut: function, onResponse: function}} handlers
   *   onLink({isUp, retryAt}): the link changed; retryAt is a Date.now(), or 0 during an attempt
   */
  constructor(store, handlers) {
    this.store = store;
    this.handlers = handlers;
    this.isRunning = false;
    this.generation = 0; // of the loop; a loop of an older generation ends
    this.failures = 0; // in a row
    this.failingSince = 0; // Date.now() of the first of them
    this.isUp = true;
    this.isNudged = false; // the next request has wait=0
    this.controller = null; // aborts the request in flight
    this.endSleep = null; // ends the pause between two attempts
    this.shortHolds = 0; // holds in a row that failed early
    this.watchBrowser();
  }

  start() {
    this.isRunning = true;
    this.generation += 1;
    this.setLinkUp();
    this.run(this.generation);
  }

  stop() {
    this.isRunning = false;
    this.interrupt();
  }

  /** Polls at once, without a hold. */
  nudge() {
    if (!this.isRunning) return;
    this.isNudged = true;
    this.interrupt();
  }

  interrupt() {
    if (this.controller) this.controller.abort();
    if (this.endSleep) this.endSleep();
  }

  // After these events the link may have changed. A jump of the clock means that the device slept.
  watchBrowser() {
    const nudge = () => this.nudge();
    window.addEventListener('online', nudge);
    window.addEventListener('offline', nudge);
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) nudge();
    });
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) nudge();
    });
    let last = Date.now();
    setInterval(() => {
      const now = Date.now();
      if (Math.abs(now - last - clock_interval) > clock_jump && !document.hidden) nudge();
      last = now;
    }, clock_interval);
  }

  async run(generation) {
    const isEnded = () => !this.isRunning || this.generation !== generation;
    while (!isEnded()) {
      const startedAt = Date.now();
      let wait = 0;
      this.controller = new AbortController();
      try {
        if (this.store.cursor < 0 || this.store.needsStart) await this.fetchStart(isEnded);
        if (isEnded()) return;
        if (this.store.cursor < 0) continue;
        wait = this.isNudged || this.failures > 0 ? 0 : this.holdSeconds();
        this.isNudged = false;
        await this.poll(wait, isEnded);
      } catch (e) {
        if (isEnded()) return;
        if (!(e instanceof Unreachable)) throw e;
        if (this.isNudged) continue; // aborted by nudge(): not a failure
        this.learnHold(wait, (Date.now() - startedAt) / 1000);
        await this.waitAfterFailure(e.retryAfter || 0);
      }
    }
  }

  async fetchStart(isEnded) {
    const response = await request('GET', '/api/start', undefined, { signal: this.controller.signal });
    if (isEnded() || !this.accept(response)) return;
    this.store.load(response.data, this.store.needsStart && this.store.cursor >= 0);
    this.handlers.onResponse();
  }

  async poll(wait, isEnded) {
    const { store } = this;
    const path =
      '/api/events?after=' + store.cursor + '&epoch=' + encodeURIComponent(store.epoch) +
      '&wait=' + wait + '&presence=' + store.presenceRevision;
    const startedAt = Date.now();
    const options = { signal: this.controller.signal, seconds: wait + 15 };
    const response = await request('GET', path, undefined, options);
    if (isEnded() || !this.accept(response)) return;
    this.setLinkUp();
    if (wait > 0 && Date.now() - startedAt > wait * 900) this.shortHolds = 0;
    store.applyBatch(response.data);
    this.handlers.onResponse();
    if (response.data.pause) await this.sleep(response.data.pause);
  }

  /** True for a 200. False after 401 (signed out) and 410 (start again); others throw: retry. */
  accept(response) {
    if (response.status === 200) return true;
    if (response.status === 401) {
      this.isRunning = false;
      this.handlers.onSignedOut();
      return false;
    }
    if (response.status === 410 || errorCode(response) === 'cursor_expired') {
      this.store.cursor = -1;
      return false;
    }
    const error = new Unreachable('status ' + response.status);
    error.retryAfter = response.retryAfter;
    throw error;
  }

  async waitAfterFailure(retryAfter) {
    this.failures += 1;
    if (!this.failingSince) this.failingSince = Date.now();
    const backoff = Math.min(backoff_max, Math.pow(2, this.failures - 1));
    const seconds = Math.max(retryAfter, backoff * (0.5 + Math.random() / 2));
    const failingSeconds = (Date.now() - this.failingSince) / 1000 + seconds;
    const isShown = this.failures >= 2 || failingSeconds >= quiet_seconds;
    if (isShown) this.setLinkDown(Date.now() + seconds * 1000);
    await this.sleep(seconds);
    if (!this.isUp) this.setLinkDown(0);
  }

  setLinkDown(retryAt) {
    this.isUp = false;
    this.handlers.onLink({ isUp: false, retryAt });
  }

  setLinkUp() {
    this.failures = 0;
    this.failingSince = 0;
    if (this.isUp) return;
    this.isUp = true;
    this.handlers.onLink({ isUp: true, retryAt: 0 });
  }

  sleep(seconds) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.endSleep = null;
        resolve();
      };
      const timer = setTimeout(end, seconds * 1000);
      this.endSleep = end;
    });
  }

  /** The hold to ask for: the server's maximum, or less where a proxy is known to end it early. */
  holdSeconds() {
    const maximum = (this.store.server && this.store.server.wait_max) || hold_default;
    const [seconds, learnedAt] = (storage.get('hold') || '').split('@').map(Number);
    if (!seconds || !learnedAt || Date.now() - learnedAt > hold_validity) return maximum;
    return Math.min(maximum, seconds);
  }

  /** A hold of `wait` seconds failed after `seconds`. Two in a row make the next ones shorter. */
  learnHold(wait, seconds) {
    if (wait === 0 || seconds < hold_min || navigator.onLine === false) return;
    this.shortHolds += 1;
    if (this.shortHolds < 2) return;
    this.shortHolds = 0;
    const hold = Math.max(hold_min, Math.floor(seconds * 0.8));
    storage.set('hold', hold + '@' + Date.now());
  }
}

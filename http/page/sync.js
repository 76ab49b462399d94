// The stream: one long poll after another, from the cursor. It never gives up; it says how the link
// is, and asks at once when there is reason to.

import { request, Unreachable, codeOf } from './api.js';
import * as keep from './keep.js';

const backoff_max = 30; // seconds between two tries
const quiet_seconds = 3; // of failures before we say so
const hold_min = 10; // the shortest hold that is still long polling
const hold_remembered = 24 * 3600 * 1000; // milliseconds that a network's habits are trusted

export class Sync {
  /**
   * @param store
   * @param {{onLink: function, onSignedOut: function, onAnswer: function}} to
   *   onLink({up, retryAt}): the link changed; retryAt is a Date.now() or 0 while trying
   */
  constructor(store, to) {
    this.store = store;
    this.to = to;
    this.running = false;
    this.round = 0; // a loop that an end has overtaken must not go on
    this.failures = 0;
    this.failingSince = 0;
    this.up = true;
    this.quick = false; // the next request asks with wait=0
    this.stop = null; // aborts the request in flight
    this.wake = null; // ends the pause between two tries
    this.shortHolds = 0;
    this.watch();
  }

  start() {
    this.running = true;
    this.round += 1;
    this.linkIsUp();
    this.loop(this.round);
  }

  end() {
    this.running = false;
    if (this.stop) this.stop.abort();
    if (this.wake) this.wake();
  }

  /** Ask now: the world may have changed while we slept. */
  nudge() {
    if (!this.running) return;
    this.quick = true;
    if (this.stop) this.stop.abort();
    if (this.wake) this.wake();
  }

  watch() {
    const nudge = () => this.nudge();
    window.addEventListener('online', nudge);
    window.addEventListener('offline', nudge);
    window.addEventListener('pageshow', (e) => {
      if (e.persisted) nudge();
    });
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) nudge();
    });
    let last = Date.now();
    setInterval(() => {
      const now = Date.now();
      if (Math.abs(now - last - 5000) > 15000 && !document.hidden) nudge();
      last = now;
    }, 5000);
  }

  async loop(round) {
    const ended = () => !this.running || this.round !== round;
    while (!ended()) {
      const began = Date.now();
      let wait = 0;
      this.stop = new AbortController();
      try {
        if (this.store.cursor < 0 || this.store.needsStart) await this.fetchStart(ended);
        if (ended()) return;
        if (this.store.cursor < 0) continue;
        wait = this.quick || this.failures > 0 ? 0 : this.holdSeconds();
        this.quick = false;
        await this.poll(wait, ended);
      } catch (e) {
        if (ended()) return;
        if (!(e instanceof Unreachable)) throw e;
        if (this.quick) continue; // we ended it ourselves
        this.learn(wait, (Date.now() - began) / 1000);
        await this.afterFailure(e.retryAfter || 0);
      }
    }
  }

  async fetchStart(ended) {
    const answer = await request('GET', '/api/start', undefined, { signal: this.stop.signal });
    if (ended() || !this.isGood(answer)) return;
    this.store.load(answer.data, this.store.needsStart && this.store.cursor >= 0);
    this.to.onAnswer();
  }

  async poll(wait, ended) {
    const s = this.store;
    const path =
      '/api/events?after=' + s.cursor + '&epoch=' + encodeURIComponent(s.epoch) + '&wait=' + wait +
      '&presence=' + s.presenceRev;
    const asked = Date.now();
    const options = { signal: this.stop.signal, seconds: wait + 15 };
    const answer = await request('GET', path, undefined, options);
    if (ended() || !this.isGood(answer)) return;
    this.linkIsUp();
    if (wait > 0 && Date.now() - asked > wait * 900) this.shortHolds = 0;
    s.take(answer.data);
    this.to.onAnswer();
    if (answer.data.pause) await this.sleep(answer.data.pause);
  }

  /** False where there is nothing more to do; throws where it is to be tried again. */
  isGood(answer) {
    if (answer.status === 200) return true;
    if (answer.status === 401) {
      this.running = false;
      this.to.onSignedOut();
      return false;
    }
    if (answer.status === 410 || codeOf(answer) === 'cursor_expired') {
      this.store.cursor = -1;
      return false;
    }
    const e = new Unreachable('status ' + answer.status);
    e.retryAfter = answer.retryAfter;
    throw e;
  }

  async afterFailure(retryAfter) {
    this.failures += 1;
    if (!this.failingSince) this.failingSince = Date.now();
    const most = Math.min(backoff_max, Math.pow(2, this.failures - 1));
    const seconds = Math.max(retryAfter, most * (0.5 + Math.random() / 2));
    const failing = (Date.now() - this.failingSince) / 1000 + seconds;
    if (this.failures >= 2 || failing >= quiet_seconds) this.linkIsDown(Date.now() + seconds * 1000);
    await this.sleep(seconds);
    if (!this.up) this.linkIsDown(0);
  }

  linkIsDown(retryAt) {
    this.up = false;
    this.to.onLink({ up: false, retryAt });
  }

  linkIsUp() {
    this.failures = 0;
    this.failingSince = 0;
    const was = this.up;
    this.up = true;
    if (!was) this.to.onLink({ up: true, retryAt: 0 });
  }

  sleep(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(done, seconds * 1000);
      const self = this;
      function done() {
        clearTimeout(timer);
        self.wake = null;
        resolve();
      }
      this.wake = done;
    });
  }

  /** How long to be held: what the server allows, less where a proxy on the way cuts it short. */
  holdSeconds() {
    const most = (this.store.server && this.store.server.wait_max) || 100;
    const [seconds, at] = (keep.get('hold') || '').split('@').map(Number);
    if (!seconds || !at || Date.now() - at > hold_remembered) return most;
    return Math.min(most, seconds);
  }

  /** A hold of `wait` seconds died after `held`: twice in a row, and we ask for less. */
  learn(wait, held) {
    if (wait === 0 || held < hold_min || navigator.onLine === false) return;
    this.shortHolds += 1;
    if (this.shortHolds < 2) return;
    this.shortHolds = 0;
    const seconds = Math.max(hold_min, Math.floor(held * 0.8));
    keep.set('hold', seconds + '@' + Date.now());
  }
}

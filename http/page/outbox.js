// The messages on their way to the server. Each is stored in the browser until the server confirms
// that it is on disk. A request with an unknown result is repeated with the same `cid`, so that the
// message arrives once. In each conversation the messages are sent in order, one at a time.

import { errorCode, request, Unreachable } from './api.js';
import { parseKey } from './conversation-key.js';
import * as storage from './storage.js';

const retry_max = 30; // seconds

function newCid() {
  const bytes = new Uint8Array(16); // 128 random bits; randomUUID is missing on plain HTTP
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

// The stored form has shorter names. It outlives the page's version, so the names have to stay.
const toStored = ({ cid, key, text, writtenAt, state, failure }) =>
  ({ cid, key, text, at: writtenAt, state, why: failure });
const fromStored = ({ cid, key, text, at: writtenAt, state, why: failure }) =>
  ({ cid, key, text, writtenAt, state, failure });

export class Outbox {
  /** @param {{onChange, onSent, onSignedOut, onUnreachable: function}} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    // Oldest first: {name, cid, key, text, writtenAt, state: 'waiting'|'failed', failure}. name: in
    // the storage; writtenAt: a Date.now(); failure: an error code.
    this.entries = [];
    this.busyKeys = new Set(); // conversations with a request in flight
    this.timers = new Map(); // conversation key → timer of the next attempt
    this.attempts = new Map(); // conversation key → failed attempts in a row
    this.addedCount = 0;
    this.me = 0; // user id; 0: nobody is signed in
  }

  /** Loads the stored messages of user `me` and sends them. */
  start(me) {
    if (this.me === me) return;
    this.stop();
    this.me = me;
    for (const name of storage.names(this.prefix())) {
      try {
        this.entries.push(Object.assign(fromStored(JSON.parse(storage.get(name))), { name }));
      } catch (e) {
        storage.remove(name); // damaged: not JSON
      }
    }
    this.sendAll();
  }

  stop() {
    this.clearTimers();
    this.entries = [];
    this.me = 0;
  }

  clearTimers() {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  prefix() {
    return 'outbox.' + this.me + '.';
  }

  add(key, text) {
    const writtenAt = Date.now();
    this.addedCount += 1;
    // The order of the names is the order of the messages after a reload.
    const order = String(writtenAt).padStart(15, '0') + '.' + String(this.addedCount).padStart(6, '0');
    const entry = { cid: newCid(), key, text, writtenAt, state: 'waiting', failure: '' };
    entry.name = this.prefix() + order + '.' + entry.cid;
    this.entries.push(entry);
    this.save(entry);
    this.handlers.onChange();
    this.send(key);
  }

  save(entry) {
    storage.set(entry.name, JSON.stringify(toStored(entry)));
  }

  entriesOf(key) {
    return this.entries.filter((entry) => entry.key === key);
  }

  remove(entry) {
    storage.remove(entry.name);
    this.entries = this.entries.filter((other) => other !== entry);
    this.handlers.onChange();
  }

  retry(entry) {
    entry.state = 'waiting';
    entry.failure = '';
    this.save(entry);
    this.handlers.onChange();
    this.send(entry.key);
  }

  /** The stream brought the message `cid`: it is stored, whatever the result of its request. */
  confirm(cid) {
    const entry = cid && this.entries.find((e) => e.cid === cid);
    if (entry) this.remove(entry);
  }

  /** Sends all waiting messages now: the link is up. */
  sendAll() {
    this.clearTimers();
    for (const key of new Set(this.entries.map((entry) => entry.key))) this.send(key);
  }

  /** Sends the waiting messages of one conversation, one after the other. */
  async send(key) {
    if (this.busyKeys.has(key) || this.timers.has(key)) return;
    const entry = this.entries.find((e) => e.key === key && e.state === 'waiting');
    if (!entry) return;
    this.busyKeys.add(key);
    const { me } = this;
    let delay = 0;
    try {
      const { type, id } = parseKey(key);
      const body = { type, to: id, msg: entry.text, cid: entry.cid };
      const response = await request('POST', '/api/messages', body);
      if (me !== this.me) return;
      delay = this.handleResponse(entry, response);
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      delay = this.backoff(key);
      this.handlers.onUnreachable();
    } finally {
      this.busyKeys.delete(key);
    }
    if (me !== this.me) return;
    if (!delay) {
      this.attempts.delete(key);
      this.send(key);
    } else if (delay > 0) {
      this.sendLater(key, delay);
    }
  }

  sendLater(key, seconds) {
    const timer = setTimeout(() => {
      this.timers.delete(key);
      this.send(key);
    }, seconds * 1000);
    this.timers.set(key, timer);
  }

  /** Seconds until the next attempt. */
  backoff(key) {
    const failed = this.attempts.get(key) || 0;
    this.attempts.set(key, failed + 1);
    return Math.min(retry_max, Math.pow(2, failed)) * (0.5 + Math.random() / 2);
  }

  /** Seconds until the next attempt; 0: no further attempt; -1: none in this session. */
  handleResponse(entry, response) {
    const { status, retryAfter } = response;
    if (status === 200 || status === 201) {
      this.handlers.onSent(entry, response.data);
      this.remove(entry);
      return 0;
    }
    if (status === 401) {
      this.handlers.onSignedOut();
      return -1;
    }
    if (status === 429 || status === 503 || status === 408) {
      return Math.max(retryAfter, this.backoff(entry.key));
    }
    if (status >= 500 && status !== 507) return this.backoff(entry.key); // 507: the storage is full
    entry.state = 'failed';
    entry.failure = errorCode(response) || String(status);
    this.save(entry);
    this.handlers.onChange();
    return 0;
  }
}

// Sending. What was written is kept in this browser until the server says that it is on its disk;
// whatever happens in between, it is asked again with the same `cid`, and arrives once.

import { request, Unreachable, codeOf } from './api.js';
import * as keep from './keep.js';
import { parseKey } from './store.js';

const retry_max = 30; // seconds

function newCid() {
  const bytes = new Uint8Array(16); // 128 random bits; randomUUID is missing on plain HTTP
  crypto.getRandomValues(bytes);
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export class Outbox {
  /** @param {{onChange, onSent, onSignedOut, onUnreachable: function}} to */
  constructor(to) {
    this.to = to;
    this.entries = []; // oldest first: {name, cid, key, text, at, state: 'waiting'|'failed', why}
    this.busy = new Set(); // keys of conversations with a request in flight
    this.timers = new Map();
    this.tries = new Map();
    this.count = 0;
    this.me = 0;
  }

  /** The entries of the user who is signed in now. */
  begin(me) {
    if (this.me === me) return;
    this.end();
    this.me = me;
    for (const name of keep.names(this.prefix())) {
      try {
        this.entries.push(Object.assign(JSON.parse(keep.get(name)), { name }));
      } catch (e) {
        keep.remove(name); // not ours
      }
    }
    this.kick();
  }

  end() {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.entries = [];
    this.me = 0;
  }

  prefix() {
    return 'outbox.' + this.me + '.';
  }

  add(key, text) {
    const at = Date.now();
    this.count += 1;
    const order = String(at).padStart(15, '0') + '.' + String(this.count).padStart(6, '0');
    const entry = { cid: newCid(), key, text, at, state: 'waiting', why: '' };
    entry.name = this.prefix() + order + '.' + entry.cid;
    this.entries.push(entry);
    this.save(entry);
    this.to.onChange();
    this.send(key);
  }

  save(entry) {
    const { cid, key, text, at, state, why } = entry;
    keep.set(entry.name, JSON.stringify({ cid, key, text, at, state, why }));
  }

  of(key) {
    return this.entries.filter((e) => e.key === key);
  }

  remove(entry) {
    keep.remove(entry.name);
    this.entries = this.entries.filter((e) => e !== entry);
    this.to.onChange();
  }

  retry(entry) {
    entry.state = 'waiting';
    entry.why = '';
    this.save(entry);
    this.to.onChange();
    this.send(entry.key);
  }

  /** A message of ours came by the stream: whatever became of its request, it is there. */
  seen(cid) {
    const entry = cid && this.entries.find((e) => e.cid === cid);
    if (entry) this.remove(entry);
  }

  /** The link is up: everything that waits goes now. */
  kick() {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const key of new Set(this.entries.map((e) => e.key))) this.send(key);
  }

  /** Sends what waits in one conversation, one after the other. */
  async send(key) {
    if (this.busy.has(key) || this.timers.has(key)) return;
    const entry = this.entries.find((e) => e.key === key && e.state === 'waiting');
    if (!entry) return;
    this.busy.add(key);
    const me = this.me;
    let again = 0;
    try {
      const { type, id } = parseKey(key);
      const body = { type, to: id, msg: entry.text, cid: entry.cid };
      const answer = await request('POST', '/api/messages', body);
      if (me !== this.me) return;
      again = this.took(entry, answer);
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      again = this.backoff(key);
      this.to.onUnreachable();
    } finally {
      this.busy.delete(key);
    }
    if (me !== this.me) return;
    if (!again) {
      this.tries.delete(key);
      this.send(key);
    } else if (again > 0) {
      this.timers.set(
        key,
        setTimeout(() => {
          this.timers.delete(key);
          this.send(key);
        }, again * 1000),
      );
    }
  }

  backoff(key) {
    const n = this.tries.get(key) || 0;
    this.tries.set(key, n + 1);
    return Math.min(retry_max, Math.pow(2, n)) * (0.5 + Math.random() / 2);
  }

  /** Seconds until the next try; 0: done with this one; -1: not in this session. */
  took(entry, answer) {
    if (answer.status === 200 || answer.status === 201) {
      this.to.onSent(entry, answer.data);
      this.remove(entry);
      return 0;
    }
    if (answer.status === 401) {
      this.to.onSignedOut();
      return -1;
    }
    if (answer.status === 429 || answer.status === 503 || answer.status === 408) {
      return Math.max(answer.retryAfter, this.backoff(entry.key));
    }
    if (answer.status >= 500 && answer.status !== 507) return this.backoff(entry.key);
    entry.state = 'failed';
    entry.why = codeOf(answer) || String(answer.status);
    this.save(entry);
    this.to.onChange();
    return 0;
  }
}

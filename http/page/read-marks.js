// Tells the server what the user has read. A mark that does not arrive is sent again with the next
// flush().

import { request, Unreachable } from './api.js';
import { parseKey } from './conversation-key.js';

export class ReadMarks {
  constructor() {
    this.marks = new Map(); // conversation key → id of the last message read
    this.isSending = false;
  }

  clear() {
    this.marks.clear();
  }

  add(key, id) {
    this.marks.set(key, id);
    this.flush();
  }

  /** Sends all marks, one after the other. */
  async flush() {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (const [key, id] of this.marks) {
        const { type, id: peer } = parseKey(key);
        const body = { type, with: peer, up_to: id };
        const { status } = await request('POST', '/api/read', body);
        const isDone = status < 500 && status !== 429;
        if (isDone && this.marks.get(key) === id) this.marks.delete(key);
      }
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
    } finally {
      this.isSending = false;
    }
  }
}

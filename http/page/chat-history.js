// Fetches older messages of the open conversation, page by page, when the top of the log is near.

import { request, Unreachable } from './api.js';
import { parseKey } from './conversation-key.js';
import { page_size } from './shown-range.js';

const retry_ms = 3000;
const first_page_max = 200; // messages

export class ChatHistory {
  /** @param store; log: a ChatLog; onChange: called when log.isHistoryUnreachable changed */
  constructor(store, log, onChange) {
    this.store = store;
    this.log = log;
    this.onChange = onChange;
    this.open(null);
  }

  /** Switches to a conversation. A fetch for the previous one may still run; it blocks nothing. */
  open(key) {
    this.key = key;
    this.isFetching = false;
  }

  /** Shows older messages where the top of the log is near: loaded ones, else fetched ones. */
  async fetchMore() {
    const { key, log } = this;
    const thread = this.store.thread(key);
    if (this.isFetching || (thread.isLoaded && !log.isNearTop())) return;
    if (thread.isLoaded && (log.showOlder() || !thread.hasMore)) return;
    this.isFetching = true;
    const isReachable = await this.fetchPage(key, thread);
    if (this.key !== key) return;
    this.isFetching = false;
    if (log.isHistoryUnreachable === isReachable) {
      log.isHistoryUnreachable = !isReachable;
      this.onChange();
    }
    if (isReachable) this.fetchMore(); // a tall screen holds more than a page
    else setTimeout(() => this.key === key && this.fetchMore(), retry_ms);
  }

  /** False where the server cannot be reached or fails. */
  async fetchPage(key, thread) {
    const { type, id } = parseKey(key);
    const oldest = thread.isLoaded && thread.messages.length ? thread.messages[0].id : 0;
    const { unread } = this.store.conversation(key);
    // The first page reaches back to the first unread message, where that is not too far.
    const limit = oldest ? page_size : Math.min(first_page_max, Math.max(page_size, unread + 20));
    let path = '/api/messages?type=' + type + '&with=' + id + '&limit=' + limit;
    if (oldest) path += '&before=' + oldest;
    try {
      const response = await request('GET', path);
      const { status } = response;
      // 404 and 403: a conversation without messages.
      if (status !== 200 && status !== 404 && status !== 403) return false;
      if (this.store.threads.get(key) !== thread) return true; // loaded anew meanwhile
      const page = status === 200 ? response.data : { messages: [], more: false };
      if (this.key === key && page.messages.length) this.log.range.extendTo(page.messages[0].id);
      this.store.addHistory(key, page.messages, page.more);
      return true;
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      return false;
    }
  }
}

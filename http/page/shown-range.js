// The part of a conversation's messages that the log shows: at most `shown_max`. Its ends are
// message ids, so that it does not move when messages come or go outside it.

export const page_size = 50; // messages fetched, or shown in addition, at a time
const shown_first = 100; // messages shown when a conversation is opened
const shown_max = 400; // messages in the DOM

export class ShownRange {
  constructor() {
    this.oldest = 0; // id; 0: the newest `shown_first` messages
    this.newest = 0; // id; 0: up to the newest message there is
    this.isFollowing = true; // the log stays at the newest message
  }

  /** The messages shown, as indexes {begin, end}. Narrows a range that has grown too long. */
  resolve(messages) {
    let end = messages.length;
    if (this.newest) {
      while (end > 0 && messages[end - 1].id > this.newest) --end;
    }
    let begin = Math.max(0, end - shown_first);
    if (this.oldest) {
      begin = 0;
      while (begin < end && messages[begin].id < this.oldest) ++begin;
    }
    if (end - begin > shown_max) {
      if (this.isFollowing && !this.newest) {
        begin = end - shown_max;
        this.oldest = messages[begin].id;
      } else {
        end = begin + shown_max;
        this.newest = messages[end - 1].id;
      }
    }
    return { begin, end };
  }

  /** Fixes the older end at the oldest message shown now, so that a new message removes none. */
  pin(messages) {
    const { begin, end } = this.resolve(messages);
    if (begin < end) this.oldest = messages[begin].id;
  }

  /** A page of older messages was fetched; `oldest` is the id of its first. */
  extendTo(oldest) {
    if (this.oldest) this.oldest = oldest;
  }

  /** One page more at the older end; false where `messages` has no older ones. */
  showOlder(messages) {
    const { begin, end } = this.resolve(messages);
    if (begin === 0) return false;
    const first = Math.max(0, begin - page_size);
    this.oldest = messages[first].id;
    if (end - first > shown_max) {
      this.isFollowing = false;
      this.newest = messages[first + shown_max - 1].id;
    }
    return true;
  }

  /** One page more at the newer end. */
  showNewer(messages) {
    const { begin, end } = this.resolve(messages);
    const last = Math.min(messages.length, end + page_size);
    this.newest = last < messages.length ? messages[last - 1].id : 0;
    const first = Math.max(begin, last - shown_max);
    if (first < last) this.oldest = messages[first].id;
  }
}

// The users that are typing, for each conversation. An entry ends by itself after a few seconds.

const typing_ms = 5000; // validity of one "typing" event

export class TypingUsers {
  constructor() {
    this.conversations = new Map(); // conversation key → Map of user id → end, as Date.now()
  }

  /** Adds a user; `onEnd` is called when the entry has ended. */
  add(key, user, onEnd) {
    if (!this.conversations.has(key)) this.conversations.set(key, new Map());
    this.conversations.get(key).set(user, Date.now() + typing_ms);
    setTimeout(onEnd, typing_ms + 100);
  }

  remove(key, user) {
    const users = this.conversations.get(key);
    if (users) users.delete(user);
  }

  /** The ids of the users that are typing in a conversation now. */
  list(key) {
    const users = this.conversations.get(key);
    if (!users) return [];
    const now = Date.now();
    for (const [user, end] of users) if (end <= now) users.delete(user);
    return Array.from(users.keys());
  }
}

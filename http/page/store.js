// The state: what /api/start said, and every event since. It changes through load, take,
// addMessage, addHistory and markRead alone; whoever shows it listens.

const kept_messages = 400; // of a conversation that is not open

export const keyOf = (type, id) => type + ':' + id;

export const parseKey = (key) => {
  const at = key.indexOf(':');
  return { type: key.slice(0, at), id: Number(key.slice(at + 1)) };
};

export class Store {
  constructor() {
    this.listeners = [];
    this.messageListeners = [];
    this.reset();
  }

  reset() {
    this.me = null;
    this.server = null;
    this.epoch = '';
    this.cursor = -1;
    this.countedTo = -1; // messages up to here are in the unread counts
    this.presenceRev = 0;
    this.users = new Map();
    this.friends = new Set();
    this.requests = new Map();
    this.asked = new Set();
    this.groups = new Map();
    this.conversations = new Map();
    this.threads = new Map();
    this.online = new Set();
    this.typing = new Map(); // key → Map of user → until when
    this.needsStart = false;
  }

  /** Calls `f` after every change. */
  onChange(f) {
    this.listeners.push(f);
  }

  /** Calls `f(key, message)` for every new message of the stream. */
  onMessage(f) {
    this.messageListeners.push(f);
  }

  changed() {
    for (const f of this.listeners) f();
  }

  /**
   * The answer of /api/start. Where it only fills in what was missing (`soft`), the stream goes on
   * from its own cursor and the threads stay; otherwise both begin anew.
   */
  load(start, soft) {
    const { typing, threads, cursor, epoch } = this;
    const goesOn = soft && epoch === start.epoch && cursor >= 0;
    this.reset();
    this.typing = typing;
    this.me = start.me;
    this.server = start.server;
    this.epoch = start.epoch;
    this.cursor = goesOn ? cursor : start.cursor;
    this.countedTo = start.cursor;
    if (goesOn) this.threads = threads;
    for (const user of start.users) this.users.set(user.id, user);
    for (const id of start.friends) this.friends.add(id);
    for (const request of start.requests) this.requests.set(request.user, request.at);
    for (const id of start.asked) this.asked.add(id);
    for (const group of start.groups) this.groups.set(group.id, group);
    for (const one of start.conversations) {
      const key = keyOf(one.type, one.with);
      this.conversations.set(key, {
        key,
        last: one.last,
        unread: one.unread,
        read: one.read,
        seen: one.seen || 0, // what the other has read, where it is told
        left: !!one.left,
        name: one.name || '',
      });
    }
    this.setPresence(start.presence);
    this.changed();
  }

  conversation(key) {
    let found = this.conversations.get(key);
    if (!found) {
      found = { key, last: null, unread: 0, read: 0, seen: 0, left: false, name: '' };
      this.conversations.set(key, found);
    }
    return found;
  }

  setPresence(presence) {
    if (!presence) return;
    this.presenceRev = presence.rev;
    this.online = new Set(presence.online);
  }

  /** One answer of the stream. */
  take(answer) {
    for (const event of answer.events) this.apply(event);
    this.cursor = answer.next;
    if (answer.presence) this.setPresence(answer.presence);
    if (answer.events.length || answer.presence) this.changed();
  }

  apply(event) {
    switch (event.event) {
      case 'message':
        this.applyMessage(event);
        break;
      case 'read':
        this.applyRead(event);
        break;
      case 'friend':
        this.applyFriend(event.user, event.state);
        break;
      case 'group':
        this.applyGroup(event);
        break;
      case 'profile':
        this.applyUser(event.user);
        break;
      case 'typing':
        this.applyTyping(event);
        break;
      default: // a newer server's; nothing we show
    }
  }

  applyMessage(message) {
    const mine = message.from === this.me.id;
    const other = message.type === 'group' || mine ? message.to : message.from;
    const key = keyOf(message.type, other);
    const conversation = this.conversation(key);
    if (!mine) {
      if (message.id > Math.max(conversation.read, this.countedTo)) conversation.unread += 1;
      this.stopTyping(key, message.from);
    }
    const known = message.type === 'single' ? this.users.has(other) : this.groups.has(other);
    if (!known && !conversation.left) this.needsStart = true;
    this.addMessage(key, message);
    for (const f of this.messageListeners) f(key, message);
  }

  /** Puts a message where it belongs, whether the stream or an acknowledgement told of it. */
  addMessage(key, message) {
    const conversation = this.conversation(key);
    if (!conversation.last || conversation.last.id < message.id) conversation.last = message;
    const thread = this.threads.get(key);
    if (thread) insert(thread.messages, message);
  }

  applyRead(event) {
    if (event.user !== this.me.id) {
      const conversation = this.conversation(keyOf('single', event.user));
      conversation.seen = Math.max(conversation.seen, event.up_to);
      return;
    }
    this.markRead(keyOf(event.type, event.with), event.up_to);
  }

  /** Read up to `id`, here or in another window. */
  markRead(key, id) {
    const conversation = this.conversation(key);
    if (id <= conversation.read) return;
    conversation.read = id;
    if (!conversation.last || id >= conversation.last.id) {
      conversation.unread = 0;
      return;
    }
    const thread = this.threads.get(key);
    const messages = thread ? thread.messages : [];
    const known = thread && thread.loaded && (!thread.more || (messages[0] && messages[0].id <= id));
    if (known) {
      conversation.unread = messages.filter((m) => m.id > id && m.from !== this.me.id).length;
    } else {
      this.needsStart = true; // only the server can count
    }
  }

  applyFriend(user, state) {
    this.applyUser(user);
    this.friends.delete(user.id);
    this.requests.delete(user.id);
    this.asked.delete(user.id);
    if (state === 'agreed') this.friends.add(user.id);
    if (state === 'asked') this.asked.add(user.id);
    if (state === 'asked_me') this.requests.set(user.id, '');
    if (state !== 'agreed') this.online.delete(user.id);
  }

  applyGroup(event) {
    const id = event.group.id;
    const key = keyOf('group', id);
    if (event.left) {
      const before = this.groups.get(id);
      this.groups.delete(id);
      const conversation = this.conversations.get(key);
      if (!conversation) return;
      conversation.left = true;
      if (before) conversation.name = before.name;
      return;
    }
    for (const user of event.users || []) this.applyUser(user);
    this.groups.set(id, event.group);
    const conversation = this.conversations.get(key);
    if (conversation) conversation.left = false;
    if (event.group.members.some((m) => m !== this.me.id && !this.users.has(m))) {
      this.needsStart = true;
    }
  }

  applyUser(user) {
    if (user.id === this.me.id) this.me = Object.assign({}, this.me, user);
    else this.users.set(user.id, user);
  }

  applyTyping(event) {
    const key = event.type === 'group' ? keyOf('group', event.to) : keyOf('single', event.user);
    if (!this.typing.has(key)) this.typing.set(key, new Map());
    this.typing.get(key).set(event.user, Date.now() + 5000);
    setTimeout(() => this.changed(), 5100);
  }

  stopTyping(key, user) {
    const who = this.typing.get(key);
    if (who) who.delete(user);
  }

  /** The users who are writing in a conversation now. */
  typingIn(key) {
    const who = this.typing.get(key);
    if (!who) return [];
    const now = Date.now();
    for (const [user, until] of who) if (until <= now) who.delete(user);
    return Array.from(who.keys());
  }

  /** The messages at hand of a conversation, {messages, loaded, more}; made on the first call. */
  thread(key) {
    let thread = this.threads.get(key);
    if (!thread) {
      thread = { messages: [], loaded: false, more: true };
      this.threads.set(key, thread);
    }
    return thread;
  }

  /** A page of history, older than all that the thread has. */
  addHistory(key, messages, more) {
    const thread = this.thread(key);
    for (const message of messages) insert(thread.messages, message);
    thread.loaded = true;
    thread.more = more;
    this.changed();
  }

  /** Keeps the newest of a thread that is no longer looked at. */
  trim(key) {
    const thread = this.threads.get(key);
    if (!thread || thread.messages.length <= kept_messages) return;
    thread.messages = thread.messages.slice(-kept_messages);
    thread.more = true;
  }

  nameOf(user) {
    if (this.me && user === this.me.id) return this.me.display;
    const found = this.users.get(user);
    return found ? found.display || found.name : '#' + user;
  }

  titleOf(key) {
    const { type, id } = parseKey(key);
    if (type === 'single') return this.nameOf(id);
    const group = this.groups.get(id);
    if (group) return group.name;
    const conversation = this.conversations.get(key);
    return (conversation && conversation.name) || '#' + id;
  }

  /** Whether the conversation can be opened at all. */
  knows(key) {
    const { type, id } = parseKey(key);
    if (this.conversations.has(key)) return true;
    return type === 'single' ? this.friends.has(id) : this.groups.has(id);
  }

  canSend(key) {
    const { type, id } = parseKey(key);
    return type === 'single' ? this.friends.has(id) : this.groups.has(id);
  }

  /** Unread messages of all conversations of a type. */
  unreadOf(type) {
    let sum = 0;
    for (const c of this.conversations.values()) {
      if (c.key.startsWith(type + ':')) sum += c.unread;
    }
    return sum;
  }
}

/** Keeps a list of messages sorted by id, each once: what comes last knows most. */
function insert(messages, message) {
  let at = messages.length;
  while (at > 0 && messages[at - 1].id > message.id) --at;
  const known = at > 0 && messages[at - 1].id === message.id;
  messages.splice(known ? at - 1 : at, known ? 1 : 0, message);
}

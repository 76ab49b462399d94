// The state of the page: the answer of /api/start and every event since. It changes through load,
// applyBatch, addMessage, addHistory, markRead and trim only; what draws it listens with onChange.

import { keyOf, parseKey } from './conversation-key.js';
import { TypingUsers } from './typing-users.js';

const kept_messages = 400; // of a conversation that is not open

export class Store {
  constructor() {
    this.changeListeners = [];
    this.messageListeners = [];
    this.reset();
  }

  reset() {
    this.me = null; // null until the first start is loaded
    this.server = null;
    this.epoch = '';
    this.cursor = -1; // -1: a start is needed before the stream can go on
    this.unreadCountedTo = -1; // id of the last message that the unread counts of the start include
    this.presenceRevision = 0;
    this.users = new Map();
    this.friends = new Set();
    this.requestsReceived = new Map(); // user id → time
    this.requestsSent = new Set();
    this.groups = new Map();
    this.conversations = new Map();
    this.threads = new Map();
    this.online = new Set();
    this.typing = new TypingUsers();
    this.needsStart = false;
  }

  /** Calls `listener` after every change. */
  onChange(listener) {
    this.changeListeners.push(listener);
  }

  /** Calls `listener(key, message)` for every new message of the stream. */
  onMessage(listener) {
    this.messageListeners.push(listener);
  }

  changed() {
    for (const listener of this.changeListeners) listener();
  }

  /**
   * Loads the answer of /api/start. With `keepsThreads` and the same epoch it completes the state:
   * the stream goes on at its own cursor and the threads stay. Otherwise both begin anew.
   */
  load(start, keepsThreads) {
    const { typing, threads, cursor, epoch } = this;
    const isContinued = keepsThreads && epoch === start.epoch && cursor >= 0;
    this.reset();
    this.typing = typing;
    this.me = start.me;
    this.server = start.server;
    this.epoch = start.epoch;
    this.cursor = isContinued ? cursor : start.cursor;
    this.unreadCountedTo = start.cursor;
    if (isContinued) this.threads = threads;
    for (const user of start.users) this.users.set(user.id, user);
    for (const id of start.friends) this.friends.add(id);
    for (const request of start.requests) this.requestsReceived.set(request.user, request.at);
    for (const id of start.asked) this.requestsSent.add(id);
    for (const group of start.groups) this.groups.set(group.id, group);
    for (const item of start.conversations) {
      const conversation = this.conversation(keyOf(item.type, item.with));
      conversation.last = item.last;
      conversation.unread = item.unread;
      conversation.readTo = item.read;
      conversation.peerReadTo = item.seen || 0;
      conversation.hasLeft = !!item.left;
      conversation.name = item.name || '';
    }
    this.setPresence(start.presence);
    this.changed();
  }

  /** The entry of a conversation; made on the first call. */
  conversation(key) {
    let found = this.conversations.get(key);
    if (!found) {
      found = {
        key,
        last: null, // the newest message
        unread: 0,
        readTo: 0, // id of the last message that this user has read
        peerReadTo: 0, // id of the last message that the other user has read, where it is told
        hasLeft: false, // this user is no longer a member of the group
        name: '', // of a group that was left
      };
      this.conversations.set(key, found);
    }
    return found;
  }

  setPresence(presence) {
    if (!presence) return;
    this.presenceRevision = presence.rev;
    this.online = new Set(presence.online);
  }

  /** Applies one answer of the stream. */
  applyBatch(batch) {
    for (const event of batch.events) this.apply(event);
    this.cursor = batch.next;
    if (batch.presence) this.setPresence(batch.presence);
    if (batch.events.length || batch.presence) this.changed();
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
      default: // an event of a newer server, which this page does not show
    }
  }

  applyMessage(message) {
    const isMine = message.from === this.me.id;
    const peer = message.type === 'group' || isMine ? message.to : message.from;
    const key = keyOf(message.type, peer);
    const conversation = this.conversation(key);
    if (!isMine) {
      const isCounted = message.id <= Math.max(conversation.readTo, this.unreadCountedTo);
      if (!isCounted) conversation.unread += 1;
      this.typing.remove(key, message.from);
    }
    const isKnown = message.type === 'single' ? this.users.has(peer) : this.groups.has(peer);
    if (!isKnown && !conversation.hasLeft) this.needsStart = true;
    this.addMessage(key, message);
    for (const listener of this.messageListeners) listener(key, message);
  }

  /** Adds a message that the stream or the answer to a request has brought. */
  addMessage(key, message) {
    const conversation = this.conversation(key);
    if (!conversation.last || conversation.last.id < message.id) conversation.last = message;
    const thread = this.threads.get(key);
    if (thread) insertById(thread.messages, message);
  }

  applyRead(event) {
    if (event.user === this.me.id) {
      this.markRead(keyOf(event.type, event.with), event.up_to);
      return;
    }
    const conversation = this.conversation(keyOf('single', event.user));
    conversation.peerReadTo = Math.max(conversation.peerReadTo, event.up_to);
  }

  /** This user has read up to `id`, in this window or in another one. */
  markRead(key, id) {
    const conversation = this.conversation(key);
    if (id <= conversation.readTo) return;
    conversation.readTo = id;
    if (!conversation.last || id >= conversation.last.id) {
      conversation.unread = 0;
      return;
    }
    const thread = this.threads.get(key);
    const messages = thread ? thread.messages : [];
    const isLoaded = thread && thread.isLoaded;
    if (isLoaded && (!thread.hasMore || (messages[0] && messages[0].id <= id))) {
      conversation.unread = messages.filter((m) => m.id > id && m.from !== this.me.id).length;
    } else {
      this.needsStart = true; // the messages after `id` are not all here: the server has to count
    }
  }

  applyFriend(user, state) {
    this.applyUser(user);
    this.friends.delete(user.id);
    this.requestsReceived.delete(user.id);
    this.requestsSent.delete(user.id);
    if (state === 'agreed') this.friends.add(user.id);
    if (state === 'asked') this.requestsSent.add(user.id);
    if (state === 'asked_me') this.requestsReceived.set(user.id, '');
    if (state !== 'agreed') this.online.delete(user.id);
  }

  applyGroup(event) {
    const { id } = event.group;
    const conversation = this.conversations.get(keyOf('group', id));
    if (conversation) conversation.hasLeft = !!event.left;
    if (event.left) {
      const group = this.groups.get(id);
      this.groups.delete(id);
      if (conversation && group) conversation.name = group.name;
      return;
    }
    for (const user of event.users || []) this.applyUser(user);
    this.groups.set(id, event.group);
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
    this.typing.add(key, event.user, () => this.changed());
  }

  /** The messages of a conversation, {messages, isLoaded, hasMore}; made on the first call. */
  thread(key) {
    let thread = this.threads.get(key);
    if (!thread) {
      thread = { messages: [], isLoaded: false, hasMore: true };
      this.threads.set(key, thread);
    }
    return thread;
  }

  /** Adds a page of history, older than all messages of the thread. */
  addHistory(key, messages, hasMore) {
    const thread = this.thread(key);
    for (const message of messages) insertById(thread.messages, message);
    thread.isLoaded = true;
    thread.hasMore = hasMore;
    this.changed();
  }

  /** Drops all but the newest messages of a thread that is no longer shown. */
  trim(key) {
    const thread = this.threads.get(key);
    if (!thread || thread.messages.length <= kept_messages) return;
    thread.messages = thread.messages.slice(-kept_messages);
    thread.hasMore = true;
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

  /** Whether the conversation can be opened: it has messages, or messages can be sent. */
  canOpen(key) {
    return this.conversations.has(key) || this.canSend(key);
  }

  canSend(key) {
    const { type, id } = parseKey(key);
    return type === 'single' ? this.friends.has(id) : this.groups.has(id);
  }

  /** The number of unread messages in all conversations of a type. */
  unreadOf(type) {
    let sum = 0;
    for (const conversation of this.conversations.values()) {
      if (parseKey(conversation.key).type === type) sum += conversation.unread;
    }
    return sum;
  }
}

// Inserts into a list sorted by id. Of two messages with one id the later one stays: it is fuller.
function insertById(messages, message) {
  let index = messages.length;
  while (index > 0 && messages[index - 1].id > message.id) --index;
  const isKnown = index > 0 && messages[index - 1].id === message.id;
  messages.splice(isKnown ? index - 1 : index, isKnown ? 1 : 0, message);
}

// The rows of the contact lists: conversations, friend requests, and the offer to add a typed name.
// Each is an item for dom.patch().

import { keyOf, parseKey } from './conversation-key.js';
import { avatar, badge, button, el } from './dom.js';
import { currentLanguage, shortTime, t } from './language.js';

const preview_max = 200; // characters of the newest message

export class ContactRows {
  /**
   * @param app {store, openConversation(key), currentKey()}
   * @param {{add, accept, end: function}} actions add(name): send a friend request; accept(name):
   *   accept one; end(id): refuse or withdraw one
   */
  constructor(app, actions) {
    this.app = app;
    this.store = app.store;
    this.actions = actions;
  }

  /** Requests received, friends and former friends, requests sent; only those that match `text`. */
  friendRows(text) {
    const { store } = this;
    const query = text.toLowerCase();
    const isMatch = (id) => {
      const user = store.users.get(id);
      const name = user ? user.name : '';
      return !query || (store.nameOf(id) + ' ' + name).toLowerCase().includes(query);
    };
    const ids = new Set(store.friends);
    for (const key of store.conversations.keys()) {
      const { type, id } = parseKey(key);
      if (type === 'single') ids.add(id);
    }
    const keys = Array.from(ids).filter(isMatch).map((id) => keyOf('single', id));
    const rows = [];
    for (const id of store.requestsReceived.keys()) {
      if (isMatch(id)) rows.push(this.receivedRow(id));
    }
    rows.push(...this.sort(keys).map((key) => this.conversationRow(key)));
    for (const id of store.requestsSent) {
      if (isMatch(id)) rows.push(this.sentRow(id));
    }
    if (text && this.canAdd(text)) rows.push(this.addRow(text));
    return rows;
  }

  groupRows(text) {
    const { store } = this;
    const query = text.toLowerCase();
    const keys = new Set(Array.from(store.groups.keys(), (id) => keyOf('group', id)));
    for (const key of store.conversations.keys()) if (parseKey(key).type === 'group') keys.add(key);
    const isMatch = (key) => !query || store.titleOf(key).toLowerCase().includes(query);
    return this.sort(Array.from(keys).filter(isMatch)).map((key) => this.conversationRow(key));
  }

  // Whether the typed name may be one of a user that is not a contact yet.
  canAdd(name) {
    const { store } = this;
    if (/[\s/]/.test(name) || name === store.me.name) return false;
    const ids = [...store.friends, ...store.requestsSent, ...store.requestsReceived.keys()];
    return !ids.some((id) => store.users.has(id) && store.users.get(id).name === name);
  }

  // By the newest message, the latest first; then those without messages, by title.
  sort(keys) {
    const { store } = this;
    const lastIdOf = (key) => {
      const conversation = store.conversations.get(key);
      return conversation && conversation.last ? conversation.last.id : 0;
    };
    return keys
      .map((key) => ({ key, lastId: lastIdOf(key), title: store.titleOf(key) }))
      .sort(
        (a, b) =>
          b.lastId - a.lastId || a.title.localeCompare(b.title) || (a.key < b.key ? -1 : 1),
      )
      .map((item) => item.key);
  }

  conversationRow(key) {
    const { app, store } = this;
    const { type, id } = parseKey(key);
    const conversation = store.conversations.get(key);
    const last = conversation && conversation.last;
    const unread = conversation ? conversation.unread : 0;
    const title = store.titleOf(key);
    const isOnline = type === 'single' && store.online.has(id);
    const isCurrent = app.currentKey() === key;
    const time = last ? shortTime(new Date(last.timestamp)) : '';
    const preview = this.previewOf(key, last);
    const signature = JSON.stringify([
      currentLanguage(), title, isOnline, isCurrent, unread, time, preview,
    ]);
    const properties = {
      type: 'button', class: 'row' + (unread ? ' unread' : '') + (preview ? '' : ' bare'),
      'aria-current': isCurrent && 'true', 'data-key': key,
      onclick: () => app.openConversation(key),
    };
    const online = isOnline ? el('span', { class: 'sr-only' }, ' · ' + t('online')) : null;
    const make = () =>
      el(
        'li',
        {},
        el(
          'button',
          properties,
          avatar(id, title, (type === 'group' ? 'group' : '') + (isOnline ? ' online' : '')),
          el('span', { class: 'name' }, title, online),
          el('span', { class: 'time' }, time),
          el('span', { class: 'preview' }, preview),
          badge(unread, t('unread')) || el('span', {}),
        ),
      );
    return { key, signature, make };
  }

  // The newest message, or a note that a user is typing.
  previewOf(key, last) {
    const { store } = this;
    if (store.typing.list(key).length) return t('typing');
    if (!last) return '';
    let text = last.msg;
    if (last.from === store.me.id) text = t('textWithYou', text);
    else if (parseKey(key).type === 'group') text = t('textWithSender', store.nameOf(last.from), text);
    return text.slice(0, preview_max);
  }

  receivedRow(id) {
    const user = this.store.users.get(id);
    const actions = () => [
      button('btn primary', t('accept'), () => this.actions.accept(user.name)),
      button('btn', t('refuse'), () => this.actions.end(id)),
    ];
    return this.requestRow('request:', id, 'requestReceived', actions);
  }

  sentRow(id) {
    const actions = () => [button('btn', t('cancel'), () => this.actions.end(id))];
    return this.requestRow('asked:', id, 'requestSent', actions);
  }

  requestRow(prefix, id, textKey, actions) {
    const name = this.store.nameOf(id);
    const make = () =>
      el(
        'li',
        { class: 'request' },
        avatar(id, name),
        el('span', { class: 'name' }, name),
        el('span', { class: 'preview' }, t(textKey)),
        el('span', { class: 'actions' }, actions()),
      );
    return { key: prefix + id, signature: currentLanguage() + name, make };
  }

  addRow(name) {
    const make = () =>
      el(
        'li',
        {},
        el(
          'button',
          { type: 'button', class: 'row', onclick: () => this.actions.add(name) },
          el('span', { class: 'avatar plus', 'aria-hidden': 'true' }, '＋'),
          el('span', { class: 'name' }, t('addFriend', name)),
          el('span', {}),
          el('span', { class: 'preview' }, t('addFriendHint')),
        ),
      );
    return { key: 'add', signature: currentLanguage() + name, make };
  }
}

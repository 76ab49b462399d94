// The header of the open conversation: back button, avatar, title, a line about its state, and the
// button that opens the details.

import { parseKey } from './conversation-key.js';
import { avatar, clear, el, icon, Memo } from './dom.js';
import { currentLanguage, t } from './language.js';

export class ChatHead {
  /** @param store; onBack, onDetails: called when the buttons are pressed */
  constructor(store, onBack, onDetails) {
    this.store = store;
    this.onBack = onBack;
    this.onDetails = onDetails;
    this.memo = new Memo();
    this.build();
  }

  build() {
    this.node = el('header', { class: 'head' });
    this.memo.clear();
  }

  render(key, hasDetailsOpen) {
    const { store } = this;
    const { type, id } = parseKey(key);
    const title = store.titleOf(key);
    const isOnline = type === 'single' && store.online.has(id);
    const status = this.statusOf(key);
    if (!this.memo.update(currentLanguage(), key, title, isOnline, status, hasDetailsOpen)) return;
    const hadFocus = this.node.contains(document.activeElement);
    clear(this.node);
    const back = el(
      'button',
      { class: 'btn icon back', type: 'button', 'aria-label': t('back'), onclick: this.onBack },
      icon('back'),
    );
    const details = el(
      'button',
      {
        class: 'btn icon', type: 'button',
        'aria-label': t(type === 'group' ? 'groupInfo' : 'chatInfo'),
        'aria-expanded': String(hasDetailsOpen), onclick: this.onDetails,
      },
      icon('info'),
    );
    const face = avatar(id, title, (type === 'group' ? 'group' : '') + (isOnline ? ' online' : ''));
    // style.css shows one of the two: a narrow screen has room for the name only.
    const wide = el('span', { class: 'wide' }, t('chatWith', title));
    const narrow = el('span', { class: 'narrow' }, title);
    const titles = el('div', {}, el('h2', {}, wide, narrow), el('p', {}, status));
    for (const part of [back, face, titles, details]) this.node.appendChild(part);
    if (hadFocus) details.focus();
  }

  // Who is typing; else whether the friend is online, or the size of the group.
  statusOf(key) {
    const { store } = this;
    const { type, id } = parseKey(key);
    const typing = store.typing.list(key);
    if (typing.length) {
      return type === 'group' ? t('userTyping', store.nameOf(typing[0])) : t('typing');
    }
    if (type === 'single') {
      if (!store.friends.has(id)) return '';
      return t(store.online.has(id) ? 'online' : 'offline');
    }
    const group = store.groups.get(id);
    if (!group) return '';
    return t('memberCount', group.members.length) + (group.brief ? ' · ' + group.brief : '');
  }
}

// The open conversation: header, details, message log and composer. Made once; open() switches to
// another conversation.

import { request, Unreachable } from './api.js';
import { ChatDetails } from './chat-details.js';
import { ChatHead } from './chat-head.js';
import { ChatHistory } from './chat-history.js';
import { ChatLog } from './chat-log.js';
import { Composer } from './composer.js';
import { parseKey } from './conversation-key.js';
import { button, clear, el, Memo } from './dom.js';
import { currentLanguage, t } from './language.js';

export class Chat {
  /**
   * @param app {store, outbox, closeConversation(), isVisible(), isChatShown(), markRead(key, id)}
   */
  constructor(app) {
    this.app = app;
    this.store = app.store;
    this.key = null; // of the open conversation
    this.node = el('section', { class: 'chat' });
    this.head = new ChatHead(
      this.store,
      () => app.closeConversation(),
      () => this.details.toggle(),
    );
    this.details = new ChatDetails(
      this.store,
      (method, path) => this.send(method, path),
      () => this.render(),
    );
    this.log = new ChatLog(app, () => this.history.fetchMore());
    this.history = new ChatHistory(this.store, this.log, () => this.render());
    this.composer = new Composer(app, () => this.log.jumpToNewest());
    this.noticeMemo = new Memo();
    this.assemble();
  }

  /** Makes everything again in the current language. */
  build() {
    for (const part of [this.head, this.details, this.log, this.composer]) part.build();
    this.assemble();
  }

  assemble() {
    clear(this.node);
    this.node.setAttribute('aria-label', t('chat'));
    this.placeholder = el('p', { class: 'placeholder' }, t('pickConversation'));
    this.notice = el('div', { class: 'notice', hidden: true });
    this.noticeMemo.clear();
    this.foot = el(
      'div',
      { class: 'foot' },
      this.log.jumpButton,
      this.composer.node,
      this.notice,
    );
    const parts = [
      this.placeholder, this.head.node, this.details.node, this.log.node, this.log.announcer,
      this.foot,
    ];
    for (const part of parts) this.node.appendChild(part);
    this.render();
  }

  /** Opens a conversation, or none (null). */
  open(key) {
    if (this.key === key) return;
    if (this.key) this.store.trim(this.key);
    this.key = key;
    const conversation = key && this.store.conversations.get(key);
    const hasUnread = conversation && conversation.unread;
    this.details.close();
    this.log.open(key, hasUnread ? conversation.readTo : -1);
    this.history.open(key);
    if (key) this.composer.open(key);
    this.render();
  }

  /**
   * The page was hidden or shown. Messages that come while it is hidden stand below the "new
   * messages" line.
   */
  onVisibilityChange() {
    const conversation = this.key && this.store.conversations.get(this.key);
    if (!this.app.isVisible() && conversation && !conversation.unread) {
      this.log.newAfter = conversation.last ? conversation.last.id : -1;
    }
    this.render();
  }

  render() {
    const isOpen = !!this.key && !!this.store.me;
    this.placeholder.hidden = isOpen;
    for (const part of [this.head.node, this.log.node, this.foot]) part.hidden = !isOpen;
    if (!isOpen) return;
    this.head.render(this.key, this.details.isOpen());
    this.details.render(this.key);
    this.renderNotice();
    this.log.render();
    this.markRead();
    this.history.fetchMore();
  }

  // Where nothing can be sent, a notice says why in place of the composer.
  renderNotice() {
    const { store } = this;
    const { type, id } = parseKey(this.key);
    const canSend = store.canSend(this.key);
    const isSent = store.requestsSent.has(id);
    const isReceived = store.requestsReceived.has(id);
    this.composer.node.hidden = !canSend;
    this.notice.hidden = canSend;
    if (canSend) return;
    if (!this.noticeMemo.update(currentLanguage(), this.key, isSent, isReceived)) return;
    clear(this.notice).appendChild(el('p', {}, t(type === 'single' ? 'notFriends' : 'groupLeft')));
    const user = store.users.get(id);
    if (type !== 'single' || !user) return;
    const requestFriend = () => this.send('POST', '/api/friends', { name: user.name });
    const label = t(isReceived ? 'accept' : 'friendAgain');
    this.notice.appendChild(
      isSent
        ? el('p', {}, t('requestSent'))
        : button('btn', label, requestFriend),
    );
  }

  // A conversation that is open and on the screen is read.
  markRead() {
    const conversation = this.store.conversations.get(this.key);
    if (!conversation || !conversation.last || !conversation.unread) return;
    if (!this.app.isVisible() || !this.app.isChatShown()) return;
    if (!this.store.thread(this.key).isLoaded) return;
    this.app.markRead(this.key, conversation.last.id);
  }

  /** A request; the composer shows a failure. Resolves to null where the server is unreachable. */
  async send(method, path, body) {
    try {
      const response = await request(method, path, body);
      if (response.status >= 400) this.composer.warn(t('errorOther'));
      return response;
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      this.composer.warn(t('errorUnreachable'));
      return null;
    }
  }
}

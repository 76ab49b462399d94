// The messages of the open conversation. While the log is at its end it follows the newest message;
// otherwise the rows in sight do not move, and a button with a count leads to the newest.

import { clear, el, icon, Memo, patch } from './dom.js';
import { t } from './language.js';
import { logItems } from './log-items.js';
import { ShownRange } from './shown-range.js';

const near_max = 300; // pixels from an end within which more messages are shown or fetched
const following_max = 48; // pixels from the end that still count as being at the end
const announced_max = 300; // characters of a message for screen readers

export class ChatLog {
  /** @param app {store, outbox, isVisible()}; onNearTop: called when older messages are wanted */
  constructor(app, onNearTop) {
    this.app = app;
    this.store = app.store;
    this.onNearTop = onNearTop;
    this.list = el('ol', {});
    this.node = el(
      'div',
      {
        class: 'log', role: 'log', 'aria-live': 'off', tabindex: 0,
        onscroll: () => this.onScroll(),
      },
      this.list,
    );
    // Screen readers get new messages from here alone: history in the log must not be read out.
    this.announcer = el('p', { class: 'sr-only', role: 'status', 'aria-live': 'polite' });
    this.jumpMemo = new Memo();
    this.open(null, -1);
    this.store.onMessage((key, message) => this.onMessage(key, message));
    if (window.ResizeObserver) {
      new ResizeObserver(() => {
        if (this.range.isFollowing) this.scrollToEnd();
      }).observe(this.node);
    }
    this.build();
  }

  build() {
    this.node.setAttribute('aria-label', t('messages'));
    this.jumpButton = el('button', {
      class: 'jump', type: 'button', hidden: true, onclick: () => this.jumpToNewest(),
    });
    this.jumpMemo.clear();
  }

  /** Switches to a conversation, or to none (null). newAfter: see log-items.js. */
  open(key, newAfter) {
    this.key = key;
    this.newAfter = newAfter;
    this.range = new ShownRange();
    this.newCount = 0; // messages that came while the log was not at its end
    this.isPlaced = false; // the log has been scrolled to where reading begins
    this.isHistoryUnreachable = false;
    clear(this.list);
  }

  messages() {
    return this.store.thread(this.key).messages;
  }

  isNearTop() {
    return this.node.scrollTop < near_max && this.node.offsetParent !== null;
  }

  scrollToEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }

  onMessage(key, message) {
    if (key !== this.key || message.from === this.store.me.id) return;
    if (!this.range.isFollowing || this.range.newest) this.newCount += 1;
    if (!this.app.isVisible()) return;
    const text = message.msg.slice(0, announced_max);
    this.announcer.textContent = t('textWithSender', this.store.nameOf(message.from), text);
  }

  render() {
    const { isLoaded } = this.store.thread(this.key);
    const rows = this.range.isFollowing ? [] : this.rowsInSight();
    patch(this.list, this.items());
    this.renderJumpButton();
    if (!this.isPlaced && isLoaded) this.placeFirst();
    else if (this.range.isFollowing) this.scrollToEnd();
    else this.restore(rows);
  }

  items() {
    const { isLoaded, messages } = this.store.thread(this.key);
    const { begin, end } = this.range.resolve(messages);
    const waitingText = this.isHistoryUnreachable ? t('errorUnreachable') : t('loading');
    return logItems(this.store, this.app.outbox, {
      key: this.key,
      messages: messages.slice(begin, end),
      isAtEnd: end === messages.length,
      newAfter: this.newAfter,
      emptyText: isLoaded ? t('emptyChat') : waitingText,
    });
  }

  renderJumpButton() {
    this.jumpButton.hidden = !this.range.newest && this.range.isFollowing;
    if (this.jumpButton.hidden) return;
    const label = this.newCount ? t('jumpToNew', this.newCount) : t('jumpToNewest');
    if (!this.jumpMemo.update(label)) return;
    clear(this.jumpButton).appendChild(icon('down'));
    this.jumpButton.appendChild(el('span', {}, label));
  }

  // Reading begins at the newest message, or at the "new messages" line where that is further up
  // than one screen.
  placeFirst() {
    this.isPlaced = true;
    this.scrollToEnd();
    const line = this.list.querySelector('.new');
    if (!line) return;
    const offset = line.getBoundingClientRect().top - this.node.getBoundingClientRect().top;
    if (offset >= 0) return;
    this.range.isFollowing = false;
    this.node.scrollTop += offset - 24;
    this.newCount = 0;
    this.renderJumpButton();
  }

  // The rows in sight with their positions, [{node, top}]. All of them: a row is made anew when it
  // joins a run.
  rowsInSight() {
    const view = this.node.getBoundingClientRect();
    const rows = [];
    for (const node of this.list.children) {
      const { top, bottom } = node.getBoundingClientRect();
      if (top > view.bottom) break;
      if (bottom > view.top) rows.push({ node, top });
    }
    return rows;
  }

  // Scrolls so that the first of the rows that is still there is where it was.
  restore(rows) {
    const row = rows.find(({ node }) => node.isConnected);
    const moved = row ? row.node.getBoundingClientRect().top - row.top : 0;
    if (moved) this.node.scrollTop += moved;
  }

  onScroll() {
    if (!this.key || !this.isPlaced) return;
    const { range } = this;
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    const rest = scrollHeight - scrollTop - clientHeight;
    const wasFollowing = range.isFollowing;
    range.isFollowing = !range.newest && rest < following_max;
    if (range.isFollowing) this.newCount = 0;
    else if (!range.oldest) range.pin(this.messages());
    if (range.newest && rest < near_max) {
      range.showNewer(this.messages());
      this.render();
    } else if (scrollTop < near_max) {
      this.onNearTop();
    }
    if (wasFollowing !== range.isFollowing) this.render();
  }

  jumpToNewest() {
    this.range = new ShownRange();
    this.newCount = 0;
    this.render();
    this.scrollToEnd();
  }

  /** Shows loaded messages above those shown; false where there are none. */
  showOlder() {
    if (!this.range.showOlder(this.messages())) return false;
    this.render();
    return true;
  }
}

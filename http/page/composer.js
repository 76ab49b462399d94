// Where a message is written: the emoji bar, the text area with its draft, and the send button.

import { request, Unreachable } from './api.js';
import { parseKey } from './conversation-key.js';
import { clear, el } from './dom.js';
import { bar_emoji, expandShortcode } from './emoji.js';
import { EmojiPanel } from './emoji-panel.js';
import { t } from './language.js';
import * as storage from './storage.js';

const typing_interval = 3000; // milliseconds between two "typing" requests
const height_max = 168; // pixels; the same as in style.css

// On a touch screen Enter starts a new line, and only the button sends.
const isTouch = () => window.matchMedia('(hover: none) and (pointer: coarse)').matches;

export class Composer {
  /** @param app {store, outbox}; onSend: called after a message was added to the outbox */
  constructor(app, onSend) {
    this.app = app;
    this.onSend = onSend;
    this.key = null;
    this.typingToldAt = 0;
    this.text = el('textarea', {
      rows: 1, enterkeyhint: isTouch() ? 'enter' : 'send',
      oninput: () => this.onInput(), onkeydown: (event) => this.onKeyDown(event),
    });
    this.node = el('form', { class: 'composer', onsubmit: (event) => this.submit(event) });
    this.panel = new EmojiPanel((emoji) => this.insert(emoji), () => this.text.focus());
    this.build();
  }

  build() {
    const hadFocus = document.activeElement === this.text;
    clear(this.node);
    this.text.setAttribute('aria-label', t('messageInput'));
    this.text.placeholder = t('messagePlaceholder');
    this.warning = el('p', { class: 'error', role: 'alert', hidden: true });
    this.panel.build();
    const parts = [
      this.panel.node,
      el('div', { class: 'tray' }, this.emojiBar()),
      this.warning,
      el(
        'div',
        { class: 'entry' },
        this.text,
        el('button', { class: 'btn primary' }, t('send')),
      ),
      el('div', { class: 'hint' }, t('enterHint')),
    ];
    for (const part of parts) this.node.appendChild(part);
    if (hadFocus) this.text.focus();
  }

  emojiBar() {
    const more = el(
      'button',
      {
        type: 'button', 'aria-label': t('emojiMore'), 'aria-haspopup': 'dialog',
        'aria-expanded': 'false', onclick: () => this.panel.toggle(more),
      },
      '＋',
    );
    const buttons = bar_emoji.map((emoji) => {
      const insert = () => this.insert(emoji);
      const label = t('insertEmoji', emoji);
      return el('button', { type: 'button', 'aria-label': label, onclick: insert }, emoji);
    });
    return el('div', { class: 'emoji-bar', role: 'toolbar', 'aria-label': t('emoji') }, buttons, more);
  }

  /** Switches to a conversation and loads its draft. */
  open(key) {
    this.key = key;
    this.typingToldAt = 0;
    this.panel.close();
    this.warn('');
    this.text.value = storage.get(this.draftName()) || '';
    this.fitHeight();
    if (!isTouch()) this.text.focus({ preventScroll: true });
  }

  draftName() {
    return 'draft.' + this.app.store.me.id + '.' + this.key;
  }

  fitHeight() {
    this.text.style.height = 'auto';
    this.text.style.height = Math.min(this.text.scrollHeight + 2, height_max) + 'px';
  }

  /** Shows a warning above the text area; "" hides it. */
  warn(text) {
    this.warning.hidden = !text;
    this.warning.textContent = text;
  }

  onInput() {
    this.expandShortcode();
    this.fitHeight();
    this.warn('');
    if (this.text.value) storage.set(this.draftName(), this.text.value);
    else storage.remove(this.draftName());
    this.tellTyping();
  }

  // ":tada:" becomes the emoji when its last colon is typed.
  expandShortcode() {
    const caret = this.text.selectionStart;
    const expanded = expandShortcode(this.text.value.slice(0, caret));
    if (!expanded) return;
    this.text.value = expanded + this.text.value.slice(caret);
    this.text.selectionStart = this.text.selectionEnd = expanded.length;
  }

  async tellTyping() {
    const now = Date.now();
    if (!this.text.value.trim() || now - this.typingToldAt < typing_interval) return;
    this.typingToldAt = now;
    const { type, id } = parseKey(this.key);
    try {
      await request('POST', '/api/typing', { type, to: id });
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e; // lost: nothing to repeat
    }
  }

  insert(emoji) {
    const { selectionStart, selectionEnd, value } = this.text;
    this.text.value = value.slice(0, selectionStart) + emoji + value.slice(selectionEnd);
    this.text.selectionStart = this.text.selectionEnd = selectionStart + emoji.length;
    if (!isTouch() && this.panel.node.hidden) this.text.focus();
    this.onInput();
  }

  onKeyDown(event) {
    // While an input method composes, Enter belongs to it; older browsers only say keyCode 229.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') this.panel.close();
    const hasModifier = event.shiftKey || event.ctrlKey || event.altKey;
    if (event.key !== 'Enter' || hasModifier || isTouch()) return;
    event.preventDefault();
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value;
    if (!text.trim()) return;
    const limit = this.app.store.server.msg_bytes_max;
    if (new TextEncoder().encode(text).length > limit) {
      this.warn(t('tooLong', limit));
      return;
    }
    this.text.value = '';
    this.typingToldAt = 0;
    storage.remove(this.draftName());
    this.fitHeight();
    this.panel.close();
    this.app.outbox.add(this.key, text);
    this.onSend();
    this.text.focus();
  }
}

// Where one writes: the emoji, the text, its draft, and Enter.

import { request, Unreachable } from './api.js';
import { clear, el } from './dom.js';
import { bar, expand, EmojiPanel } from './emoji.js';
import * as keep from './keep.js';
import { parseKey } from './store.js';
import * as words from './words.js';

const t = words.t;
const typing_every = 3000; // milliseconds between two notes that one is writing

// Where a finger types, Enter starts a new line: the button sends.
const isTouch = () => window.matchMedia('(hover: none) and (pointer: coarse)').matches;

export class Composer {
  /** @param app {store, outbox}; onSend: what to do besides */
  constructor(app, onSend) {
    this.app = app;
    this.onSend = onSend;
    this.key = null;
    this.typedAt = 0;
    this.text = el('textarea', {
      rows: 1, enterkeyhint: isTouch() ? 'enter' : 'send',
      oninput: () => this.changed(), onkeydown: (e) => this.keyDown(e),
    });
    this.node = el('form', { class: 'write', onsubmit: (e) => this.submit(e) });
    this.panel = new EmojiPanel((sign) => this.insert(sign), () => this.text.focus());
    this.build();
  }

  build() {
    const focused = document.activeElement === this.text;
    clear(this.node);
    this.text.setAttribute('aria-label', t('message'));
    this.text.placeholder = t('placeholder');
    this.say = el('p', { class: 'err', role: 'alert', hidden: true });
    this.more = el(
      'button',
      {
        type: 'button', 'aria-label': t('emojiMore'), 'aria-haspopup': 'dialog', 'aria-expanded': 'false',
        onclick: () => this.panel.toggle(this.more),
      },
      '＋',
    );
    const emoji = el('div', { class: 'emo', role: 'toolbar', 'aria-label': t('emoji') });
    for (const sign of bar) {
      const insert = () => this.insert(sign);
      emoji.appendChild(
        el('button', { type: 'button', 'aria-label': t('insert', sign), onclick: insert }, sign),
      );
    }
    emoji.appendChild(this.more);
    this.panel.build();
    this.node.appendChild(this.panel.node);
    this.node.appendChild(el('div', { class: 'tray' }, emoji));
    this.node.appendChild(this.say);
    this.node.appendChild(
      el('div', { class: 'say' }, this.text, el('button', { class: 'btn go' }, t('send'))),
    );
    this.node.appendChild(el('div', { class: 'hint' }, t('hint')));
    if (focused) this.text.focus();
  }

  /** Turns to a conversation, with what was left unsent there. */
  open(key) {
    this.key = key;
    this.typedAt = 0;
    this.panel.close();
    this.warn('');
    this.text.value = keep.get(this.draftName()) || '';
    this.fit();
    if (!isTouch()) this.text.focus({ preventScroll: true });
  }

  draftName() {
    return 'draft.' + this.app.store.me.id + '.' + this.key;
  }

  fit() {
    this.text.style.height = 'auto';
    this.text.style.height = Math.min(this.text.scrollHeight + 2, 168) + 'px';
  }

  warn(text) {
    this.say.hidden = !text;
    this.say.textContent = text;
  }

  changed() {
    this.expandShortcode();
    this.fit();
    this.warn('');
    if (this.text.value) keep.set(this.draftName(), this.text.value);
    else keep.remove(this.draftName());
    this.tellTyping();
  }

  // ":tada:" becomes the emoji when its last colon is typed.
  expandShortcode() {
    const at = this.text.selectionStart;
    const found = expand(this.text.value.slice(0, at));
    if (!found) return;
    const rest = this.text.value.slice(at);
    this.text.value = found + rest;
    this.text.selectionStart = this.text.selectionEnd = found.length;
  }

  async tellTyping() {
    const now = Date.now();
    if (!this.text.value.trim() || now - this.typedAt < typing_every) return;
    this.typedAt = now;
    const { type, id } = parseKey(this.key);
    try {
      await request('POST', '/api/typing', { type, to: id });
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e; // nobody need know
    }
  }

  insert(sign) {
    const { selectionStart, selectionEnd, value } = this.text;
    this.text.value = value.slice(0, selectionStart) + sign + value.slice(selectionEnd);
    this.text.selectionStart = this.text.selectionEnd = selectionStart + sign.length;
    if (!isTouch() && this.panel.node.hidden) this.text.focus();
    this.changed();
  }

  keyDown(event) {
    // While a word is being composed Enter belongs to the input method.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') this.panel.close();
    if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.altKey || isTouch()) return;
    event.preventDefault();
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value;
    if (!text.trim()) return;
    const most = this.app.store.server.msg_bytes_max;
    if (new TextEncoder().encode(text).length > most) {
      this.warn(t('tooLong', most));
      return;
    }
    this.text.value = '';
    this.typedAt = 0;
    keep.remove(this.draftName());
    this.fit();
    this.panel.close();
    this.app.outbox.add(this.key, text);
    this.onSend();
    this.text.focus();
  }
}

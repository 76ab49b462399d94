// The panel of all emoji, with a search by shortcode or Chinese name. It opens above the composer.

import { clear, el } from './dom.js';
import { all_emoji } from './emoji.js';
import { currentLanguage, t } from './language.js';

export class EmojiPanel {
  /** @param onPick called with an emoji; onEscape: called when Escape has closed the panel */
  constructor(onPick, onEscape) {
    this.onPick = onPick;
    this.onEscape = onEscape;
    this.opener = null; // the button that opened the panel
    this.node = el('div', { class: 'picker', role: 'dialog', hidden: true });
    this.node.addEventListener('keydown', (event) => this.onKeyDown(event));
    document.addEventListener('pointerdown', (event) => {
      const isOutside = !this.node.contains(event.target) && event.target !== this.opener;
      if (isOutside) this.close();
    });
  }

  build() {
    clear(this.node);
    this.node.setAttribute('aria-label', t('emoji'));
    this.search = el('input', {
      class: 'input', type: 'search', 'aria-label': t('emojiSearch'), placeholder: t('emojiSearch'),
      oninput: () => this.fill(),
    });
    this.grid = el('div', { class: 'grid' });
    this.node.appendChild(this.search);
    this.node.appendChild(this.grid);
  }

  toggle(opener) {
    if (!this.node.hidden) {
      this.close();
      return;
    }
    this.opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    this.search.value = '';
    this.fill();
    this.node.hidden = false;
    this.search.focus();
  }

  close() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    if (this.opener) this.opener.setAttribute('aria-expanded', 'false');
  }

  fill() {
    const query = this.search.value.trim().toLowerCase();
    clear(this.grid);
    for (const { emoji, shortcode, name } of all_emoji) {
      if (query && !shortcode.includes(query) && !name.includes(query)) continue;
      const label = currentLanguage() === 'zh' ? name : shortcode.replace(/_/g, ' ');
      const title = label + '  :' + shortcode + ':';
      const pick = () => this.onPick(emoji);
      this.grid.appendChild(
        el('button', { type: 'button', 'aria-label': label, title, onclick: pick }, emoji),
      );
    }
    if (!this.grid.firstChild) this.grid.appendChild(el('p', { class: 'empty' }, t('emojiNone')));
  }

  onKeyDown(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method composes
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.close();
      this.onEscape();
    } else if (event.key === 'Enter' && event.target === this.search) {
      event.preventDefault();
      const first = this.grid.querySelector('button');
      if (first) first.click();
    }
  }
}

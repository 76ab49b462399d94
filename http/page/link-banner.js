// The banner that shows that the link is down, with a countdown to the next attempt and a button
// that starts it now.

import { el, Memo } from './dom.js';
import { currentLanguage, t } from './language.js';

export class LinkBanner {
  /** @param onRetry called when the button is pressed */
  constructor(onRetry) {
    this.isUp = true;
    this.retryAt = 0; // Date.now() of the next attempt; 0: it is under way
    this.memo = new Memo();
    this.text = el('span', {});
    this.button = el('button', { type: 'button', onclick: onRetry });
    this.node = el('div', { class: 'banner', role: 'status', hidden: true }, this.text, this.button);
    setInterval(() => this.render(), 500);
  }

  set({ isUp, retryAt }) {
    this.isUp = isUp;
    this.retryAt = retryAt;
    this.render();
  }

  render() {
    const seconds = Math.max(0, Math.ceil((this.retryAt - Date.now()) / 1000));
    if (!this.memo.update(currentLanguage(), this.isUp, !this.isUp && seconds)) return;
    this.node.hidden = this.isUp;
    if (this.isUp) return;
    this.text.textContent = seconds ? t('linkDown', seconds) : t('linkDownRetrying');
    this.button.textContent = t('retryNow');
    this.button.hidden = !seconds;
  }
}

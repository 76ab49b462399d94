// The account button in the navigation bar and its menu: names, theme, sign out.

import { avatar, clear, el, Memo } from './dom.js';
import { currentLanguage, t } from './language.js';
import * as storage from './storage.js';

const theme_labels = { auto: 'themeAuto', light: 'themeLight', dark: 'themeDark' };

export class AccountMenu {
  /** @param store; onSignOut: called when the button is pressed */
  constructor(store, onSignOut) {
    this.store = store;
    this.onSignOut = onSignOut;
    this.isOpen = false;
    this.memo = new Memo();
    this.node = el('div', { class: 'account', onkeydown: (event) => this.onKeyDown(event) });
    document.addEventListener('pointerdown', (event) => {
      if (this.isOpen && !this.node.contains(event.target)) this.show(false);
    });
  }

  show(isOpen) {
    this.isOpen = isOpen;
    this.render();
  }

  onKeyDown(event) {
    if (event.key !== 'Escape' || !this.isOpen) return;
    this.show(false);
    this.node.firstChild.focus();
  }

  setTheme(theme) {
    const root = document.documentElement;
    if (theme === 'auto') {
      delete root.dataset.theme;
      storage.remove('theme');
    } else {
      root.dataset.theme = theme;
      storage.set('theme', theme);
    }
    this.render();
  }

  render() {
    const { me } = this.store;
    const theme = storage.get('theme') || 'auto';
    if (!this.memo.update(currentLanguage(), me, this.isOpen, theme)) return;
    const active = document.activeElement;
    const focusedName = this.node.contains(active) && active.dataset.name;
    clear(this.node).appendChild(this.opener(me));
    if (this.isOpen) this.node.appendChild(this.menu(me, theme));
    const focused = focusedName && this.node.querySelector('[data-name="' + focusedName + '"]');
    if (focused) focused.focus();
  }

  opener(me) {
    return el(
      'button',
      {
        class: 'btn icon', type: 'button', 'aria-label': t('account'), 'aria-haspopup': 'true',
        'aria-expanded': String(this.isOpen), 'data-name': 'account',
        onclick: () => this.show(!this.isOpen),
      },
      avatar(me.id, me.display || me.name, 'small'),
    );
  }

  menu(me, theme) {
    const choices = Object.keys(theme_labels).map((name) =>
      el(
        'button',
        {
          class: 'btn', type: 'button', 'aria-pressed': String(name === theme), 'data-name': name,
          onclick: () => this.setTheme(name),
        },
        t(theme_labels[name]),
      ),
    );
    const signOut = el(
      'button',
      { class: 'btn danger', type: 'button', 'data-name': 'sign-out', onclick: this.onSignOut },
      t('signOut'),
    );
    return el(
      'div',
      { class: 'menu', role: 'group', 'aria-label': t('account') },
      el('p', { class: 'name' }, me.display || me.name),
      el('p', { class: 'lead' }, '@' + me.name),
      el('p', { class: 'label' }, t('theme')),
      el('div', { class: 'choices', role: 'group', 'aria-label': t('theme') }, choices),
      signOut,
    );
  }
}

// The page: who is signed in, which conversation is open, and the frame around it all.

import { request, Unreachable } from './api.js';
import { Chat } from './chat.js';
import { Contacts } from './contacts.js';
import { avatar, clear, el, mark, soon } from './dom.js';
import * as keep from './keep.js';
import { Outbox } from './outbox.js';
import { SignIn } from './sign-in.js';
import { keyOf, Store } from './store.js';
import { Sync } from './sync.js';
import * as words from './words.js';

const t = words.t;
const themes = ['auto', 'light', 'dark'];

class App {
  constructor() {
    words.begin(() => this.rebuild());
    this.store = new Store();
    this.link = { up: true, retryAt: 0 };
    this.outbox = new Outbox({
      onChange: soon(() => this.render()),
      onSent: (entry, answer) => this.sent(entry, answer),
      onSignedOut: () => this.signedOut(),
      onUnreachable: () => this.link.up && this.sync.nudge(),
    });
    this.sync = new Sync(this.store, {
      onLink: (link) => this.linkChanged(link),
      onAnswer: () => this.answered(),
      onSignedOut: () => this.signedOut(),
    });
    this.contacts = new Contacts(this);
    this.chat = new Chat(this);
    this.signIn = null;
    this.reads = new Map(); // key → id that the server has yet to be told
    this.opened = ''; // the conversation that the address names
    this.menuOpen = false;
    this.buildFrame();
    this.store.onChange(soon(() => this.render()));
    this.store.onMessage((key, message) => this.outbox.seen(message.cid));
    window.addEventListener('hashchange', () => this.route());
    document.addEventListener('visibilitychange', () => {
      this.chat.visibility();
      this.renderTitle();
    });
    document.addEventListener('pointerdown', (e) => {
      if (this.menuOpen && !this.account.contains(e.target)) this.showMenu(false);
    });
    setInterval(() => this.renderBar(), 500);
    setInterval(() => !document.hidden && this.render(), 60000); // "today" ends
    this.sync.start();
  }

  // ---- the frame

  buildFrame() {
    this.frame = el('div', { class: 'app', 'data-view': 'list' });
    this.brand = el('b', {});
    this.account = el('div', { class: 'account', onkeydown: (e) => this.menuKey(e) });
    this.nav = el('header', { class: 'nav' });
    this.bar = el('div', { class: 'bar', role: 'status', hidden: true });
    this.title = el('h1', { class: 'sr' });
    const main = el('main', { class: 'two' }, this.title, this.contacts.node, this.chat.node);
    for (const part of [this.nav, this.bar, main]) this.frame.appendChild(part);
    this.buildNav();
  }

  buildNav() {
    clear(this.nav);
    const language = el(
      'button',
      { class: 'btn icon', type: 'button', 'aria-label': t('language'), onclick: words.toggle },
      t('languageShort'),
    );
    for (const part of [this.brand, language, this.account]) this.nav.appendChild(part);
    this.brandSign = '';
    this.accountSign = '';
  }

  /** Everything again, in the other language. */
  rebuild() {
    const inNav = this.nav.contains(document.activeElement);
    this.buildNav();
    this.contacts.build();
    this.chat.build();
    this.barSign = '';
    if (this.signIn) this.signIn.render();
    this.render();
    if (inNav) this.nav.querySelector('.btn.icon').focus();
  }

  render() {
    const s = this.store;
    if (!s.me || this.signIn) return;
    if (!this.frame.parentNode) document.body.appendChild(this.frame);
    this.route();
    const title = s.server.title;
    if (this.brandSign !== title) {
      this.brandSign = title;
      clear(this.brand).appendChild(mark(26));
      this.brand.appendChild(el('span', {}, title));
      this.title.textContent = title;
    }
    this.renderAccount();
    this.renderBar();
    this.contacts.render();
    this.chat.render();
    this.renderTitle();
  }

  renderTitle() {
    if (!this.store.me || this.signIn) return;
    const unread = this.store.unreadOf('single') + this.store.unreadOf('group');
    const where = this.opened ? this.store.titleOf(this.opened) + ' · ' : '';
    document.title = (unread ? '(' + unread + ') ' : '') + where + this.store.server.title;
    const icon = document.getElementById('icon');
    const wanted = icon.href.replace(/icon(-unread)?\.svg$/, unread ? 'icon-unread.svg' : 'icon.svg');
    if (icon.href !== wanted) icon.href = wanted;
  }

  renderBar() {
    const { up, retryAt } = this.link;
    const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    const waiting = retryAt && seconds > 0;
    const sign = up ? 'up' : words.current() + (waiting ? seconds : 'now');
    if (sign === this.barSign) return;
    this.barSign = sign;
    this.bar.hidden = up;
    if (up) return;
    if (!this.barText) {
      this.barText = el('span', {});
      this.barButton = el('button', { type: 'button', onclick: () => this.sync.nudge() });
      this.bar.appendChild(this.barText);
      this.bar.appendChild(this.barButton);
    }
    this.barText.textContent = waiting ? t('down', seconds) : t('downNow');
    this.barButton.textContent = t('retryNow');
    this.barButton.hidden = !waiting;
  }

  // ---- the account's menu

  renderAccount() {
    const { me } = this.store;
    const theme = keep.get('theme') || 'auto';
    const sign = JSON.stringify([words.current(), me, this.menuOpen, theme]);
    if (sign === this.accountSign) return;
    this.accountSign = sign;
    const focused = this.account.contains(document.activeElement) && document.activeElement.dataset.name;
    clear(this.account);
    this.account.appendChild(
      el(
        'button',
        {
          class: 'btn icon', type: 'button', 'aria-label': t('account'), 'aria-haspopup': 'true',
          'aria-expanded': String(this.menuOpen), 'data-name': 'account',
          onclick: () => this.showMenu(!this.menuOpen),
        },
        avatar(me.id, me.display || me.name, 's'),
      ),
    );
    if (this.menuOpen) {
      const choices = themes.map((name) =>
        el(
          'button',
          {
            class: 'btn', type: 'button', 'aria-pressed': String(name === theme), 'data-name': name,
            onclick: () => this.setTheme(name),
          },
          t('theme' + name[0].toUpperCase() + name.slice(1)),
        ),
      );
      this.account.appendChild(
        el(
          'div',
          { class: 'menu', role: 'group', 'aria-label': t('account') },
          el('p', { class: 'n' }, me.display || me.name),
          el('p', { class: 'lead' }, '@' + me.name),
          el('p', { class: 'label' }, t('theme')),
          el('div', { class: 'choices', role: 'group', 'aria-label': t('theme') }, choices),
          el(
            'button',
            { class: 'btn bad', type: 'button', 'data-name': 'out', onclick: () => this.signOut() },
            t('signOut'),
          ),
        ),
      );
    }
    const again = focused && this.account.querySelector('[data-name="' + focused + '"]');
    if (again) again.focus();
  }

  showMenu(open) {
    this.menuOpen = open;
    this.renderAccount();
  }

  menuKey(event) {
    if (event.key !== 'Escape' || !this.menuOpen) return;
    this.showMenu(false);
    this.account.firstChild.focus();
  }

  setTheme(name) {
    const root = document.documentElement;
    if (name === 'auto') {
      delete root.dataset.theme;
      keep.remove('theme');
    } else {
      root.dataset.theme = name;
      keep.set('theme', name);
    }
    this.renderAccount();
  }

  // ---- which conversation is open

  current() {
    return this.opened;
  }

  /** A conversation, by its address: #single/3. */
  route() {
    if (!this.store.me) return;
    const found = /^#(single|group)\/(\d{1,10})$/.exec(location.hash);
    const key = found ? keyOf(found[1], Number(found[2])) : '';
    this.opened = key && this.store.knows(key) ? key : '';
    this.frame.dataset.view = this.opened ? 'chat' : 'list';
    if (this.chat.key === (this.opened || null)) return;
    this.chat.open(this.opened || null);
    if (this.opened) this.contacts.tab = found[1];
    this.contacts.render();
    this.renderTitle();
  }

  open(key) {
    this.cameFromList = !this.opened;
    location.hash = '#' + key.replace(':', '/');
  }

  /** Back to the list, as the browser's own Back does. */
  close() {
    if (this.cameFromList) history.back();
    else location.hash = '';
    this.cameFromList = false;
  }

  isVisible() {
    return !document.hidden;
  }

  /** Whether the chat is on the screen at all: on a phone the list may be. */
  isShown() {
    return this.chat.node.offsetParent !== null;
  }

  // ---- what the stream and the outbox tell

  answered() {
    this.outbox.begin(this.store.me.id);
    this.tellReads();
    this.render();
  }

  linkChanged(link) {
    this.link = link;
    this.renderBar();
    if (link.up) this.outbox.kick();
  }

  sent(entry, answer) {
    const at = entry.key.indexOf(':');
    this.store.addMessage(entry.key, {
      event: 'message',
      id: answer.id,
      timestamp: answer.timestamp,
      from: this.store.me.id,
      to: Number(entry.key.slice(at + 1)),
      type: entry.key.slice(0, at),
      msg: entry.text,
      cid: entry.cid,
    });
    this.render();
  }

  markRead(key, id) {
    this.reads.set(key, id);
    this.store.markRead(key, id);
    this.store.changed();
    this.tellReads();
  }

  /** Tells the server what was read; what does not arrive is told with the next answer. */
  async tellReads() {
    if (this.telling) return;
    this.telling = true;
    try {
      for (const [key, id] of this.reads) {
        const [type, other] = key.split(':');
        const body = { type, with: Number(other), up_to: id };
        const answer = await request('POST', '/api/read', body);
        if (answer.status < 500 && answer.status !== 429 && this.reads.get(key) === id) {
          this.reads.delete(key);
        }
      }
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
    } finally {
      this.telling = false;
    }
  }

  // ---- signing in and out

  signedOut() {
    if (this.signIn) return;
    this.sync.end();
    this.outbox.end();
    this.store.reset();
    this.reads.clear();
    this.menuOpen = false;
    this.chat.open(null);
    this.link = { up: true, retryAt: 0 };
    this.renderBar();
    if (this.frame.parentNode) document.body.removeChild(this.frame);
    this.signIn = new SignIn(() => this.signedIn());
    document.body.appendChild(this.signIn.node);
    this.signIn.focus();
  }

  signedIn() {
    document.body.removeChild(this.signIn.node);
    this.signIn = null;
    this.sync.start();
  }

  async signOut() {
    const me = this.store.me.id; // the stream may be told of the end before this answer is here
    try {
      const answer = await request('DELETE', '/api/session');
      if (answer.status >= 500) return;
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      return; // the bar says that there is no link
    }
    // What was not said stays private; what was sent still goes, with the next sign-in.
    for (const name of keep.names('draft.' + me + '.')) keep.remove(name);
    location.hash = '';
    this.signedOut();
  }
}

new App();

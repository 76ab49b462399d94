// The page as a whole: starts it, connects its parts, and holds which user is signed in and which
// conversation is open.

import { AccountMenu } from './account-menu.js';
import { request, Unreachable } from './api.js';
import { Chat } from './chat.js';
import { Contacts } from './contacts.js';
import { keyOf, parseKey } from './conversation-key.js';
import { clear, coalesce, el, logo, Memo } from './dom.js';
import { initLanguage, t, toggleLanguage } from './language.js';
import { LinkBanner } from './link-banner.js';
import { Outbox } from './outbox.js';
import { ReadMarks } from './read-marks.js';
import { SignIn } from './sign-in.js';
import * as storage from './storage.js';
import { Store } from './store.js';
import { Sync } from './sync.js';

class App {
  constructor() {
    initLanguage(() => this.rebuild());
    this.store = new Store();
    this.outbox = new Outbox({
      onChange: coalesce(() => this.render()),
      onSent: (entry, message) => this.onSent(entry, message),
      onSignedOut: () => this.onSignedOut(),
      onUnreachable: () => this.banner.isUp && this.sync.nudge(),
    });
    this.sync = new Sync(this.store, {
      onLink: (link) => this.onLink(link),
      onResponse: () => this.onResponse(),
      onSignedOut: () => this.onSignedOut(),
    });
    this.readMarks = new ReadMarks();
    this.banner = new LinkBanner(() => this.sync.nudge());
    this.account = new AccountMenu(this.store, () => this.signOut());
    this.contacts = new Contacts(this);
    this.chat = new Chat(this);
    this.signIn = null; // the form, while nobody is signed in
    this.openKey = ''; // of the open conversation; "": none
    this.isOpenedFromList = false; // the browser's Back leads to the list
    this.buildFrame();
    this.store.onChange(coalesce(() => this.render()));
    this.store.onMessage((key, message) => this.outbox.confirm(message.cid));
    window.addEventListener('hashchange', () => this.route());
    document.addEventListener('visibilitychange', () => {
      this.chat.onVisibilityChange();
      this.renderTitle();
    });
    setInterval(() => !document.hidden && this.render(), 60000); // "today" becomes "yesterday"
    this.sync.start();
  }

  // ---- the frame: navigation bar, banner, contacts, chat

  buildFrame() {
    this.brand = el('b', {});
    this.brandMemo = new Memo();
    this.nav = el('header', { class: 'nav' });
    this.heading = el('h1', { class: 'sr-only' });
    const main = el('main', { class: 'panes' }, this.heading, this.contacts.node, this.chat.node);
    this.frame = el('div', { class: 'app', 'data-view': 'list' }, this.nav, this.banner.node, main);
    this.buildNav();
  }

  buildNav() {
    const language = el(
      'button',
      { class: 'btn icon', type: 'button', 'aria-label': t('language'), onclick: toggleLanguage },
      t('languageShort'),
    );
    clear(this.nav);
    for (const part of [this.brand, language, this.account.node]) this.nav.appendChild(part);
  }

  /** Makes everything again after the language has changed. */
  rebuild() {
    const hadFocus = this.nav.contains(document.activeElement);
    this.buildNav();
    this.contacts.build();
    this.chat.build();
    if (this.signIn) this.signIn.render();
    this.render();
    if (hadFocus) this.nav.querySelector('.btn.icon').focus();
  }

  render() {
    if (!this.store.me || this.signIn) return;
    if (!this.frame.parentNode) document.body.appendChild(this.frame);
    this.route();
    this.renderBrand();
    this.account.render();
    this.banner.render();
    this.contacts.render();
    this.chat.render();
    this.renderTitle();
  }

  renderBrand() {
    const { title } = this.store.server;
    if (!this.brandMemo.update(title)) return;
    clear(this.brand).appendChild(logo(26));
    this.brand.appendChild(el('span', {}, title));
    this.heading.textContent = title;
  }

  // The title and the icon of the browser's tab.
  renderTitle() {
    if (!this.store.me || this.signIn) return;
    const unread = this.store.unreadOf('single') + this.store.unreadOf('group');
    const count = unread ? '(' + unread + ') ' : '';
    const conversation = this.openKey ? this.store.titleOf(this.openKey) + ' · ' : '';
    document.title = count + conversation + this.store.server.title;
    const icon = document.getElementById('icon');
    const name = unread ? 'icon-unread.svg' : 'icon.svg';
    const address = icon.href.replace(/icon(-unread)?\.svg$/, name);
    if (icon.href !== address) icon.href = address;
  }

  // ---- which conversation is open

  /** The key of the open conversation; "" where there is none. */
  currentKey() {
    return this.openKey;
  }

  /** Opens the conversation that the address names: "#single/3". */
  route() {
    if (!this.store.me) return;
    const found = /^#(single|group)\/(\d{1,10})$/.exec(location.hash);
    const key = found ? keyOf(found[1], Number(found[2])) : '';
    this.openKey = key && this.store.canOpen(key) ? key : '';
    this.frame.dataset.view = this.openKey ? 'chat' : 'list'; // the one pane of a phone
    if (this.chat.key === (this.openKey || null)) return;
    this.chat.open(this.openKey || null);
    if (this.openKey) this.contacts.choose(found[1]);
    else this.contacts.render();
    this.renderTitle();
  }

  openConversation(key) {
    const { type, id } = parseKey(key);
    this.isOpenedFromList = !this.openKey;
    location.hash = '#' + type + '/' + id;
  }

  /** Back to the list, as with the browser's own Back. */
  closeConversation() {
    if (this.isOpenedFromList) history.back();
    else location.hash = '';
    this.isOpenedFromList = false;
  }

  /** Whether the page is visible: its tab is in front and its window not minimised. */
  isVisible() {
    return !document.hidden;
  }

  /** Whether the chat pane is shown: on a phone it may be the list. */
  isChatShown() {
    return this.chat.node.offsetParent !== null;
  }

  // ---- what the stream and the outbox report

  onResponse() {
    this.outbox.start(this.store.me.id);
    this.readMarks.flush();
    this.render();
  }

  onLink(link) {
    this.banner.set(link);
    if (link.isUp) this.outbox.sendAll();
  }

  onSent(entry, { id, timestamp }) {
    const conversation = parseKey(entry.key);
    this.store.addMessage(entry.key, {
      event: 'message',
      id,
      timestamp,
      from: this.store.me.id,
      to: conversation.id,
      type: conversation.type,
      msg: entry.text,
      cid: entry.cid,
    });
    this.render();
  }

  markRead(key, id) {
    this.store.markRead(key, id);
    this.store.changed();
    this.readMarks.add(key, id);
  }

  // ---- signing in and out

  onSignedOut() {
    if (this.signIn) return;
    this.sync.stop();
    this.outbox.stop();
    this.store.reset();
    this.readMarks.clear();
    this.account.isOpen = false;
    this.chat.open(null);
    this.banner.set({ isUp: true, retryAt: 0 });
    if (this.frame.parentNode) document.body.removeChild(this.frame);
    this.signIn = new SignIn(() => this.onSignedIn());
    document.body.appendChild(this.signIn.node);
    this.signIn.focus();
  }

  onSignedIn() {
    document.body.removeChild(this.signIn.node);
    this.signIn = null;
    this.sync.start();
  }

  async signOut() {
    const me = this.store.me.id; // the stream may report the end before this request is answered
    try {
      const response = await request('DELETE', '/api/session');
      if (response.status >= 500) return;
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      return; // the banner shows that the link is down
    }
    // Drafts are private and go; the outbox stays, and is sent after the next sign-in.
    for (const name of storage.names('draft.' + me + '.')) storage.remove(name);
    location.hash = '';
    this.onSignedOut();
  }
}

new App();

// The left side: the search field, the tabs of friends and groups with their unread badges, and the
// list under the chosen tab.

import { errorCode, request, Unreachable } from './api.js';
import { ContactRows } from './contact-rows.js';
import { badge, clear, el, Memo, patch } from './dom.js';
import { currentLanguage, t } from './language.js';

const types = ['single', 'group'];

export class Contacts {
  /** @param app {store, openConversation(key), currentKey()} */
  constructor(app) {
    this.store = app.store;
    this.rows = new ContactRows(app, {
      add: (name) => this.addFriend(name),
      accept: (name) => this.requestFriend(name),
      end: (id) => this.endFriend(id),
    });
    this.chosen = 'single'; // the type of the chosen tab
    this.error = null; // under the search field; a function, so that it follows the language
    this.node = el('nav', { class: 'side' });
    this.search = el('input', {
      class: 'input', type: 'search', autocapitalize: 'none', spellcheck: 'false',
      enterkeyhint: 'search', oninput: () => this.onSearch(),
      onkeydown: (event) => this.onSearchKey(event),
    });
    this.build();
  }

  /** Makes the parts that change with the language only. */
  build() {
    const hadFocus = document.activeElement === this.search;
    clear(this.node);
    this.node.setAttribute('aria-label', t('contacts'));
    this.note = el('p', { class: 'note', role: 'status' });
    this.tabs = {};
    this.tabMemos = {};
    this.panels = {};
    const tabList = el('div', { class: 'tabs', role: 'tablist', 'aria-label': t('contactLists') });
    for (const type of types) {
      this.tabMemos[type] = new Memo();
      this.tabs[type] = el('button', {
        type: 'button', role: 'tab', id: 'tab-' + type, 'aria-controls': 'panel-' + type,
        onclick: () => this.choose(type), onkeydown: (event) => this.onTabKey(event),
      });
      tabList.appendChild(this.tabs[type]);
      this.panels[type] = el(
        'div',
        { class: 'rows', role: 'tabpanel', id: 'panel-' + type, 'aria-labelledby': 'tab-' + type },
        el('ul', {}),
        el('p', { class: 'empty' }),
      );
    }
    this.node.appendChild(el('div', { class: 'search' }, this.search, this.note));
    this.node.appendChild(tabList);
    for (const type of types) this.node.appendChild(this.panels[type]);
    if (hadFocus) this.search.focus();
    this.render();
  }

  /** Chooses a tab: "single" or "group". */
  choose(type) {
    this.chosen = type;
    this.render();
  }

  onTabKey(event) {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    this.choose(this.chosen === 'single' ? 'group' : 'single');
    this.tabs[this.chosen].focus();
  }

  onSearch() {
    this.error = null;
    this.render();
  }

  onSearchKey(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method composes
    if (event.key === 'Escape' && this.search.value) {
      this.search.value = '';
      this.onSearch();
    } else if (event.key === 'Enter') {
      const first = this.panels[this.chosen].querySelector('button');
      if (first && this.search.value.trim()) first.click();
    }
  }

  render() {
    if (!this.store.me) return;
    const label = this.chosen === 'single' ? t('searchFriends') : t('search');
    this.search.setAttribute('aria-label', label);
    this.search.placeholder = label;
    this.note.className = 'note' + (this.error ? ' danger' : '');
    this.note.textContent = this.error ? this.error() : '';
    for (const type of types) this.renderTab(type);
    this.renderPanel();
  }

  renderTab(type) {
    const isChosen = type === this.chosen;
    const tab = this.tabs[type];
    tab.setAttribute('aria-selected', isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
    this.panels[type].hidden = !isChosen;
    const unread = this.store.unreadOf(type);
    if (!this.tabMemos[type].update(currentLanguage(), unread)) return;
    clear(tab).appendChild(el('span', {}, t(type === 'single' ? 'friends' : 'groups')));
    const count = badge(unread, t('unread'));
    if (count) tab.appendChild(count);
  }

  renderPanel() {
    const text = this.search.value.trim();
    const isFriends = this.chosen === 'single';
    const rows = isFriends ? this.rows.friendRows(text) : this.rows.groupRows(text);
    const panel = this.panels[this.chosen];
    patch(panel.firstChild, rows);
    const empty = panel.lastChild;
    empty.hidden = rows.length > 0;
    if (rows.length) return;
    if (text) empty.textContent = t('nothingFound');
    else empty.textContent = isFriends ? t('emptyFriends') : t('emptyGroups');
  }

  /** Sends a friend request to the typed name. */
  async addFriend(name) {
    await this.requestFriend(name);
    if (!this.error) this.search.value = '';
    this.render();
  }

  /** Sends a friend request, or accepts the one of `name`. The result comes by the stream. */
  async requestFriend(name) {
    await this.send('POST', '/api/friends', { name }, (response) => {
      if (response.status === 404) return () => t('errorNoSuchUser', name);
      if (response.status === 400) return () => t('errorSelf');
      return () => t('errorOther');
    });
    this.render();
  }

  /** Refuses a request, or withdraws one. */
  async endFriend(id) {
    await this.send('DELETE', '/api/friends/' + id, undefined, () => () => t('errorOther'));
    this.render();
  }

  /** `errorOf(response)` gives the function for `this.error`. */
  async send(method, path, body, errorOf) {
    this.error = null;
    try {
      const response = await request(method, path, body);
      if (response.status >= 300 && errorCode(response)) this.error = errorOf(response);
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      this.error = () => t('errorUnreachable');
    }
  }
}

// The left side: a search that also adds friends, two tabs with badges, and their rows.

import { request, Unreachable, codeOf } from './api.js';
import { avatar, badge, clear, el, patch } from './dom.js';
import { keyOf, parseKey } from './store.js';
import * as words from './words.js';

const t = words.t;
const types = ['single', 'group'];

export class Contacts {
  /** @param app {store, open(key), current()} */
  constructor(app) {
    this.app = app;
    this.store = app.store;
    this.tab = 'single';
    this.note = null; // {kind, text()} under the search
    this.node = el('nav', { class: 'side' });
    this.search = el('input', {
      class: 'in', type: 'search', autocapitalize: 'none', spellcheck: 'false', enterkeyhint: 'search',
      oninput: () => {
        this.note = null;
        this.render();
      },
      onkeydown: (e) => this.searchKey(e),
    });
    this.build();
  }

  /** Makes what does not change but with the language. */
  build() {
    const focused = document.activeElement === this.search;
    clear(this.node);
    this.node.setAttribute('aria-label', t('contacts'));
    this.said = el('p', { class: 'note', role: 'status' });
    this.tabs = {};
    this.panels = {};
    const bar = el('div', { class: 'tabs', role: 'tablist', 'aria-label': t('lists') });
    for (const type of types) {
      this.tabs[type] = el('button', {
        type: 'button', role: 'tab', id: 'tab-' + type, 'aria-controls': 'panel-' + type,
        onclick: () => this.show(type), onkeydown: (e) => this.tabKey(e),
      });
      bar.appendChild(this.tabs[type]);
      this.panels[type] = el(
        'div',
        { class: 'rows', role: 'tabpanel', id: 'panel-' + type, 'aria-labelledby': 'tab-' + type },
        el('ul', {}),
        el('p', { class: 'empty' }),
      );
    }
    this.node.appendChild(el('div', { class: 'find' }, this.search, this.said));
    this.node.appendChild(bar);
    for (const type of types) this.node.appendChild(this.panels[type]);
    if (focused) this.search.focus();
    this.render();
  }

  show(type) {
    this.tab = type;
    this.render();
  }

  tabKey(event) {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    this.show(this.tab === 'single' ? 'group' : 'single');
    this.tabs[this.tab].focus();
  }

  searchKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape' && this.search.value) {
      this.search.value = '';
      this.note = null;
      this.render();
    } else if (event.key === 'Enter') {
      const first = this.panels[this.tab].querySelector('button');
      if (first && this.search.value.trim()) first.click();
    }
  }

  wanted() {
    return this.search.value.trim().toLowerCase();
  }

  render() {
    if (!this.store.me) return;
    const label = this.tab === 'single' ? t('searchFriends') : t('search');
    this.search.setAttribute('aria-label', label);
    this.search.placeholder = label;
    this.said.className = 'note' + (this.note ? ' ' + this.note.kind : '');
    this.said.textContent = this.note ? this.note.text() : '';
    for (const type of types) {
      const chosen = type === this.tab;
      const tab = this.tabs[type];
      tab.setAttribute('aria-selected', chosen);
      tab.tabIndex = chosen ? 0 : -1;
      const unread = this.store.unreadOf(type);
      const sign = words.current() + unread;
      if (tab.lingerSign !== sign) {
        tab.lingerSign = sign;
        clear(tab).appendChild(el('span', {}, t(type === 'single' ? 'friends' : 'groups')));
        const count = badge(unread, t('unread'));
        if (count) tab.appendChild(count);
      }
      this.panels[type].hidden = !chosen;
    }
    const panel = this.panels[this.tab];
    const rows = this.tab === 'single' ? this.friendRows() : this.groupRows();
    patch(panel.firstChild, rows);
    const empty = panel.lastChild;
    empty.hidden = rows.length > 0;
    if (!rows.length) {
      const none = this.tab === 'single' ? t('emptyFriends') : t('emptyGroups');
      empty.textContent = this.wanted() ? t('nobodyFound') : none;
    }
  }

  friendRows() {
    const s = this.store;
    const wanted = this.wanted();
    const ids = new Set(s.friends);
    for (const key of s.conversations.keys()) {
      const { type, id } = parseKey(key);
      if (type === 'single') ids.add(id);
    }
    const matches = (id) => {
      const user = s.users.get(id);
      const name = user ? user.name : '';
      return !wanted || (s.nameOf(id) + ' ' + name).toLowerCase().includes(wanted);
    };
    const keys = Array.from(ids).filter(matches).map((id) => keyOf('single', id));
    const rows = [];
    for (const id of s.requests.keys()) if (matches(id)) rows.push(this.requestRow(id));
    rows.push(...this.sorted(keys).map((key) => this.row(key)));
    for (const id of s.asked) if (matches(id)) rows.push(this.askedRow(id));
    const typed = this.search.value.trim();
    if (typed && this.mayAdd(typed)) rows.push(this.addRow(typed));
    return rows;
  }

  // Whether the typed text may be the name of somebody new.
  mayAdd(name) {
    if (/[\s/]/.test(name) || name === this.store.me.name) return false;
    for (const id of [...this.store.friends, ...this.store.asked, ...this.store.requests.keys()]) {
      const user = this.store.users.get(id);
      if (user && user.name === name) return false;
    }
    return true;
  }

  groupRows() {
    const s = this.store;
    const keys = new Set(Array.from(s.groups.keys(), (id) => keyOf('group', id)));
    for (const key of s.conversations.keys()) if (key.startsWith('group:')) keys.add(key);
    const wanted = this.wanted();
    const matching = Array.from(keys).filter(
      (key) => !wanted || s.titleOf(key).toLowerCase().includes(wanted),
    );
    return this.sorted(matching).map((key) => this.row(key));
  }

  // Those with the newest message first, the others by name.
  sorted(keys) {
    const s = this.store;
    const lastOf = (key) => {
      const c = s.conversations.get(key);
      return c && c.last ? c.last.id : 0;
    };
    return keys
      .map((key) => ({ key, last: lastOf(key), title: s.titleOf(key) }))
      .sort((a, b) => b.last - a.last || a.title.localeCompare(b.title) || (a.key < b.key ? -1 : 1))
      .map((one) => one.key);
  }

  row(key) {
    const s = this.store;
    const { type, id } = parseKey(key);
    const conversation = s.conversations.get(key);
    const last = conversation && conversation.last;
    const unread = conversation ? conversation.unread : 0;
    const title = s.titleOf(key);
    const online = type === 'single' && s.online.has(id);
    const current = this.app.current() === key;
    const time = last ? words.shortTime(new Date(last.timestamp)) : '';
    const typing = s.typingIn(key);
    let text = typing.length ? t('typing') : last ? last.msg : '';
    if (!typing.length && last && last.from === s.me.id) text = t('you', text);
    else if (!typing.length && last && type === 'group') text = t('who', s.nameOf(last.from), text);
    text = text.slice(0, 200);
    const sign = JSON.stringify([words.current(), title, online, current, unread, time, text]);
    const make = () =>
      el(
        'li',
        {},
        el(
          'button',
          {
            type: 'button', class: 'row' + (unread ? ' un' : '') + (text ? '' : ' bare'), 'aria-current': current && 'true',
            'data-key': key, onclick: () => this.app.open(key),
          },
          avatar(id, title, (type === 'group' ? 'g' : '') + (online ? ' on' : '')),
          el('span', { class: 'n' }, title, online ? el('span', { class: 'sr' }, ' · ' + t('online')) : null),
          el('span', { class: 't' }, time),
          el('span', { class: 'p' }, text),
          badge(unread, t('unread')) || el('span', {}),
        ),
      );
    return { key, sign, make };
  }

  requestRow(id) {
    const name = this.store.nameOf(id);
    const user = this.store.users.get(id);
    const make = () =>
      el(
        'li',
        { class: 'ask' },
        avatar(id, name),
        el('span', { class: 'n' }, name),
        el('span', { class: 'p' }, t('asksYou')),
        el(
          'span',
          { class: 'acts' },
          el('button', { class: 'btn go', type: 'button', onclick: () => this.ask(user.name) }, t('accept')),
          el('button', { class: 'btn', type: 'button', onclick: () => this.end(id) }, t('refuse')),
        ),
      );
    return { key: 'request:' + id, sign: words.current() + name, make };
  }

  askedRow(id) {
    const name = this.store.nameOf(id);
    const make = () =>
      el(
        'li',
        { class: 'ask' },
        avatar(id, name),
        el('span', { class: 'n' }, name),
        el('span', { class: 'p' }, t('asked')),
        el(
          'span',
          { class: 'acts' },
          el('button', { class: 'btn', type: 'button', onclick: () => this.end(id) }, t('cancel')),
        ),
      );
    return { key: 'asked:' + id, sign: words.current() + name, make };
  }

  addRow(name) {
    const make = () =>
      el(
        'li',
        {},
        el(
          'button',
          { type: 'button', class: 'row', onclick: () => this.ask(name, true) },
          el('span', { class: 'av plus', 'aria-hidden': 'true' }, '＋'),
          el('span', { class: 'n' }, t('addFriend', name)),
          el('span', {}),
          el('span', { class: 'p' }, t('addFriendHint')),
        ),
      );
    return { key: 'add', sign: words.current() + name, make };
  }

  /** Asks somebody, or agrees to his asking. The stream tells what came of it. */
  async ask(name, typed) {
    await this.tell('POST', '/api/friends', { name }, (answer) => {
      if (answer.status === 404) return () => t('errorNobody', name);
      if (answer.status === 400) return () => t('errorAlreadySelf');
      return () => t('errorOther');
    });
    if (typed && !this.note) this.search.value = '';
    this.render();
  }

  async end(id) {
    await this.tell('DELETE', '/api/friends/' + id, undefined, () => () => t('errorOther'));
    this.render();
  }

  async tell(method, path, body, explain) {
    this.note = null;
    try {
      const answer = await request(method, path, body);
      if (answer.status >= 300 && codeOf(answer)) this.note = { kind: 'bad', text: explain(answer) };
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      this.note = { kind: 'bad', text: () => t('errorReach') };
    }
  }
}

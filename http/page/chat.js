// One conversation: its head, the log that follows the newest message, and the composer below.

import { request, Unreachable } from './api.js';
import { Composer } from './composer.js';
import { avatar, clear, el, icon, patch } from './dom.js';
import { messageRow } from './message.js';
import { parseKey } from './store.js';
import * as words from './words.js';

const t = words.t;
const page_size = 50; // messages fetched, or shown more, at a time
const shown_first = 100;
const shown_max = 400; // message rows in the DOM
const run_ms = 5 * 60 * 1000; // messages closer than this are one run
const near = 300; // pixels from an end at which more is wanted
const stuck = 48; // pixels from the end that still count as following

export class Chat {
  /** @param app {store, outbox, close(), isVisible()} */
  constructor(app) {
    this.app = app;
    this.store = app.store;
    this.key = null;
    this.node = el('section', { class: 'chat' });
    this.list = el('ol', {});
    this.log = el(
      'div',
      {
        class: 'log', role: 'log', 'aria-live': 'off', tabindex: 0,
        onscroll: () => this.scrolled(),
      },
      this.list,
    );
    this.polite = el('p', { class: 'sr', role: 'status', 'aria-live': 'polite' });
    this.composer = new Composer(app, () => this.jump());
    this.info = null;
    this.forget();
    this.store.onMessage((key, message) => this.arrived(key, message));
    if (window.ResizeObserver) {
      new ResizeObserver(() => {
        if (this.following) this.log.scrollTop = this.log.scrollHeight;
      }).observe(this.log);
    }
    this.build();
  }

  /** What is shown of a conversation that was just opened. */
  forget() {
    this.top = 0; // the oldest message shown; 0: as many as are shown first
    this.bottom = 0; // the newest shown; 0: the newest there is
    this.following = true;
    this.below = 0; // messages that came while one read above
    this.newAfter = -1; // the "new" line stands before the first of others after this id
    this.placed = false; // the first rows have been scrolled to
    this.fetching = false;
    this.failed = false;
    this.asking = ''; // what is being confirmed
  }

  build() {
    clear(this.node);
    this.node.setAttribute('aria-label', t('chat'));
    this.log.setAttribute('aria-label', t('messages'));
    this.head = el('header', { class: 'head' });
    this.about = el('div', { class: 'about', hidden: true });
    this.nobody = el('p', { class: 'pick' }, t('pick'));
    this.down = el('button', { class: 'down', type: 'button', hidden: true, onclick: () => this.jump() });
    this.closed = el('div', { class: 'closed', hidden: true });
    this.foot = el('div', { class: 'foot' }, this.down, this.composer.node, this.closed);
    for (const part of [this.nobody, this.head, this.about, this.log, this.polite, this.foot]) {
      this.node.appendChild(part);
    }
    this.composer.build();
    this.headSign = '';
    this.closedSign = '';
    this.aboutSign = '';
    this.render();
  }

  open(key) {
    if (this.key === key) return;
    if (this.key) this.store.trim(this.key);
    this.key = key;
    this.forget();
    this.about.hidden = true;
    clear(this.list);
    if (key) {
      const conversation = this.store.conversations.get(key);
      if (conversation && conversation.unread) this.newAfter = conversation.read;
      this.composer.open(key);
    }
    this.render();
  }

  /** The page was hidden or shown. */
  visibility() {
    const c = this.key && this.store.conversations.get(this.key);
    if (!this.app.isVisible() && c && !c.unread) this.newAfter = c.last ? c.last.id : -1;
    this.render();
  }

  arrived(key, message) {
    if (key !== this.key || message.from === this.store.me.id) return;
    if (!this.following || this.bottom) this.below += 1;
    if (this.app.isVisible()) {
      this.polite.textContent = t('who', this.store.nameOf(message.from), message.msg.slice(0, 300));
    }
  }

  render() {
    const open = !!this.key && !!this.store.me;
    this.nobody.hidden = open;
    for (const part of [this.head, this.log, this.foot]) part.hidden = !open;
    if (!open) return;
    this.renderHead();
    this.renderAbout();
    this.renderFoot();
    this.renderLog();
    this.readIt();
    this.fetchMore();
  }

  // ---- head and foot

  renderHead() {
    const s = this.store;
    const { type, id } = parseKey(this.key);
    const title = s.titleOf(this.key);
    const online = type === 'single' && s.online.has(id);
    const group = type === 'group' ? s.groups.get(id) : null;
    const typing = s.typingIn(this.key);
    let line = '';
    if (typing.length) line = type === 'group' ? t('typingWho', s.nameOf(typing[0])) : t('typing');
    else if (type === 'single') line = s.friends.has(id) ? t(online ? 'online' : 'offline') : '';
    else if (group) line = t('members', group.members.length) + (group.brief ? ' · ' + group.brief : '');
    const sign = JSON.stringify([words.current(), this.key, title, online, line]);
    if (sign === this.headSign) return;
    this.headSign = sign;
    const backFocused = this.head.contains(document.activeElement);
    clear(this.head);
    const back = el(
      'button',
      { class: 'btn icon back', type: 'button', 'aria-label': t('back'), onclick: () => this.app.close() },
      icon('back'),
    );
    const about = el(
      'button',
      {
        class: 'btn icon', type: 'button', 'aria-label': t(type === 'group' ? 'groupInfo' : 'info'),
        'aria-expanded': String(!this.about.hidden), onclick: () => this.toggleAbout(),
      },
      icon('info'),
    );
    this.head.appendChild(back);
    this.head.appendChild(avatar(id, title, (type === 'group' ? 'g' : '') + (online ? ' on' : '')));
    // On a narrow screen the name alone.
    const wide = el('span', { class: 'wide' }, t('chatWith', title));
    const narrow = el('span', { class: 'narrow' }, title);
    this.head.appendChild(el('div', {}, el('h2', {}, wide, narrow), el('p', {}, line)));
    this.head.appendChild(about);
    if (backFocused) about.focus();
  }

  toggleAbout() {
    this.about.hidden = !this.about.hidden;
    this.asking = '';
    this.headSign = '';
    this.render();
  }

  renderAbout() {
    if (this.about.hidden) return;
    const s = this.store;
    const { type, id } = parseKey(this.key);
    const group = s.groups.get(id);
    const user = s.users.get(id);
    const friend = type === 'single' && s.friends.has(id);
    const mine = type === 'group' && group && group.owner === s.me.id;
    const members = group ? group.members.map((m) => [m, s.nameOf(m)]) : [];
    const sign = JSON.stringify([words.current(), this.key, user, friend, mine, group, members, this.asking]);
    if (sign === this.aboutSign) return;
    this.aboutSign = sign;
    clear(this.about);
    if (type === 'single' && user) this.about.appendChild(el('p', { class: 'lead' }, '@' + user.name));
    if (type === 'group' && group) {
      const chips = members.map(([m, name]) =>
        el(
          'li',
          {},
          avatar(m, name, 's'),
          el('span', {}, name + (m === group.owner ? ' · ' + t('owner') : '')),
        ),
      );
      this.about.appendChild(el('ul', { class: 'chips' }, chips));
    }
    if (friend) {
      this.aboutEnd('removeFriend', t('confirmRemove', s.titleOf(this.key)), '/api/friends/' + id);
    } else if (type === 'group' && group && !mine) {
      const path = '/api/groups/' + id + '/members/' + s.me.id;
      this.aboutEnd('leaveGroup', t('confirmLeave', group.name), path);
    }
  }

  // A button that asks once more before it ends something.
  aboutEnd(word, question, path) {
    if (this.asking !== word) {
      const ask = () => {
        this.asking = word;
        this.renderAbout();
        this.about.querySelector('.bad').focus();
      };
      this.about.appendChild(el('button', { class: 'btn bad', type: 'button', onclick: ask }, t(word)));
      return;
    }
    const stop = () => {
      this.asking = '';
      this.renderAbout();
    };
    const go = async () => {
      const answer = await this.tell('DELETE', path);
      if (answer && answer.status < 300) this.about.hidden = true;
      this.asking = '';
      this.headSign = '';
      this.render();
    };
    this.about.appendChild(el('p', {}, question));
    this.about.appendChild(
      el(
        'div',
        { class: 'tools' },
        el('button', { class: 'btn bad', type: 'button', onclick: go }, t(word)),
        el('button', { class: 'btn', type: 'button', onclick: stop }, t('cancel')),
      ),
    );
  }

  async tell(method, path, body) {
    try {
      const answer = await request(method, path, body);
      if (answer.status >= 400) this.composer.warn(t('errorOther'));
      return answer;
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      this.composer.warn(t('errorReach'));
      return null;
    }
  }

  renderFoot() {
    const s = this.store;
    const { type, id } = parseKey(this.key);
    const can = s.canSend(this.key);
    this.composer.node.hidden = !can;
    this.closed.hidden = can;
    const asked = s.asked.has(id);
    const asksMe = s.requests.has(id);
    const sign = JSON.stringify([words.current(), this.key, can, asked, asksMe]);
    if (can || sign === this.closedSign) return;
    this.closedSign = sign;
    clear(this.closed).appendChild(el('p', {}, t(type === 'single' ? 'notFriends' : 'left')));
    const user = s.users.get(id);
    if (type !== 'single' || !user) return;
    const ask = () => this.tell('POST', '/api/friends', { name: user.name });
    this.closed.appendChild(
      asked
        ? el('p', {}, t('asked'))
        : el('button', { class: 'btn', type: 'button', onclick: ask }, t(asksMe ? 'accept' : 'friendAgain')),
    );
  }

  // ---- the log

  /** The messages that the log shows now, and whether there are newer ones at hand. */
  window() {
    const all = this.store.thread(this.key).messages;
    let end = all.length;
    if (this.bottom) {
      while (end > 0 && all[end - 1].id > this.bottom) --end;
    }
    let begin = Math.max(0, end - shown_first);
    if (this.top) {
      begin = 0;
      while (begin < end && all[begin].id < this.top) ++begin;
    }
    if (end - begin > shown_max) {
      if (this.following && !this.bottom) {
        begin = end - shown_max;
        this.top = all[begin].id;
      } else {
        end = begin + shown_max;
        this.bottom = all[end - 1].id;
      }
    }
    return { all, begin, end };
  }

  items() {
    const s = this.store;
    const { all, begin, end } = this.window();
    const rows = all.slice(begin, end).map((m) => this.rowOf(m));
    if (end === all.length) {
      const there = new Set(rows.map((r) => r.cid).filter(Boolean));
      for (const e of this.app.outbox.of(this.key)) if (!there.has(e.cid)) rows.push(this.pendingOf(e));
    }
    const items = [];
    let before = null;
    let lineDrawn = false;
    for (const row of rows) {
      const day = words.dayOf(row.date);
      let breaks = false;
      if (!before || words.dayOf(before.date) !== day) {
        breaks = true;
        items.push({ key: 'day' + row.key, sign: day, make: () => el('li', { class: 'day' }, day) });
      }
      if (!lineDrawn && this.newAfter >= 0 && row.id > this.newAfter && !row.mine) {
        lineDrawn = true;
        breaks = true;
        const text = t('newMessages');
        items.push({ key: 'new', sign: text, make: () => el('li', { class: 'new' }, text) });
      }
      const joins = before && !breaks && before.from === row.from && row.date - before.date < run_ms;
      row.first = !joins;
      row.last = true;
      if (joins) before.last = false;
      items.push(row);
      before = row;
    }
    if (s.thread(this.key).loaded && !rows.length) {
      const text = t('emptyChat');
      items.push({ key: 'empty', sign: text, make: () => el('li', { class: 'empty' }, text) });
    }
    const waiting = !s.thread(this.key).loaded;
    if (waiting && !rows.length) {
      const text = this.failed ? t('errorReach') : t('loading');
      items.push({ key: 'empty', sign: text, make: () => el('li', { class: 'empty' }, text) });
    }
    for (const row of items) {
      if (!row.text) continue;
      row.sign = JSON.stringify([
        words.current(), row.first, row.last, row.text, row.name, row.who, row.state, row.why,
        row.unsynced,
      ]);
      row.make = () => messageRow(row);
    }
    return items;
  }

  rowOf(m) {
    const s = this.store;
    const mine = m.from === s.me.id;
    const conversation = s.conversation(this.key);
    const name = s.nameOf(m.from);
    return {
      key: mine && m.cid ? m.cid : 'm' + m.id, // a sent message keeps its row
      id: m.id,
      cid: m.cid,
      mine,
      from: m.from,
      name,
      who: m.type === 'group' && !mine ? name : '',
      text: m.msg,
      date: new Date(m.timestamp),
      unsynced: m.clock === 'unsynced',
      state: mine ? (conversation.seen >= m.id ? 'read' : 'delivered') : '',
      why: '',
    };
  }

  pendingOf(entry) {
    const reasons = {
      not_friends: 'failedNotFriends', not_member: 'failedNotMember', too_large: 'failedLarge',
      storage_full: 'failedStorage',
    };
    return {
      key: entry.cid,
      id: 0,
      cid: entry.cid,
      mine: true,
      from: this.store.me.id,
      name: '',
      who: '',
      text: entry.text,
      date: new Date(entry.at),
      unsynced: false,
      state: entry.state === 'failed' ? 'failed' : 'sending',
      why: entry.state === 'failed' && reasons[entry.why] ? t(reasons[entry.why]) : '',
      onRetry: () => this.app.outbox.retry(entry),
      onDelete: () => this.app.outbox.remove(entry),
    };
  }

  renderLog() {
    const seen = this.following ? [] : this.inSight();
    patch(this.list, this.items());
    const down = this.bottom || !this.following;
    this.down.hidden = !down;
    if (down) {
      const label = this.below ? t('jumpCount', this.below) : t('jump');
      if (this.down.lingerSign !== label) {
        this.down.lingerSign = label;
        clear(this.down).appendChild(icon('down'));
        this.down.appendChild(el('span', {}, label));
      }
    }
    if (!this.placed && this.store.thread(this.key).loaded) this.place();
    else if (this.following) this.log.scrollTop = this.log.scrollHeight;
    else {
      const anchor = seen.find((row) => row.node.isConnected);
      const moved = anchor ? anchor.node.getBoundingClientRect().top - anchor.top : 0;
      if (moved) this.log.scrollTop += moved;
    }
  }

  // At first: the newest, or the "new" line where it is further up than a screen.
  place() {
    this.placed = true;
    this.log.scrollTop = this.log.scrollHeight;
    const line = this.list.querySelector('.new');
    if (!line) return;
    const above = line.getBoundingClientRect().top - this.log.getBoundingClientRect().top;
    if (above >= 0) return;
    this.following = false;
    this.log.scrollTop += above - 24;
    this.below = 0;
    this.down.hidden = false;
    this.down.lingerSign = '';
  }

  // The rows under the eye, which must not move when others come or go above them. One of them may
  // be made anew meanwhile, when it joins a run.
  inSight() {
    const edge = this.log.getBoundingClientRect();
    const seen = [];
    for (const node of this.list.children) {
      const { top, bottom } = node.getBoundingClientRect();
      if (top > edge.bottom) break;
      if (bottom > edge.top) seen.push({ node, top });
    }
    return seen;
  }

  scrolled() {
    if (!this.key || !this.placed) return;
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const rest = scrollHeight - scrollTop - clientHeight;
    const was = this.following;
    this.following = !this.bottom && rest < stuck;
    if (this.following) this.below = 0;
    else if (!this.top) this.pin();
    if (this.bottom && rest < near) this.showNewer();
    else if (scrollTop < near) this.fetchMore();
    if (was !== this.following) this.renderLog();
  }

  // From now on rows come at the ends only.
  pin() {
    const { all, begin, end } = this.window();
    if (begin < end) this.top = all[begin].id;
  }

  jump() {
    this.top = 0;
    this.bottom = 0;
    this.below = 0;
    this.following = true;
    this.renderLog();
    this.log.scrollTop = this.log.scrollHeight;
  }

  showNewer() {
    const { all, begin, end } = this.window();
    const to = Math.min(all.length, end + page_size);
    this.bottom = to < all.length ? all[to - 1].id : 0;
    const from = Math.max(begin, to - shown_max);
    if (from < to) this.top = all[from].id;
    this.renderLog();
  }

  /** Older messages, from what is at hand or from the server, where the top is near. */
  async fetchMore() {
    const key = this.key;
    const thread = this.store.thread(key);
    const room = this.log.scrollTop < near && this.node.offsetParent !== null;
    if (this.fetching || (thread.loaded && !room)) return;
    const { all, begin, end } = this.window();
    if (thread.loaded && begin > 0) {
      this.showOlder(all, begin, end);
      return;
    }
    if (!thread.more && thread.loaded) return;
    this.fetching = true;
    const ok = await this.fetchHistory(key, thread);
    if (this.key !== key) return;
    this.fetching = false;
    if (this.failed === ok) {
      this.failed = !ok;
      this.render();
    }
    if (ok) this.fetchMore(); // a tall screen holds more than a page
    else setTimeout(() => this.key === key && this.fetchMore(), 3000);
  }

  showOlder(all, begin, end) {
    const from = Math.max(0, begin - page_size);
    this.top = all[from].id;
    if (end - from > shown_max) {
      this.following = false;
      this.bottom = all[from + shown_max - 1].id;
    }
    this.renderLog();
  }

  async fetchHistory(key, thread) {
    const { type, id } = parseKey(key);
    const first = thread.loaded && thread.messages.length ? thread.messages[0].id : 0;
    const c = this.store.conversation(key);
    // The first page reaches back to what is unread, where that is not far.
    const limit = first ? page_size : Math.min(200, Math.max(page_size, c.unread + 20));
    let path = '/api/messages?type=' + type + '&with=' + id + '&limit=' + limit;
    if (first) path += '&before=' + first;
    try {
      const answer = await request('GET', path);
      // 404, 403: a conversation that has not begun.
      if (answer.status !== 200 && answer.status !== 404 && answer.status !== 403) return false;
      if (this.store.threads.get(key) !== thread) return true; // begun anew meanwhile
      const page = answer.status === 200 ? answer.data : { messages: [], more: false };
      if (this.key === key && this.top) {
        this.top = page.messages.length ? page.messages[0].id : this.top;
      }
      this.store.addHistory(key, page.messages, page.more);
      return true;
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      return false;
    }
  }

  // ---- reading

  /** What is open and visible is read. */
  readIt() {
    const c = this.store.conversations.get(this.key);
    if (!c || !c.last || !this.app.isVisible() || !this.app.isShown()) return;
    if (!c.unread || !this.store.thread(this.key).loaded) return;
    this.app.markRead(this.key, c.last.id);
  }
}

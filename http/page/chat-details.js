// The panel under the header: the user's name or the group's members, and a button that ends the
// friendship or the membership after a question.

import { parseKey } from './conversation-key.js';
import { avatar, button, clear, el, Memo } from './dom.js';
import { currentLanguage, t } from './language.js';

export class ChatDetails {
  /**
   * @param store
   * @param send (method, path): a request; resolves to the response, or to null where there is none
   * @param onToggle called when the panel was opened or closed
   */
  constructor(store, send, onToggle) {
    this.store = store;
    this.send = send;
    this.onToggle = onToggle;
    this.memo = new Memo();
    this.build();
  }

  build() {
    this.node = el('div', { class: 'details', hidden: true });
    this.isAsking = false; // the question is shown
    this.memo.clear();
  }

  isOpen() {
    return !this.node.hidden;
  }

  close() {
    this.node.hidden = true;
    this.isAsking = false;
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    this.isAsking = false;
    this.onToggle();
  }

  render(key) {
    this.key = key;
    if (this.node.hidden) return;
    const { store } = this;
    const { type, id } = parseKey(key);
    const user = type === 'single' ? store.users.get(id) : null;
    const group = type === 'group' ? store.groups.get(id) : null;
    const isFriend = type === 'single' && store.friends.has(id);
    const isOwner = !!group && group.owner === store.me.id;
    const members = group ? group.members.map((member) => [member, store.nameOf(member)]) : [];
    const title = store.titleOf(key);
    const inputs = [currentLanguage(), key, title, user, isFriend, group, members, this.isAsking];
    if (!this.memo.update(...inputs)) return;
    clear(this.node);
    if (user) this.node.appendChild(el('p', { class: 'lead' }, '@' + user.name));
    if (group) this.node.appendChild(memberList(members, group.owner));
    if (isFriend) {
      this.renderEnd('removeFriend', t('confirmRemove', title), '/api/friends/' + id);
    } else if (group && !isOwner) {
      const path = '/api/groups/' + id + '/members/' + store.me.id;
      this.renderEnd('leaveGroup', t('confirmLeave', title), path);
    }
  }

  // The button that asks the question; then the question with its two buttons.
  renderEnd(label, question, path) {
    if (!this.isAsking) {
      const ask = () => {
        this.setAsking(true);
        this.node.querySelector('.danger').focus();
      };
      this.node.appendChild(button('btn danger', t(label), ask));
      return;
    }
    this.node.appendChild(el('p', {}, question));
    this.node.appendChild(
      el(
        'div',
        { class: 'buttons' },
        button('btn danger', t(label), () => this.end(path)),
        button('btn', t('cancel'), () => this.setAsking(false)),
      ),
    );
  }

  setAsking(isAsking) {
    this.isAsking = isAsking;
    this.render(this.key);
  }

  async end(path) {
    const response = await this.send('DELETE', path);
    if (response && response.status < 300) this.node.hidden = true;
    this.isAsking = false;
    this.onToggle();
  }
}

function memberList(members, owner) {
  const chips = members.map(([id, name]) => {
    const text = name + (id === owner ? ' · ' + t('groupOwner') : '');
    return el('li', {}, avatar(id, name, 'small'), el('span', {}, text));
  });
  return el('ul', { class: 'chips' }, chips);
}

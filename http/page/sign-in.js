// The door: a name and a password.

import { request, Unreachable } from './api.js';
import { el, mark } from './dom.js';
import * as words from './words.js';

const t = words.t;

export class SignIn {
  /** @param {function} onDone called when the server has taken us in */
  constructor(onDone) {
    this.onDone = onDone;
    this.error = null; // a function, so that it changes with the language
    this.busy = false;
    this.user = el('input', {
      class: 'in', name: 'username', autocomplete: 'username', autocapitalize: 'none',
      spellcheck: 'false', required: true,
    });
    this.password = el('input', {
      class: 'in', name: 'password', type: 'password', autocomplete: 'current-password',
      required: true,
    });
    this.node = el('main', { class: 'door' });
    this.render();
  }

  render() {
    const language = el(
      'button',
      { class: 'btn icon corner', type: 'button', 'aria-label': t('language'), onclick: words.toggle },
      t('languageShort'),
    );
    this.alert = el('p', { class: 'err', role: 'alert', hidden: true });
    this.button = el('button', { class: 'btn go' }, t('signIn'));
    const form = el(
      'form',
      { class: 'card', onsubmit: (e) => this.submit(e) },
      mark(40),
      el('h1', {}, t('welcome')),
      el('p', { class: 'lead' }, location.host),
      this.alert,
      el('label', { class: 'field' }, el('span', {}, t('user')), this.user),
      el('label', { class: 'field' }, el('span', {}, t('password')), this.password),
      this.button,
    );
    this.node.textContent = '';
    this.node.appendChild(language);
    this.node.appendChild(form);
    document.title = t('signInTitle') + ' · Linger';
    this.show();
  }

  show() {
    this.alert.hidden = !this.error;
    this.alert.textContent = this.error ? this.error() : '';
    this.button.disabled = this.busy;
  }

  focus() {
    (this.user.value ? this.password : this.user).focus();
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    this.show();
    try {
      const body = { name: this.user.value.trim(), password: this.password.value };
      const answer = await request('POST', '/api/session', body);
      if (answer.status === 200) {
        this.password.value = '';
        this.onDone();
        return;
      }
      if (answer.status === 429) this.error = () => t('errorBusy', answer.retryAfter || 60);
      else if (answer.status < 500) this.error = () => t('errorSignIn');
      else this.error = () => t('errorOther');
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      this.error = () => t('errorReach');
    } finally {
      this.busy = false;
    }
    this.show();
    this.password.focus();
    this.password.select();
  }
}

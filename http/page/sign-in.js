// The sign-in form: user name and password.

import { request, Unreachable } from './api.js';
import { clear, el, logo } from './dom.js';
import { t, toggleLanguage } from './language.js';

export class SignIn {
  /** @param {function} onDone called when the server has accepted the password */
  constructor(onDone) {
    this.onDone = onDone;
    this.error = null; // a function that gives the text, so that it follows the language
    this.isBusy = false;
    this.user = el('input', {
      class: 'input', name: 'username', autocomplete: 'username', autocapitalize: 'none',
      spellcheck: 'false', required: true,
    });
    this.password = el('input', {
      class: 'input', name: 'password', type: 'password', autocomplete: 'current-password',
      required: true,
    });
    this.node = el('main', { class: 'sign-in' });
    this.render();
  }

  render() {
    const language = el(
      'button',
      {
        class: 'btn icon corner', type: 'button', 'aria-label': t('language'),
        onclick: toggleLanguage,
      },
      t('languageShort'),
    );
    this.alert = el('p', { class: 'error', role: 'alert', hidden: true });
    this.button = el('button', { class: 'btn primary' }, t('signIn'));
    const form = el(
      'form',
      { class: 'card', onsubmit: (event) => this.submit(event) },
      logo(40),
      el('h1', {}, t('welcome')),
      el('p', { class: 'lead' }, location.host),
      this.alert,
      el('label', { class: 'field' }, el('span', {}, t('userName')), this.user),
      el('label', { class: 'field' }, el('span', {}, t('password')), this.password),
      this.button,
    );
    clear(this.node);
    this.node.appendChild(language);
    this.node.appendChild(form);
    document.title = t('signInTitle') + ' · Linger';
    this.showState();
  }

  showState() {
    this.alert.hidden = !this.error;
    this.alert.textContent = this.error ? this.error() : '';
    this.button.disabled = this.isBusy;
  }

  focus() {
    (this.user.value ? this.password : this.user).focus();
  }

  async submit(event) {
    event.preventDefault();
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    this.showState();
    try {
      const body = { name: this.user.value.trim(), password: this.password.value };
      const response = await request('POST', '/api/session', body);
      if (response.status === 200) {
        this.password.value = '';
        this.onDone();
        return;
      }
      if (response.status === 429) this.error = () => t('errorBusy', response.retryAfter || 60);
      else if (response.status < 500) this.error = () => t('errorSignIn');
      else this.error = () => t('errorOther');
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      this.error = () => t('errorUnreachable');
    } finally {
      this.isBusy = false;
    }
    this.showState();
    this.password.focus();
    this.password.select();
  }
}

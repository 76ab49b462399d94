// Texts and dates in the language of the page, which is chosen by the user, else by the browser.

import * as storage from './storage.js';
import { strings } from './strings.js';

let language = 'en';
let onChange = () => {};

const isChinese = (tag) => /^zh/i.test(tag || '');

function use(name) {
  language = name === 'zh' ? 'zh' : 'en';
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

/** To be called once, before any text is drawn. `listener`: called when the language changes. */
export function initLanguage(listener) {
  onChange = listener;
  use(storage.get('language') || (isChinese(navigator.language) ? 'zh' : 'en'));
}

export function toggleLanguage() {
  use(language === 'zh' ? 'en' : 'zh');
  storage.set('language', language);
  onChange();
}

/** "zh" or "en". */
export const currentLanguage = () => language;

/** The text for `key` in the current language; `values` go into a text that takes some. */
export function t(key, ...values) {
  const text = strings[language][key];
  if (text === undefined) throw new Error('no text for ' + key);
  return typeof text === 'function' ? text(...values) : text;
}

// ---- dates and times, in the browser's time zone

// English dates follow the browser's own English-speaking country, where there is one.
function dateLocale() {
  if (language === 'zh') return 'zh-CN';
  return /^en/i.test(navigator.language || '') ? navigator.language : 'en-GB';
}

const formats = new Map(); // locale and name → Intl.DateTimeFormat, which is slow to make

function format(name, date, options) {
  const locale = dateLocale();
  const key = locale + ' ' + name;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key).format(date);
}

/** Hour and minute. */
export const timeOf = (date) =>
  format('time', date, { hour: '2-digit', minute: '2-digit', hour12: false });

const dayNumber = (date) =>
  Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86400000);

/** Whole local days from `date` to now. */
const daysAgo = (date) => dayNumber(new Date()) - dayNumber(date);

/** The heading above the messages of a day. */
export function dayOf(date) {
  const days = daysAgo(date);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return format('day', date, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' });
}

/** A time for a narrow column: hour and minute, "yesterday", the weekday, or the date. */
export function shortTime(date) {
  const days = daysAgo(date);
  if (days <= 0) return timeOf(date);
  if (days === 1) return t('yesterday');
  if (days < 7) return format('weekday', date, { weekday: 'short' });
  return format('date', date, { month: 'short', day: 'numeric' });
}

// One message as the log shows it: its text with links, its time, its state.

import { avatar, el } from './dom.js';
import * as words from './words.js';

const t = words.t;

// An address ends before spaces, quotes and the punctuation of Chinese text.
const link = /https?:\/\/[^\s<>"'`，。！？；：、（）【】《》「」『』“”‘’…]+/g;
const only_emoji = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s)+$/u;

/** Whether a text is one to three emoji, which are shown large. */
export function isBig(text) {
  if (text.length > 30 || !only_emoji.test(text)) return false;
  const joined = text.replace(/\p{Emoji_Modifier}|\ufe0f|\s/gu, '').replace(/\u200d./gu, '');
  return Array.from(joined).length <= 3;
}

// "https://example.org/a)." ends before what closes the sentence, but keeps "…/Li_(river)".
function withoutTail(url) {
  for (;;) {
    const last = url[url.length - 1];
    if (last === ')' && url.split('(').length < url.split(')').length) url = url.slice(0, -1);
    else if ('.,!?;:*_~'.includes(last)) url = url.slice(0, -1);
    else return url;
  }
}

/** The nodes of a text, its addresses as links. */
export function textNodes(text) {
  const nodes = [];
  let from = 0;
  for (const match of matches(text)) {
    const url = withoutTail(match[0]);
    if (url.length < 11) continue;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    const rel = 'noopener noreferrer nofollow';
    nodes.push(el('a', { href: url, rel, target: '_blank' }, url));
    from = match.index + url.length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function* matches(text) {
  link.lastIndex = 0;
  for (let m = link.exec(text); m; m = link.exec(text)) yield m;
}

/**
 * A message's row.
 * @param row {mine, first, last, text, from, who, date, unsynced, state, why, onRetry, onDelete}
 *   state of one's own: sending | failed | delivered | read
 */
export function messageRow(row) {
  const classes = ['m'];
  if (row.mine) classes.push('me');
  if (row.first) classes.push('first');
  if (row.last) classes.push('last');
  if (isBig(row.text)) classes.push('big');
  if (row.state === 'sending') classes.push('wait');
  if (row.state === 'failed') classes.push('fail');
  const node = el('li', { class: classes.join(' ') });
  if (!row.mine) {
    if (row.first && row.who) node.appendChild(el('span', { class: 'who' }, row.who));
    const face = row.last ? avatar(row.from, row.name, 's') : null;
    node.appendChild(el('span', { class: 'face' }, face));
  }
  node.appendChild(el('div', { class: 'b', dir: 'auto' }, textNodes(row.text)));
  if (row.last || row.state === 'failed') node.appendChild(meta(row));
  return node;
}

function meta(row) {
  if (row.state === 'sending') return el('span', { class: 'meta' }, t('sending'));
  if (row.state === 'failed') {
    return el(
      'span',
      { class: 'meta' },
      t('failed') + (row.why ? ' (' + row.why + ')' : '') + ' · ',
      el('button', { type: 'button', onclick: row.onRetry }, t('retry')),
      ' ',
      el('button', { type: 'button', onclick: row.onDelete }, t('deleteMessage')),
    );
  }
  const title = (row.unsynced ? t('clockUnsynced') + ' · ' : '') + row.date.toLocaleString();
  const time = el(
    'time',
    { datetime: row.date.toISOString(), title },
    (row.unsynced ? '≈ ' : '') + words.timeOf(row.date),
  );
  const state = row.state === 'read' ? t('read') : row.state === 'delivered' ? t('delivered') : '';
  return el('span', { class: 'meta' }, time, state ? ' · ' + state : null);
}

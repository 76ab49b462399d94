// The row of one message in the log: the text with its links, the time, the state.

import { avatar, el } from './dom.js';
import { t, timeOf } from './language.js';

// A URL ends before spaces, quotes and Chinese punctuation.
const url_pattern = /https?:\/\/[^\s<>"'`，。！？；：、（）【】《》「」『』“”‘’…]+/g;
// Extended_Pictographic is newer than ES2018. A browser without it shows no emoji large; with a
// literal it could not load this module at all.
const only_emoji = (() => {
  const emoji = '\\p{Extended_Pictographic}|\\p{Regional_Indicator}|\\p{Emoji_Modifier}';
  try {
    return new RegExp('^(?:' + emoji + '|\\u200d|\\ufe0f|\\s)+$', 'u');
  } catch (e) {
    return null;
  }
})();

// Whether a text is one to three emoji and nothing else: these are shown large.
function isLargeEmoji(text) {
  if (!only_emoji || text.length > 30 || !only_emoji.test(text)) return false;
  const joined = text.replace(/\p{Emoji_Modifier}|\ufe0f|\s/gu, '').replace(/\u200d./gu, '');
  return Array.from(joined).length <= 3;
}

// Removes the punctuation that ends the sentence around a URL: "https://example.org/a)." loses two
// characters, "…/Li_(river)" none.
function trimUrl(url) {
  for (;;) {
    const last = url[url.length - 1];
    const isUnmatched = last === ')' && url.split('(').length < url.split(')').length;
    if (!isUnmatched && !'.,!?;:*_~'.includes(last)) return url;
    url = url.slice(0, -1);
  }
}

// The text as strings and link elements.
function textNodes(text) {
  const nodes = [];
  let end = 0; // of the text that is in `nodes`
  url_pattern.lastIndex = 0;
  for (let match = url_pattern.exec(text); match; match = url_pattern.exec(text)) {
    const url = trimUrl(match[0]);
    if (url.length < 11) continue; // shorter than "http://a.bc"
    if (match.index > end) nodes.push(text.slice(end, match.index));
    const rel = 'noopener noreferrer nofollow';
    nodes.push(el('a', { href: url, rel, target: '_blank' }, url));
    end = match.index + url.length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

/**
 * @param row {isMine, isFirst, isLast, text, sender, senderName, heading, date, isUnsynced, state,
 *   failure, onRetry, onDelete}: isFirst, isLast: in a run of messages of one sender; heading: the
 *   name above a run; state, of the user's own messages: sending | failed | delivered | read
 */
export function messageRow(row) {
  const classes = ['message'];
  if (row.isMine) classes.push('mine');
  if (row.isFirst) classes.push('first');
  if (row.isLast) classes.push('last');
  if (isLargeEmoji(row.text)) classes.push('large');
  if (row.state === 'sending') classes.push('sending');
  if (row.state === 'failed') classes.push('failed');
  const node = el('li', { class: classes.join(' ') });
  if (!row.isMine) {
    if (row.isFirst && row.heading) node.appendChild(el('span', { class: 'sender' }, row.heading));
    const face = row.isLast ? avatar(row.sender, row.senderName, 'small') : null;
    node.appendChild(el('span', { class: 'face' }, face));
  }
  node.appendChild(el('div', { class: 'bubble', dir: 'auto' }, textNodes(row.text)));
  if (row.isLast || row.state === 'failed') node.appendChild(meta(row));
  return node;
}

function meta(row) {
  if (row.state === 'sending') return el('span', { class: 'meta' }, t('sending'));
  if (row.state === 'failed') {
    return el(
      'span',
      { class: 'meta' },
      t('notSent') + (row.failure ? ' (' + row.failure + ')' : '') + ' · ',
      el('button', { type: 'button', onclick: row.onRetry }, t('retry')),
      ' ',
      el('button', { type: 'button', onclick: row.onDelete }, t('deleteMessage')),
    );
  }
  const title = (row.isUnsynced ? t('clockUnsynced') + ' · ' : '') + row.date.toLocaleString();
  const time = el(
    'time',
    { datetime: row.date.toISOString(), title },
    (row.isUnsynced ? '≈ ' : '') + timeOf(row.date),
  );
  const state = row.state === 'read' ? t('read') : row.state === 'delivered' ? t('delivered') : '';
  return el('span', { class: 'meta' }, time, state ? ' · ' + state : null);
}

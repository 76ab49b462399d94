// The items of the message log for dom.patch(): day headings, the "new messages" line, and a row
// for each message. Messages of one sender within five minutes form a run, drawn as one block.

import { el } from './dom.js';
import { currentLanguage, dayOf, t } from './language.js';
import { messageRow } from './message-row.js';

const run_ms = 5 * 60 * 1000; // longest time between two messages of a run

const failure_texts = {
  not_friends: 'failedNotFriends', not_member: 'failedNotMember', too_large: 'failedLarge',
  storage_full: 'failedStorage',
};

/**
 * @param store
 * @param outbox
 * @param {{key, messages, isAtEnd, newAfter, emptyText}} log `messages`: those shown, oldest first;
 *   isAtEnd: they reach the newest one, so the outbox follows; newAfter: the "new messages" line
 *   stands before the first message of another user after this id (-1: nowhere); emptyText: shown
 *   where there is no message
 */
export function logItems(store, outbox, log) {
  const rows = log.messages.map((message) => rowOf(store, log.key, message));
  if (log.isAtEnd) {
    const cids = new Set(rows.map((row) => row.cid).filter(Boolean));
    for (const entry of outbox.entriesOf(log.key)) {
      if (!cids.has(entry.cid)) rows.push(pendingRowOf(store, outbox, entry));
    }
  }
  const items = withSeparators(rows, log.newAfter);
  if (!rows.length) items.push(textItem('empty', 'empty', log.emptyText));
  for (const row of rows) {
    row.signature = JSON.stringify([
      currentLanguage(), row.isFirst, row.isLast, row.text, row.senderName, row.heading, row.state,
      row.failure, row.isUnsynced,
    ]);
    row.make = () => messageRow(row);
  }
  return items;
}

const textItem = (key, classes, text) => ({
  key, signature: text, make: () => el('li', { class: classes }, text),
});

// The rows with day headings and the "new messages" line between them. Sets isFirst and isLast.
function withSeparators(rows, newAfter) {
  const items = [];
  let previous = null;
  let hasNewLine = false;
  for (const row of rows) {
    const day = dayOf(row.date);
    let isSeparated = false;
    if (!previous || dayOf(previous.date) !== day) {
      isSeparated = true;
      items.push(textItem('day' + row.key, 'day', day));
    }
    if (!hasNewLine && newAfter >= 0 && row.id > newAfter && !row.isMine) {
      hasNewLine = true;
      isSeparated = true;
      items.push(textItem('new', 'new', t('newMessages')));
    }
    const isRun = previous && !isSeparated && isSameRun(previous, row);
    row.isFirst = !isRun;
    row.isLast = true;
    if (isRun) previous.isLast = false;
    items.push(row);
    previous = row;
  }
  return items;
}

const isSameRun = (previous, row) =>
  previous.sender === row.sender && row.date - previous.date < run_ms;

function rowOf(store, key, message) {
  const isMine = message.from === store.me.id;
  const senderName = store.nameOf(message.from);
  const isRead = store.conversation(key).peerReadTo >= message.id;
  return {
    key: isMine && message.cid ? message.cid : 'm' + message.id, // a sent message keeps its row
    id: message.id,
    cid: message.cid,
    isMine,
    sender: message.from,
    senderName,
    heading: message.type === 'group' && !isMine ? senderName : '',
    text: message.msg,
    date: new Date(message.timestamp),
    isUnsynced: message.clock === 'unsynced',
    state: isMine ? (isRead ? 'read' : 'delivered') : '',
    failure: '',
  };
}

// The row of a message that is not confirmed yet.
function pendingRowOf(store, outbox, entry) {
  const isFailed = entry.state === 'failed';
  const failureText = isFailed && failure_texts[entry.failure];
  return {
    key: entry.cid,
    id: 0,
    cid: entry.cid,
    isMine: true,
    sender: store.me.id,
    senderName: '',
    heading: '',
    text: entry.text,
    date: new Date(entry.writtenAt),
    isUnsynced: false,
    state: isFailed ? 'failed' : 'sending',
    failure: failureText ? t(failureText) : '',
    onRetry: () => outbox.retry(entry),
    onDelete: () => outbox.remove(entry),
  };
}

// Every word of the page in both languages, and how dates are said.

import * as keep from './keep.js';

const words = {
  zh: {
    accept: '同意',
    account: '我的账号',
    addFriend: (name) => '添加好友“' + name + '”',
    addFriendHint: '按用户名发送好友请求',
    asked: '已发送请求，等待同意',
    asksYou: '想加你为好友',
    back: '返回列表',
    cancel: '取消',
    chat: '聊天',
    chatWith: (name) => '正在跟 ' + name + ' 聊天',
    clockUnsynced: '服务器的时钟尚未校准',
    confirmLeave: (name) => '退出“' + name + '”？之后的消息将不再收到。',
    confirmRemove: (name) => '删除好友“' + name + '”？聊天记录会保留。',
    contacts: '联系人',
    delivered: '已送达',
    deleteMessage: '删除',
    down: (seconds) => '连接已断开，' + seconds + ' 秒后重试',
    downNow: '连接已断开，正在重试…',
    emoji: '表情',
    emojiMore: '更多表情',
    emojiNone: '没有找到',
    emojiSearch: '搜索表情',
    emptyChat: '还没有消息，打个招呼吧 👋',
    emptyFriends: '还没有好友。在上面输入用户名，添加第一位好友。',
    emptyGroups: '还没有分组。',
    errorAlreadySelf: '不能添加自己。',
    errorBusy: (seconds) => '尝试太多次了，请 ' + seconds + ' 秒后再试。',
    errorNobody: (name) => '没有叫“' + name + '”的用户。',
    errorOther: '没有成功，请稍后再试。',
    errorReach: '连不上服务器，请检查网络后再试。',
    errorSignIn: '用户名或密码不对。',
    failed: '未发送',
    failedLarge: '太长了',
    failedNotFriends: '你们不是好友',
    failedNotMember: '你不在这个分组',
    failedStorage: '服务器存储已满',
    friends: '好友列表',
    friendAgain: '重新加为好友',
    groups: '分组列表',
    groupInfo: '分组信息',
    hint: 'Enter 发送 · Shift+Enter 换行',
    info: '聊天信息',
    insert: (what) => '插入 ' + what,
    jump: '回到最新',
    jumpCount: (n) => n + ' 条新消息',
    language: 'EN：English',
    languageShort: 'EN',
    leaveGroup: '退出分组',
    left: '你已不在这个分组，聊天记录仍可查看。',
    lists: '列表',
    loading: '正在加载…',
    members: (n) => n + ' 位成员',
    message: '输入消息',
    messages: '消息',
    newMessages: '新消息',
    nobodyFound: '没有找到匹配的好友或分组。',
    notFriends: '你们不是好友，不能发送消息。聊天记录仍可查看。',
    offline: '离线',
    online: '在线',
    owner: '组长',
    password: '密码',
    pick: '选择一位好友或一个分组，开始聊天',
    placeholder: '写点什么…',
    read: '已读',
    refuse: '拒绝',
    removeFriend: '删除好友',
    retry: '重试',
    retryNow: '立即重试',
    search: '搜索好友和分组',
    searchFriends: '搜索，或输入用户名添加好友',
    send: '发送消息',
    sending: '发送中…',
    signIn: '登录',
    signInTitle: '登录',
    signOut: '退出登录',
    theme: '外观',
    themeAuto: '跟随系统',
    themeDark: '深色',
    themeLight: '浅色',
    today: '今天',
    tooLong: (most) => '消息太长了，最多 ' + most + ' 字节。',
    typing: '正在输入…',
    typingWho: (name) => name + ' 正在输入…',
    unread: '未读',
    user: '用户名',
    welcome: '欢迎回来',
    yesterday: '昨天',
    you: (text) => '你：' + text,
    who: (name, text) => name + '：' + text,
  },
  en: {
    accept: 'Accept',
    account: 'My account',
    addFriend: (name) => 'Add “' + name + '” as a friend',
    addFriendHint: 'Send a friend request by user name',
    asked: 'Asked, waiting for an answer',
    asksYou: 'wants to be your friend',
    back: 'Back to the list',
    cancel: 'Cancel',
    chat: 'Chat',
    chatWith: (name) => 'Chatting with ' + name,
    clockUnsynced: 'The clock of the server is not set yet',
    confirmLeave: (name) => 'Leave “' + name + '”? You will get no later messages.',
    confirmRemove: (name) => 'Remove “' + name + '” from your friends? The messages stay.',
    contacts: 'Contacts',
    delivered: 'Delivered',
    deleteMessage: 'Delete',
    down: (seconds) => 'Connection lost, next try in ' + seconds + ' s',
    downNow: 'Connection lost, trying again…',
    emoji: 'Emoji',
    emojiMore: 'More emoji',
    emojiNone: 'Nothing found',
    emojiSearch: 'Search emoji',
    emptyChat: 'No messages yet. Say hello 👋',
    emptyFriends: 'No friends yet. Type a user name above to add the first.',
    emptyGroups: 'No groups yet.',
    errorAlreadySelf: 'This is you.',
    errorBusy: (seconds) => 'Too many tries. Please wait ' + seconds + ' s.',
    errorNobody: (name) => 'There is no user called “' + name + '”.',
    errorOther: 'That did not work. Please try again later.',
    errorReach: 'The server cannot be reached. Please check the network.',
    errorSignIn: 'Wrong user name or password.',
    failed: 'Not sent',
    failedLarge: 'too long',
    failedNotFriends: 'you are not friends',
    failedNotMember: 'you are not in this group',
    failedStorage: 'the server is full',
    friends: 'Friends',
    friendAgain: 'Add as a friend again',
    groups: 'Groups',
    groupInfo: 'About this group',
    hint: 'Enter sends · Shift+Enter starts a new line',
    info: 'About this chat',
    insert: (what) => 'Insert ' + what,
    jump: 'Jump to newest',
    jumpCount: (n) => (n === 1 ? '1 new message' : n + ' new messages'),
    language: '中：中文',
    languageShort: '中',
    leaveGroup: 'Leave the group',
    left: 'You are no longer in this group. The messages stay readable.',
    lists: 'Lists',
    loading: 'Loading…',
    members: (n) => (n === 1 ? '1 member' : n + ' members'),
    message: 'Message',
    messages: 'Messages',
    newMessages: 'New messages',
    nobodyFound: 'No friend or group matches.',
    notFriends: 'You are not friends, so nothing can be sent. The messages stay readable.',
    offline: 'Offline',
    online: 'Online',
    owner: 'Owner',
    password: 'Password',
    pick: 'Pick a friend or a group to start chatting',
    placeholder: 'Write something…',
    read: 'Read',
    refuse: 'Refuse',
    removeFriend: 'Remove friend',
    retry: 'Retry',
    retryNow: 'Retry now',
    search: 'Search friends and groups',
    searchFriends: 'Search, or add by user name',
    send: 'Send',
    sending: 'Sending…',
    signIn: 'Sign in',
    signInTitle: 'Sign in',
    signOut: 'Sign out',
    theme: 'Appearance',
    themeAuto: 'As the system',
    themeDark: 'Dark',
    themeLight: 'Light',
    today: 'Today',
    tooLong: (most) => 'The message is too long: at most ' + most + ' bytes.',
    typing: 'typing…',
    typingWho: (name) => name + ' is typing…',
    unread: 'Unread',
    user: 'User name',
    welcome: 'Welcome back',
    yesterday: 'Yesterday',
    you: (text) => 'You: ' + text,
    who: (name, text) => name + ': ' + text,
  },
};

let language = 'en';
let locale = 'en';
let formats = {};
let listener = () => {};

function use(chosen) {
  language = chosen === 'zh' ? 'zh' : 'en';
  locale = language === 'zh' ? 'zh-CN' : navigatorLocale();
  formats = {};
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

// English dates in the order of the reader's own country, where it is an English-speaking one.
function navigatorLocale() {
  return /^en/i.test(navigator.language || '') ? navigator.language : 'en-GB';
}

export function begin(onChange) {
  listener = onChange;
  const kept = keep.get('language');
  use(kept || (/^zh/i.test(navigator.language || '') ? 'zh' : 'en'));
}

export function toggle() {
  use(language === 'zh' ? 'en' : 'zh');
  keep.set('language', language);
  listener();
}

export const current = () => language;

/** The words for `key`; what takes a name or a number gets it. */
export function t(key, ...args) {
  const found = words[language][key];
  if (found === undefined) throw new Error('no words for ' + key);
  return typeof found === 'function' ? found(...args) : found;
}

function format(name, options) {
  if (!formats[name]) formats[name] = new Intl.DateTimeFormat(locale, options);
  return formats[name];
}

export const timeOf = (date) =>
  format('time', { hour: '2-digit', minute: '2-digit', hour12: false }).format(date);

const dayNumber = (date) =>
  Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86400000);

/** Whole local days from `date` to now. */
export const daysAgo = (date) => dayNumber(new Date()) - dayNumber(date);

/** A heading above a day's messages. */
export function dayOf(date) {
  const ago = daysAgo(date);
  if (ago === 0) return t('today');
  if (ago === 1) return t('yesterday');
  return format('day', { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }).format(
    date,
  );
}

/** A time in a narrow column: the hour, the weekday, or the date. */
export function shortTime(date) {
  const ago = daysAgo(date);
  if (ago <= 0) return timeOf(date);
  if (ago === 1) return t('yesterday');
  if (ago < 7) return format('weekday', { weekday: 'short' }).format(date);
  return format('date', { month: 'short', day: 'numeric' }).format(date);
}

/** For the test that every word is there twice. */
export const allWords = words;

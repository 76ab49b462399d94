// Two users in two browsers: messages, unread badges, typing, groups, friend requests.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, newPage, openChat, row, send, Server, signIn, texts, until } from './harness.mjs';

let server;
let browser;
let li;
let han;

before(async () => {
  server = await Server.start(
    [['li', '李雷'], ['han', '韩梅梅'], ['jim', 'Jim Green']],
    { groups: [{ group: '周末', owner: 'li', members: ['li', 'han', 'jim'], brief: '去哪儿玩' }] },
  );
  browser = await launchBrowser();
  li = await newPage(browser);
  han = await newPage(browser);
  await signIn(li, server, 'li');
  await signIn(han, server, 'han');
});
after(async () => {
  await browser.close();
  await server.stop();
});

const badgeOf = (page, title) => row(page, title).locator('.badge');
const tabBadge = (page, n) => page.locator('.tabs button').nth(n).locator('.badge');

test('a wrong password shows an error, and the right one signs in', async () => {
  const page = await newPage(browser);
  await page.goto(server.url + '/');
  await page.fill('input[name=username]', 'jim');
  await page.fill('input[name=password]', 'not-the-secret');
  await page.click('.sign-in .primary');
  await page.waitForSelector('.error:not([hidden])');
  assert.equal(await page.textContent('.error'), '用户名或密码不对。');
  await page.fill('input[name=password]', 'secret-jim');
  await page.press('input[name=password]', 'Enter');
  await page.waitForSelector('.tabs');
  await page.context().close();
});

test('messages arrive both ways, in Chinese; badges and titles count the unread ones', async () => {
  await openChat(li, '韩梅梅');
  await send(li, '你好，韩梅梅！');
  await send(li, '晚上一起吃饺子吗？🥟');
  await until(async () => (await badgeOf(han, '李雷').textContent()).includes('2'), 'a badge of 2');
  assert.match(await tabBadge(han, 0).textContent(), /2/);
  await until(async () => (await han.title()).startsWith('(2) '), 'the count in the title');
  assert.match(await han.getAttribute('#icon', 'href'), /icon-unread/);

  await openChat(han, '李雷');
  await until(async () => (await texts(han)).length === 2, 'both messages');
  assert.deepEqual(await texts(han), ['你好，韩梅梅！', '晚上一起吃饺子吗？🥟']);
  assert.equal(await han.locator('.log .new').count(), 1, 'one line above the new messages');
  await until(async () => (await badgeOf(han, '李雷').count()) === 0, 'the badge is gone');
  assert.equal(await tabBadge(han, 0).count(), 0);
  assert.equal((await han.title()).includes('('), false);
  assert.doesNotMatch(await han.getAttribute('#icon', 'href'), /unread/);
  await until(async () => (await li.textContent('.log')).includes('已读'), 'the sender sees the read mark');

  await send(han, '好啊！');
  await until(async () => (await texts(li)).includes('好啊！'), 'the answer');
  await until(async () => (await li.textContent('.sr-only[role=status]')).includes('韩梅梅：好啊！'), 'the announcement for screen readers');
});

test('a user that types is shown to the other one', async () => {
  await han.locator('.entry textarea').pressSequentially('我想');
  await until(async () => (await li.textContent('.head p')) === '正在输入…', 'typing');
  await until(async () => (await li.textContent('.head p')) === '在线', 'typing has ended');
  await han.fill('.entry textarea', '');
});

test('groups have their own tab and badge; messages name the sender', async () => {
  await li.click('#tab-group');
  await openChat(li, '周末');
  await send(li, '大家好');
  await until(async () => (await tabBadge(han, 1).count()) === 1, 'a badge on the other tab');
  await han.click('#tab-group');
  await openChat(han, '周末');
  await until(async () => (await han.textContent('.log .sender')) === '李雷', 'the name of the sender');
  assert.match(await han.textContent('.head p'), /3 位成员 · 去哪儿玩/);
  await han.click('#tab-single');
});

test('two windows of one user show the same conversation', async () => {
  const other = await newPage(browser);
  await signIn(other, server, 'han');
  await openChat(other, '李雷');
  await until(async () => (await texts(other)).includes('好啊！'), 'a message received earlier');
  await openChat(han, '李雷');
  await send(han, '两个窗口');
  await until(async () => (await texts(other)).includes('两个窗口'), 'a message sent in the other window');
  await other.context().close();
});

test('a friendship is requested, accepted and ended without a reload', async () => {
  const zoe = await Server.start([['zoe', 'Zoe'], ['max', 'Max']]);
  try {
    await zoe.request('zoe', 'DELETE', `/api/friends/${(await zoe.session('max')).id}`);
    const a = await newPage(browser);
    const b = await newPage(browser);
    await signIn(a, zoe, 'zoe');
    await signIn(b, zoe, 'max');
    await a.fill('.search input', 'nobody-here');
    await a.locator('.row', { hasText: 'nobody-here' }).click();
    await until(async () => (await a.textContent('.note')).includes('没有叫'), 'an error: no such user');
    await a.fill('.search input', 'max');
    await a.locator('.row', { hasText: '添加好友' }).click();
    await b.locator('.request .primary').click();
    await until(async () => (await row(a, 'Max').count()) === 1, 'the new friend');
    await openChat(a, 'Max');
    await openChat(b, 'Zoe');
    await send(a, 'hello');
    await until(async () => (await texts(b)).includes('hello'), 'hello');
    await b.click('.head .icon:last-child');
    await b.click('.details .danger');
    await b.click('.details .danger');
    await a.waitForSelector('.notice:not([hidden])');
    assert.match(await a.textContent('.notice'), /你们不是好友/);
    assert.deepEqual(await texts(a), ['hello']);
    assert.deepEqual(a.faults.concat(b.faults), []);
    await a.context().close();
    await b.context().close();
  } finally {
    await zoe.stop();
  }
});

test('no error, dialog or policy violation during the tests above', () => {
  assert.deepEqual(li.faults.concat(han.faults), []);
});

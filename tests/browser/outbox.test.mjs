// Messages arrive once and in order when the link, the page or the server fails.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launchBrowser, newPage, openChat, send, Server, signIn, texts, until } from './harness.mjs';

let server;
let browser;
let li;
let han;

before(async () => {
  server = await Server.start([['li', '李雷'], ['han', '韩梅梅']]);
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await server.stop();
});
beforeEach(async () => {
  li = await newPage(browser);
  han = await newPage(browser);
  await signIn(li, server, 'li');
  await signIn(han, server, 'han');
  await openChat(li, '韩梅梅');
  await openChat(han, '李雷');
});
afterEach(async () => {
  assert.deepEqual(li.faults.concat(han.faults), []);
  await li.context().close();
  await han.context().close();
});

const lastOf = async (page, n) => (await texts(page)).slice(-n);
const settled = (page) =>
  until(async () => (await page.locator('.message.sending, .message.failed').count()) === 0, 'no message waits or has failed');

test('three messages written offline arrive in order, once', async () => {
  await li.context().setOffline(true);
  for (const text of ['离线一', '离线二', '离线三']) await send(li, text);
  assert.equal(await li.locator('.message.sending').count(), 3, 'shown at once, as not sent yet');
  await li.waitForSelector('.banner:not([hidden])');
  assert.match(await li.textContent('.banner'), /连接已断开/);
  await li.context().setOffline(false);
  await settled(li);
  await until(async () => (await lastOf(han, 1))[0] === '离线三', 'the last');
  assert.deepEqual(await lastOf(han, 3), ['离线一', '离线二', '离线三']);
  assert.equal((await texts(han)).filter((t) => t.startsWith('离线')).length, 3);
  assert.deepEqual(await lastOf(li, 3), ['离线一', '离线二', '离线三']);
  await until(async () => li.locator('.banner').isHidden(), 'the banner is hidden');
});

test('a response lost after the commit does not duplicate the message', async () => {
  let dropped = 0;
  await li.route('**/api/messages', async (route) => {
    if (route.request().method() !== 'POST' || dropped) return route.continue();
    dropped += 1;
    const response = await route.fetch();
    assert.equal(response.status(), 201);
    return route.abort('connectionreset');
  });
  await send(li, '只有一次');
  await settled(li);
  await until(async () => (await lastOf(han, 1))[0] === '只有一次', 'the message');
  assert.equal(dropped, 1);
  await li.unroute('**/api/messages');
  await send(li, '之后');
  await until(async () => (await lastOf(han, 1))[0] === '之后', 'the next');
  for (const page of [li, han]) {
    assert.equal((await texts(page)).filter((t) => t === '只有一次').length, 1);
  }
});

test('unsent messages survive a reload', async () => {
  await li.route('**/api/messages', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue());
  await send(li, '先写一');
  await send(li, '再写二');
  await until(async () => (await li.locator('.message.sending').count()) === 2, 'two wait');
  await li.reload();
  await until(async () => (await li.locator('.message.sending').count()) === 2, 'two still wait');
  await li.unroute('**/api/messages');
  await settled(li);
  await until(async () => (await lastOf(han, 1))[0] === '再写二', 'the second');
  assert.deepEqual(await lastOf(han, 2), ['先写一', '再写二']);
});

test('after a kill of the server: a countdown, then recovery', async () => {
  await send(li, '断电之前');
  await until(async () => (await lastOf(han, 1))[0] === '断电之前', 'the message before the kill');
  await server.kill();
  await li.waitForSelector('.banner:not([hidden])');
  await until(async () => /\d+ 秒后重试/.test(await li.textContent('.banner')), 'a countdown');
  await send(li, '断电之中');
  await server.serve();
  await until(async () => li.locator('.banner').isHidden(), 'the banner is hidden', 40);
  await settled(li);
  await until(async () => (await lastOf(han, 1))[0] === '断电之中', 'the message written without a server', 40);
  assert.deepEqual(await lastOf(han, 2), ['断电之前', '断电之中']);
});

test('“retry now” polls at once', async () => {
  await li.context().setOffline(true);
  await li.waitForSelector('.banner:not([hidden])', { timeout: 30000 });
  // A long pause, so that the button ends it and not its timer.
  await until(async () => Number(/\d+/.exec(await li.textContent('.banner')) || 0) >= 4, 'a long pause', 60);
  await li.evaluate(() => window.addEventListener('online', (e) => e.stopImmediatePropagation(), true));
  await li.context().setOffline(false);
  await li.click('.banner button').catch(() => {});
  await until(async () => li.locator('.banner').isHidden(), 'the banner is hidden', 3);
});

test('a refused message shows the reason and can be sent again', async () => {
  const { id } = await server.session('li');
  await li.route('**/api/messages', async (route) => {
    if (route.request().method() === 'POST') {
      await server.request('han', 'DELETE', `/api/friends/${id}`);
      await li.unroute('**/api/messages');
    }
    return route.continue();
  });
  await send(li, '还是朋友吗');
  await li.waitForSelector('.message.failed');
  assert.match(await li.textContent('.message.failed .meta'), /未发送.*你们不是好友/);
  await server.request('han', 'POST', '/api/friends', { name: 'li' });
  await server.request('li', 'POST', '/api/friends', { name: 'han' });
  await li.click('.message.failed .meta button:first-of-type');
  await settled(li);
  await until(async () => (await lastOf(han, 1))[0] === '还是朋友吗', 'the message sent again');
});

test('a sign-out elsewhere shows the sign-in form and keeps the draft', async () => {
  await li.fill('.entry textarea', '写到一半');
  const cookies = await li.context().cookies();
  const token = cookies.find((c) => c.name === 'linger').value;
  const headers = { Authorization: `Bearer ${token}` };
  assert.equal((await fetch(server.url + '/api/session', { method: 'DELETE', headers })).status, 204);
  await li.waitForSelector('.sign-in');
  await li.fill('input[name=username]', 'li');
  await li.fill('input[name=password]', 'secret-li');
  await li.click('.sign-in .primary');
  await li.waitForSelector('.entry textarea');
  await until(async () => (await li.inputValue('.entry textarea')) === '写到一半', 'the draft');
});

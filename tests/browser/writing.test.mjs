// Enter and its friends, drafts, emoji, and reading back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browse, newPage, openChat, phone, row, say, Server, signIn, texts, until } from './harness.mjs';

let server;
let browser;
let li;

before(async () => {
  server = await Server.start([['li', '李雷'], ['han', '韩梅梅'], ['jim', 'Jim']]);
  browser = await browse();
  li = await newPage(browser);
  await signIn(li, server, 'li');
  await openChat(li, '韩梅梅');
});
after(async () => {
  await browser.close();
  await server.stop();
});

const value = (page) => page.inputValue('.entry textarea');
const sent = (page, text) => until(async () => (await texts(page)).includes(text), `sent: ${text}`);

test('Enter sends, Shift+Enter starts a new line, blank sends nothing', async () => {
  await li.click('.entry textarea');
  await li.keyboard.type('一行');
  await li.keyboard.press('Shift+Enter');
  await li.keyboard.type('两行');
  assert.equal(await value(li), '一行\n两行');
  await li.keyboard.press('Enter');
  await sent(li, '一行\n两行');
  assert.equal(await value(li), '');
  const before = (await texts(li)).length;
  await li.keyboard.type('   ');
  await li.keyboard.press('Enter');
  await li.waitForTimeout(200);
  assert.equal((await texts(li)).length, before);
  await li.fill('.entry textarea', '');
});

test('Enter belongs to the input method while a word is composed', async () => {
  await li.click('.entry textarea');
  const before = (await texts(li)).length;
  const cdp = await li.context().newCDPSession(li);
  await cdp.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  // What older browsers say for a key that the input method takes.
  await li.evaluate(() => {
    const text = document.querySelector('.entry textarea');
    const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
    Object.defineProperty(event, 'keyCode', { value: 229 });
    text.dispatchEvent(event);
  });
  await li.waitForTimeout(200);
  assert.equal((await texts(li)).length, before, 'nothing was sent');
  await li.fill('.entry textarea', '你好');
  await li.keyboard.press('Enter');
  await sent(li, '你好');
});

test('where a finger types, Enter is a new line and the button sends', async () => {
  const page = await newPage(browser, { viewport: phone, hasTouch: true, isMobile: true });
  await signIn(page, server, 'li');
  await row(page, '韩梅梅').tap();
  await page.locator('.entry textarea').tap();
  await page.keyboard.type('上');
  await page.keyboard.press('Enter');
  await page.keyboard.type('下');
  assert.equal(await value(page), '上\n下');
  await page.locator('.entry .btn').tap();
  await sent(page, '上\n下');
  await page.locator('.head .back').tap();
  await until(async () => page.locator('.side').isVisible(), 'the list');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('drafts are kept for each conversation, through a reload', async () => {
  await li.fill('.entry textarea', '给韩梅梅的');
  await openChat(li, 'Jim');
  assert.equal(await value(li), '');
  await li.fill('.entry textarea', 'for Jim');
  await li.reload();
  await li.waitForSelector('.head h2');
  await until(async () => (await value(li)) === 'for Jim', 'the draft');
  await openChat(li, '韩梅梅');
  assert.equal(await value(li), '给韩梅梅的');
  await li.fill('.entry textarea', '');
});

test('signing out takes the drafts along, also where the stream hears of it first', async () => {
  const page = await newPage(browser);
  await signIn(page, server, 'li');
  await openChat(page, 'Jim');
  await page.fill('.entry textarea', 'not for others');
  const drafts = () => page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('draft.')));
  await until(async () => (await drafts()).length > 0, 'the draft is kept');
  // The held poll is answered 401 at once; the answer to the sign-out comes when the door is shown.
  await page.route('**/api/session', async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue();
    const answer = await route.fetch();
    await page.waitForSelector('.sign-in');
    return route.fulfill({ response: answer });
  });
  await page.click('[data-name=account]');
  await page.click('[data-name=sign-out]');
  await page.waitForSelector('.sign-in');
  await until(async () => (await drafts()).length === 0, 'the drafts are gone');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('emoji come from the bar, the panel and their shortcodes', async () => {
  await li.click('.entry textarea');
  await li.keyboard.type('a :tada:');
  assert.equal(await value(li), 'a 🎉');
  await li.click('.emoji-bar button:first-child');
  assert.equal(await value(li), 'a 🎉😀');
  await li.click('.emoji-bar button:last-child');
  await li.fill('.picker input', '饺子');
  await li.press('.picker input', 'Enter');
  assert.equal(await value(li), 'a 🎉😀🥟');
  await li.keyboard.press('Escape');
  await until(async () => li.locator('.picker').isHidden(), 'the panel goes');
  await li.fill('.entry textarea', '');
  const before = (await texts(li)).length;
  await say(li, '🥟');
  await until(async () => (await texts(li)).length === before + 1, 'sent');
  assert.equal(await li.locator('.message.large').count(), 1, 'an emoji alone is large');
});

test('a message that is too long is not sent, and says why', async () => {
  await li.fill('.entry textarea', '长'.repeat(6000));
  await li.press('.entry textarea', 'Enter');
  await li.waitForSelector('.composer .error:not([hidden])');
  assert.match(await li.textContent('.composer .error'), /16384/);
  assert.equal((await value(li)).length, 6000);
  await li.fill('.entry textarea', '');
});

test('links end before Chinese punctuation', async () => {
  await say(li, '看这里：https://example.org/a_(b)。还有（http://example.org/c），好吗');
  await until(async () => (await li.locator('.bubble a').count()) === 2, 'two links');
  const found = await li.locator('.bubble a').allTextContents();
  assert.deepEqual(found, ['https://example.org/a_(b)', 'http://example.org/c']);
});

test('reading back: older messages come in above without moving what is read', async () => {
  const jim = (await server.session('jim')).id;
  for (let i = 0; i < 260; ++i) {
    const msg = `第 ${i} 条`;
    const answer = await server.ask('li', 'POST', '/api/messages', { type: 'single', to: jim, msg });
    assert.equal(answer.status, 201);
  }
  await openChat(li, 'Jim');
  await sent(li, '第 259 条');
  const gap = () => li.evaluate(() => {
    const log = document.querySelector('.log');
    return log.scrollHeight - log.scrollTop - log.clientHeight;
  });
  assert.ok((await gap()) < 4, 'it begins at the newest');
  let worst = 0;
  for (let i = 0; i < 60; ++i) {
    // The row under the eye, before and after rows come in above.
    const moved = await li.evaluate(async () => {
      const log = document.querySelector('.log');
      log.scrollTop = Math.max(40, log.scrollTop - 500);
      const edge = log.getBoundingClientRect().top;
      const row = Array.from(document.querySelectorAll('.message')).find(
        (m) => m.getBoundingClientRect().bottom > edge,
      );
      const was = row.getBoundingClientRect().top;
      await new Promise((r) => setTimeout(r, 60));
      return row.isConnected ? Math.abs(row.getBoundingClientRect().top - was) : 0;
    });
    worst = Math.max(worst, moved);
    if ((await texts(li)).includes('第 0 条')) break;
  }
  assert.ok((await texts(li)).includes('第 0 条'), 'the first message was reached');
  assert.ok(worst < 2, `moved by ${worst} px`);
  // What comes now does not pull one down; it is counted, and the button leads there.
  const me = (await server.session('li')).id;
  await server.ask('jim', 'POST', '/api/messages', { type: 'single', to: me, msg: '新的' });
  await until(async () => (await li.textContent('.jump')).includes('1 条新消息'), 'counted');
  assert.ok((await gap()) > 300);
  await li.click('.jump');
  await until(async () => (await gap()) < 4, 'at the newest');
  assert.equal(await li.locator('.jump').isHidden(), true);
});

test('nothing went wrong meanwhile', () => {
  assert.deepEqual(li.wrong, []);
});

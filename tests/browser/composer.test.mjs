// The composer: Enter, input methods, touch, drafts, emoji, links, the length limit.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, newPage, openChat, phone, row, send, Server, signIn, texts, until } from './harness.mjs';

let server;
let browser;
let li;

before(async () => {
  server = await Server.start([['li', '李雷'], ['han', '韩梅梅'], ['jim', 'Jim']]);
  browser = await launchBrowser();
  li = await newPage(browser);
  await signIn(li, server, 'li');
  await openChat(li, '韩梅梅');
});
after(async () => {
  await browser.close();
  await server.stop();
});

const value = (page) => page.inputValue('.entry textarea');
const waitForText = (page, text) =>
  until(async () => (await texts(page)).includes(text), `sent: ${text}`);

test('Enter sends, Shift+Enter starts a new line, blank text is not sent', async () => {
  await li.click('.entry textarea');
  await li.keyboard.type('一行');
  await li.keyboard.press('Shift+Enter');
  await li.keyboard.type('两行');
  assert.equal(await value(li), '一行\n两行');
  await li.keyboard.press('Enter');
  await waitForText(li, '一行\n两行');
  assert.equal(await value(li), '');
  const count = (await texts(li)).length;
  await li.keyboard.type('   ');
  await li.keyboard.press('Enter');
  await li.waitForTimeout(200);
  assert.equal((await texts(li)).length, count);
  await li.fill('.entry textarea', '');
});

test('Enter sends nothing while an input method composes', async () => {
  await li.click('.entry textarea');
  const count = (await texts(li)).length;
  const cdp = await li.context().newCDPSession(li);
  await cdp.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  // The key code in older browsers of a key that the input method handles.
  await li.evaluate(() => {
    const text = document.querySelector('.entry textarea');
    const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
    Object.defineProperty(event, 'keyCode', { value: 229 });
    text.dispatchEvent(event);
  });
  await li.waitForTimeout(200);
  assert.equal((await texts(li)).length, count, 'nothing was sent');
  await li.fill('.entry textarea', '你好');
  await li.keyboard.press('Enter');
  await waitForText(li, '你好');
});

test('on a touch screen Enter starts a new line and the button sends', async () => {
  const page = await newPage(browser, { viewport: phone, hasTouch: true, isMobile: true });
  await signIn(page, server, 'li');
  await row(page, '韩梅梅').tap();
  await page.locator('.entry textarea').tap();
  await page.keyboard.type('上');
  await page.keyboard.press('Enter');
  await page.keyboard.type('下');
  assert.equal(await value(page), '上\n下');
  await page.locator('.entry .btn').tap();
  await waitForText(page, '上\n下');
  await page.locator('.head .back').tap();
  await until(async () => page.locator('.side').isVisible(), 'the list');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('each conversation has its draft, also after a reload', async () => {
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

test('signing out removes the drafts, also when the stream reports the end first', async () => {
  const page = await newPage(browser);
  await signIn(page, server, 'li');
  await openChat(page, 'Jim');
  await page.fill('.entry textarea', 'not for others');
  const drafts = () => page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('draft.')));
  await until(async () => (await drafts()).length > 0, 'a draft is stored');
  // The held poll gets its 401 at once; the sign-out is answered after the sign-in form is shown.
  await page.route('**/api/session', async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue();
    const response = await route.fetch();
    await page.waitForSelector('.sign-in');
    return route.fulfill({ response });
  });
  await page.click('[data-name=account]');
  await page.click('[data-name=sign-out]');
  await page.waitForSelector('.sign-in');
  await until(async () => (await drafts()).length === 0, 'no draft is stored');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('emoji are inserted by the bar, the panel and shortcodes', async () => {
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
  await until(async () => li.locator('.picker').isHidden(), 'the panel is closed');
  await li.fill('.entry textarea', '');
  const count = (await texts(li)).length;
  await send(li, '🥟');
  await until(async () => (await texts(li)).length === count + 1, 'sent');
  assert.equal(await li.locator('.message.large').count(), 1, 'an emoji alone is large');
});

test('a message that is too long is not sent, and a warning names the limit', async () => {
  await li.fill('.entry textarea', '长'.repeat(6000));
  await li.press('.entry textarea', 'Enter');
  await li.waitForSelector('.composer .error:not([hidden])');
  assert.match(await li.textContent('.composer .error'), /16384/);
  assert.equal((await value(li)).length, 6000);
  await li.fill('.entry textarea', '');
});

test('links end before Chinese punctuation', async () => {
  await send(li, '看这里：https://example.org/a_(b)。还有（http://example.org/c），好吗');
  await until(async () => (await li.locator('.bubble a').count()) === 2, 'two links');
  const found = await li.locator('.bubble a').allTextContents();
  assert.deepEqual(found, ['https://example.org/a_(b)', 'http://example.org/c']);
});

test('no error, dialog or policy violation during the tests above', () => {
  assert.deepEqual(li.faults, []);
});

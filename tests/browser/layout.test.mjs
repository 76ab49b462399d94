// Every view fits into a phone, a small phone, and with text of twice the size; languages; themes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, newPage, phone, row, Server, signIn, until } from './harness.mjs';

const small = { width: 320, height: 568 };
const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

let server;
let browser;

before(async () => {
  server = await Server.start([['li', '李雷'], ['han', long], ['jim', 'Jim']], {
    groups: [{ group: long.slice(0, 60), owner: 'li', members: ['li', 'han'], brief: long }],
  });
  browser = await launchBrowser();
  const han = (await server.session('han')).id;
  for (const msg of [long.repeat(4), 'https://example.org/' + 'a'.repeat(300), '长'.repeat(400), '👋']) {
    await server.request('li', 'POST', '/api/messages', { type: 'single', to: han, msg });
    await server.request('han', 'POST', '/api/messages', {
      type: 'single', to: (await server.session('li')).id, msg,
    });
  }
});
after(async () => {
  await browser.close();
  await server.stop();
});

// The elements that reach beyond the width, except in the emoji bar, which scrolls sideways.
const overflowing = (page, width) =>
  page.evaluate((limit) => {
    const found = [];
    if (document.documentElement.scrollWidth > limit) {
      found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    }
    for (const e of document.body.querySelectorAll('*')) {
      if (e.closest('.emoji-bar, .sr-only')) continue;
      const box = e.getBoundingClientRect();
      if (box.width && (box.right > limit + 1 || box.left < -1)) {
        found.push(`${e.tagName}.${e.className} ${Math.round(box.left)}…${Math.round(box.right)}`);
      }
    }
    return found;
  }, width);

const doubleText = (page) =>
  page.evaluate(() => {
    const sizes = Array.from(document.body.querySelectorAll('*'), (e) => [
      e, parseFloat(getComputedStyle(e).fontSize),
    ]);
    for (const [e, size] of sizes) e.style.fontSize = size * 2 + 'px';
  });

for (const locale of ['zh-CN', 'en-GB']) {
  for (const viewport of [phone, small]) {
    test(`every view fits ${viewport.width}×${viewport.height} in ${locale}`, async () => {
      const page = await newPage(browser, { viewport, locale, hasTouch: true, isMobile: true });
      const fits = async (view) =>
        assert.deepEqual(await overflowing(page, viewport.width), [], view);
      await page.goto(server.url + '/');
      await page.waitForSelector('.sign-in');
      await fits('sign-in');
      await signIn(page, server, 'li');
      await until(async () => (await row(page, long).count()) === 1, 'the list');
      await fits('list');
      await page.fill('.search input', long);
      await fits('search');
      await page.fill('.search input', '');
      await page.click('[data-name=account]');
      await fits('menu');
      await page.click('[data-name=account]');
      await page.click('#tab-group');
      await fits('groups');
      await page.locator('#panel-group .row').first().click();
      await page.click('.head .icon:last-child');
      await fits('group');
      await page.click('.head .back');
      await page.click('#tab-single');
      await row(page, long).click();
      await page.waitForSelector('.log .message');
      await fits('chat');
      await page.click('.emoji-bar button:last-child');
      await fits('emoji');
      await page.keyboard.press('Escape');
      await page.click('.head .icon:last-child');
      await fits('about');
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
}

test('text of twice the size fits', async () => {
  const page = await newPage(browser, { viewport: phone, hasTouch: true, isMobile: true });
  await page.goto(server.url + '/');
  await page.waitForSelector('.sign-in');
  await doubleText(page);
  assert.deepEqual(await overflowing(page, phone.width), [], 'sign-in');
  await signIn(page, server, 'li');
  await until(async () => (await row(page, long).count()) === 1, 'the list');
  await doubleText(page);
  assert.deepEqual(await overflowing(page, phone.width), [], 'list');
  await row(page, long).click();
  await page.waitForSelector('.log .message');
  await doubleText(page);
  assert.deepEqual(await overflowing(page, phone.width), [], 'chat');
  await page.context().close();
});

test('the language is switched at once, and both languages have every text', async () => {
  const page = await newPage(browser);
  await signIn(page, server, 'li');
  assert.match(await page.textContent('#tab-single'), /好友列表/);
  await page.click('.nav .icon');
  assert.match(await page.textContent('#tab-single'), /Friends/);
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.reload();
  await page.waitForSelector('.tabs');
  assert.match(await page.textContent('#tab-single'), /Friends/);
  const shown = await page.evaluate(() => {
    const input = document.querySelector('.search input');
    return document.querySelector('.tabs').innerText + input.placeholder + document.title;
  });
  assert.doesNotMatch(shown, /[\u4e00-\u9fff]/, 'no Chinese text remains');
  const folder = /assets\/[0-9a-f]+/.exec(await (await page.request.get(server.url + '/')).text())[0];
  const found = await page.evaluate(async (path) => {
    const { strings } = await import('/' + path + '/strings.js');
    const shape = (texts) =>
      Object.keys(texts).sort().map((key) => {
        const text = texts[key];
        return `${key}: ${typeof text === 'function' ? `function of ${text.length}` : typeof text}`;
      });
    const all = Object.values(strings.en).concat(Object.values(strings.zh));
    return { zh: shape(strings.zh), en: shape(strings.en), empty: all.filter((text) => !text) };
  }, folder);
  assert.deepEqual(found.zh, found.en);
  assert.deepEqual(found.empty, []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('the theme is chosen and stays after a reload', async () => {
  const page = await newPage(browser);
  await signIn(page, server, 'li');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.click('[data-name=account]');
  await page.click('[data-name=dark]');
  const dark = await background();
  assert.notEqual(dark, light);
  await page.reload();
  await page.waitForSelector('.tabs');
  assert.equal(await background(), dark);
  await page.click('[data-name=account]');
  await page.click('[data-name=sign-out]');
  await page.waitForSelector('.sign-in');
  await page.reload();
  await page.waitForSelector('.sign-in');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

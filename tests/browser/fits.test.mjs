// Every page fits: a phone, a small phone, twice the text; and every word is there twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browse, newPage, phone, row, Server, signIn, until } from './harness.mjs';

const small = { width: 320, height: 568 };
const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

let server;
let browser;

before(async () => {
  server = await Server.start([['li', '李雷'], ['han', long], ['jim', 'Jim']], {
    groups: [{ group: long.slice(0, 60), owner: 'li', members: ['li', 'han'], brief: long }],
  });
  browser = await browse();
  const han = (await server.session('han')).id;
  for (const msg of [long.repeat(4), 'https://example.org/' + 'a'.repeat(300), '长'.repeat(400), '👋']) {
    await server.ask('li', 'POST', '/api/messages', { type: 'single', to: han, msg });
    await server.ask('han', 'POST', '/api/messages', {
      type: 'single', to: (await server.session('li')).id, msg,
    });
  }
});
after(async () => {
  await browser.close();
  await server.stop();
});

// What reaches beyond the width; what scrolls sideways by itself may.
const beyond = (page, width) =>
  page.evaluate((most) => {
    const found = [];
    if (document.documentElement.scrollWidth > most) {
      found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    }
    for (const e of document.body.querySelectorAll('*')) {
      if (e.closest('.emoji-bar, .sr-only')) continue;
      const box = e.getBoundingClientRect();
      if (box.width && (box.right > most + 1 || box.left < -1)) {
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
    test(`every page fits ${viewport.width}×${viewport.height} in ${locale}`, async () => {
      const page = await newPage(browser, { viewport, locale, hasTouch: true, isMobile: true });
      const fits = async (where) => assert.deepEqual(await beyond(page, viewport.width), [], where);
      await page.goto(server.url + '/');
      await page.waitForSelector('.sign-in');
      await fits('door');
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
      assert.deepEqual(page.wrong, []);
      await page.context().close();
    });
  }
}

test('twice the text still fits', async () => {
  const page = await newPage(browser, { viewport: phone, hasTouch: true, isMobile: true });
  await page.goto(server.url + '/');
  await page.waitForSelector('.sign-in');
  await doubleText(page);
  assert.deepEqual(await beyond(page, phone.width), [], 'door');
  await signIn(page, server, 'li');
  await until(async () => (await row(page, long).count()) === 1, 'the list');
  await doubleText(page);
  assert.deepEqual(await beyond(page, phone.width), [], 'list');
  await row(page, long).click();
  await page.waitForSelector('.log .message');
  await doubleText(page);
  assert.deepEqual(await beyond(page, phone.width), [], 'chat');
  await page.context().close();
});

test('the language is switched at once, and every word is there twice', async () => {
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
  assert.doesNotMatch(shown, /[\u4e00-\u9fff]/, 'no Chinese left over');
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
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test('light and dark are chosen, kept, and set before anything is drawn', async () => {
  const page = await newPage(browser);
  await signIn(page, server, 'li');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click('[data-name=account]');
  await page.click('[data-name=dark]');
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  await page.waitForSelector('.tabs');
  assert.equal(await ground(), dark);
  await page.click('[data-name=account]');
  await page.click('[data-name=sign-out]');
  await page.waitForSelector('.sign-in');
  await page.reload();
  await page.waitForSelector('.sign-in');
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

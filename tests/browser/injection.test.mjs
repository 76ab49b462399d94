// Markup and scripts in names, messages, searches and drafts are shown as text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, newPage, row, Server, signIn, texts, until } from './harness.mjs';

const payloads = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</textarea><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  'javascript:alert(1)',
  'https://x.example/"onmouseover="alert(1)',
  "https://x.example/'onclick='alert(1)",
  '<a href="javascript:alert(1)">x</a>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<body onload=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '<math><mtext></mtext><script>alert(1)</script></math>',
  '<style>*{display:none}</style>',
  '<base href="https://x.example/">',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '{{constructor.constructor("alert(1)")()}}',
  '\u202e<script>alert(1)</script>\u202c',
];

// Names with bidirectional controls are refused; messages keep them.
const names = payloads.filter((p) => !/[\u202a-\u202e]/.test(p));

let server;
let browser;
let page;

before(async () => {
  const users = payloads.slice(0, 6).map((p, i) => [`u${i}`, p]);
  const groups = names.slice(6).map((p) => ({ group: p, owner: 'li', members: ['li'], brief: p }));
  server = await Server.start([['li', '李雷'], ...users], { groups });
  browser = await launchBrowser();
  page = await newPage(browser);
  const me = (await server.session('li')).id;
  for (const text of payloads) {
    const response = await server.request('u0', 'POST', '/api/messages', { type: 'single', to: me, msg: text });
    assert.equal(response.status, 201);
  }
  await signIn(page, server, 'li');
});
after(async () => {
  await browser.close();
  await server.stop();
});

test('messages: twenty payloads are shown as they were written', async () => {
  await row(page, payloads[0]).first().click();
  await until(async () => (await texts(page)).length === payloads.length, 'all messages');
  assert.deepEqual(await texts(page), payloads);
});

test('names of users and groups', async () => {
  const users = await page.locator('#panel-single .name').allTextContents();
  for (const name of names.slice(0, 6)) assert.ok(users.includes(name), name);
  await page.click('#tab-group');
  const groups = await page.locator('#panel-group .name').allTextContents();
  for (const name of names.slice(6)) assert.ok(groups.includes(name), name);
  for (let i = 0; i < 3; ++i) {
    await page.locator('#panel-group .row').nth(i).click();
    await page.click('.head .icon:last-child');
  }
});

test('the text area, the search field and drafts', async () => {
  await page.click('#tab-single');
  await row(page, payloads[1]).first().click();
  for (const text of payloads) {
    await page.fill('.search input', text);
    await page.fill('.entry textarea', text);
  }
  await page.press('.entry textarea', 'Enter');
  await until(async () => (await texts(page)).includes(payloads[19]), 'the message');
  await page.reload();
  await page.waitForSelector('.head h2');
});

test('links lead to http and https addresses only, without an opener', async () => {
  await row(page, payloads[0]).first().click();
  await page.waitForSelector('.bubble a');
  const links = await page.locator('.bubble a').evaluateAll((all) => all.map((a) => [a.href, a.rel, a.target]));
  for (const [href, rel, target] of links) {
    assert.match(href, /^https?:\/\//);
    assert.match(rel, /noopener/);
    assert.equal(target, '_blank');
  }
});

test('no dialog, no error, no violation of the content security policy', async () => {
  assert.deepEqual(page.faults, []);
  const response = await page.request.get(server.url + '/');
  assert.match(response.headers()['content-security-policy'], /require-trusted-types-for 'script'/);
});

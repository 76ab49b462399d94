// Reading older messages: what is in sight does not move, and the DOM stays small.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, newPage, openChat, Server, signIn, texts, until } from './harness.mjs';

const message_count = 460; // more than the page keeps in the DOM
const rows_max = 400;

let server;
let browser;
let li;

before(async () => {
  server = await Server.start([['li', '李雷'], ['jim', 'Jim']]);
  browser = await launchBrowser();
  const jim = (await server.session('jim')).id;
  for (let i = 0; i < message_count; ++i) {
    const body = { type: 'single', to: jim, msg: `第 ${i} 条` };
    const response = await server.request('li', 'POST', '/api/messages', body);
    assert.equal(response.status, 201);
  }
  li = await newPage(browser);
  await signIn(li, server, 'li');
  await openChat(li, 'Jim');
  await until(async () => (await texts(li)).includes(`第 ${message_count - 1} 条`), 'the newest');
});
after(async () => {
  await browser.close();
  await server.stop();
});

// Pixels between the end of the log and what is in sight.
const gap = () =>
  li.evaluate(() => {
    const log = document.querySelector('.log');
    return log.scrollHeight - log.scrollTop - log.clientHeight;
  });

// Scrolls up by 500 pixels; by how many the first row in sight moved while rows came in above it.
const scrollUp = () =>
  li.evaluate(async () => {
    const log = document.querySelector('.log');
    log.scrollTop = Math.max(40, log.scrollTop - 500);
    const edge = log.getBoundingClientRect().top;
    const first = Array.from(document.querySelectorAll('.message')).find(
      (row) => row.getBoundingClientRect().bottom > edge,
    );
    const { top } = first.getBoundingClientRect();
    await new Promise((resolve) => setTimeout(resolve, 60));
    return first.isConnected ? Math.abs(first.getBoundingClientRect().top - top) : 0;
  });

test('older messages are inserted above without moving the rows in sight', async () => {
  assert.ok((await gap()) < 4, 'reading begins at the newest message');
  let worst = 0;
  let most = 0;
  for (let i = 0; i < 100; ++i) {
    worst = Math.max(worst, await scrollUp());
    const shown = await texts(li);
    most = Math.max(most, shown.length);
    if (shown.includes('第 0 条')) break;
  }
  assert.ok((await texts(li)).includes('第 0 条'), 'the first message was reached');
  assert.ok(worst < 2, `moved by ${worst} px`);
  assert.ok(most > 300 && most <= rows_max, `${most} rows`);
});

test('a new message is counted, and the button leads to it', async () => {
  const me = (await server.session('li')).id;
  const body = { type: 'single', to: me, msg: '新的' };
  await server.request('jim', 'POST', '/api/messages', body);
  await until(async () => (await li.textContent('.jump')).includes('1 条新消息'), 'counted');
  assert.ok((await gap()) > 300);
  assert.equal((await texts(li)).includes('新的'), false, 'not among the rows shown');
  await li.click('.jump');
  await until(async () => (await gap()) < 4, 'at the newest');
  assert.equal((await texts(li)).pop(), '新的');
  assert.equal(await li.locator('.jump').isHidden(), true);
});

test('no error, dialog or policy violation during the tests above', () => {
  assert.deepEqual(li.faults, []);
});

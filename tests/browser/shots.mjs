// Takes screenshots of every view in all sizes, languages and colours: shots.mjs FOLDER
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser, desktop, newPage, openChat, phone, send, until } from './harness.mjs';

const folder = process.argv[2] || 'shots';
const small = { width: 320, height: 568 };
await mkdir(folder, { recursive: true });

const demo = spawn(process.env.LINGER_BIN || 'build/release/linger', ['demo', '--listen', '127.0.0.1:0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
demo.stdout.on('data', (d) => (output += d));
const url = await until(() => (/listening on (\S+)/.exec(output) || [])[1], 'the demo');
const browser = await launchBrowser();

async function enter(page, name) {
  await page.goto(url + '/');
  await page.fill('input[name=username]', name);
  await page.fill('input[name=password]', 'linger-demo');
  await page.click('.sign-in .primary');
  await page.waitForSelector('.row');
}

// A second user, who is online.
const han = await newPage(browser);
await enter(han, 'han');
await openChat(han, '李雷');

for (const [size, viewport] of Object.entries({ desktop, phone, small })) {
  for (const [locale, name] of [['zh-CN', '韩梅梅'], ['en-GB', '韩梅梅']]) {
    for (const colorScheme of ['light', 'dark']) {
      const touch = size !== 'desktop';
      const options = { viewport, locale, colorScheme, hasTouch: touch, isMobile: touch };
      const page = await newPage(browser, options);
      const shot = async (view) => {
        await page.waitForTimeout(250);
        const file = `${view}-${size}-${locale.slice(0, 2)}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, file) });
      };
      await page.goto(url + '/');
      await page.waitForSelector('.sign-in');
      await page.fill('input[name=username]', 'li');
      await page.fill('input[name=password]', 'wrong-password');
      await page.click('.sign-in .primary');
      await page.waitForSelector('.error:not([hidden])');
      await shot('sign-in');
      await enter(page, 'li');
      await until(async () => (await page.locator('.row .online').count()) > 0, 'a friend is online');
      await shot('list');
      await page.click('[data-name=account]');
      await shot('menu');
      await page.keyboard.press('Escape');
      await page.click('#tab-group');
      await shot('groups');
      await page.locator('#panel-group .row').first().click();
      await page.click('.head .icon:last-child');
      await shot('group');
      if (touch) await page.click('.head .back');
      await page.click('#tab-single');
      await openChat(page, name);
      await page.click('.entry textarea');
      await shot('chat');
      await page.click('.emoji-bar button:last-child');
      await shot('emoji');
      await page.keyboard.press('Escape');
      await page.context().setOffline(true);
      await page.fill('.entry textarea', locale === 'zh-CN' ? '我先去吃饭' : 'Back in a minute');
      await page.click('.entry .primary');
      await page.waitForSelector('.banner:not([hidden])');
      await shot('offline');
      await page.context().setOffline(false);
      await until(async () => (await page.locator('.message.sending').count()) === 0, 'sent', 40);
      await page.context().close();
    }
  }
}
await send(han, '好的，晚上见 👌');
await browser.close();
demo.kill('SIGTERM');

// Helpers for the browser tests: a server with its own data, Chromium, signed-in users.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const program = process.env.LINGER_BIN || 'build/release/linger';

/** Runs `linger ARGS` and returns its output; throws where the exit status is not 0. */
export async function command(args, input = '') {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (d) => (output += d));
  child.stderr.on('data', (d) => (output += d));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`linger ${args.join(' ')}: exit ${code}\n${output}`);
  return output;
}

/** A server on a free port, with a data folder of its own. */
export class Server {
  constructor(folder) {
    this.folder = folder;
    this.port = 0;
    this.log = '';
  }

  /** @param users [[name, display]…], all friends of each other, with the password "secret-NAME" */
  static async start(users, { groups = [], flags = [] } = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'linger-browser-'));
    const server = new Server(folder);
    server.flags = flags;
    server.data = join(folder, 'data');
    const lines = users.map(([user, display]) => ({ user, display, password: `secret-${user}` }));
    for (let i = 0; i < users.length; ++i) {
      for (let j = 0; j < i; ++j) lines.push({ friends: [users[j][0], users[i][0]] });
    }
    for (const group of groups) lines.push(group);
    const file = join(folder, 'users.jsonl');
    await writeFile(file, lines.map((l) => JSON.stringify(l)).join('\n') + '\n');
    server.tokens = join(folder, 'tokens');
    await command(['import', file, '--data', server.data, '--tokens', server.tokens]);
    await server.serve();
    return server;
  }

  async serve() {
    const listen = `127.0.0.1:${this.port}`;
    const args = ['serve', '--data', this.data, '--listen', listen, ...this.flags];
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stderr.on('data', (d) => (this.log += d));
    this.closed = once(this.child, 'close');
    let output = '';
    this.port = await new Promise((resolve, reject) => {
      this.child.stdout.on('data', (d) => {
        output += d;
        const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output);
        if (found) resolve(Number(found[1]));
      });
      this.child.on('exit', (code) => reject(new Error(`serve: exit ${code}\n${this.log}`)));
    });
    this.url = `http://127.0.0.1:${this.port}`;
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.closed;
  }

  /** Stops the server with SIGTERM; throws where it exits with an error (a sanitizer's report). */
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      const [code] = await this.closed;
      if (code !== 0) throw new Error(`serve ended with ${code}\n${this.log}`);
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A session of the user `name` for requests outside the page: {id, token}. */
  async session(name) {
    for (const line of (await readFile(this.tokens, 'utf8')).split('\n')) {
      const [user, id, token] = line.split('\t');
      if (user === name) return { id: Number(id), token };
    }
    throw new Error(`no token for ${name}`);
  }

  /** A request of the user `name` outside the page: {status, data}. */
  async request(name, method, path, body) {
    const { token } = await this.session(name);
    const headers = { Authorization: `Bearer ${token}` };
    if (body) headers['Content-Type'] = 'application/json';
    const init = { method, headers, body: body && JSON.stringify(body) };
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    return { status: response.status, data: text ? JSON.parse(text) : null };
  }
}

export async function launchBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };

/**
 * A page with its own cookies and storage. `page.faults` lists what must not happen: errors,
 * dialogs, violations of the content security policy.
 */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: desktop, locale: 'zh-CN', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.faults = [];
  page.on('pageerror', (e) => page.faults.push(String(e)));
  page.on('dialog', (d) => {
    page.faults.push('dialog: ' + d.message());
    d.dismiss();
  });
  await page.exposeFunction('lingerViolation', (text) => page.faults.push('policy: ' + text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => {
      window.lingerViolation(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`);
    });
  });
  return page;
}

export async function signIn(page, server, name, password = `secret-${name}`) {
  await page.goto(server.url + '/');
  await page.fill('input[name=username]', name);
  await page.fill('input[name=password]', password);
  await page.click('.sign-in .primary');
  await page.waitForSelector('.side .tabs');
}

/** The row of the contact with this title. */
export const row = (page, title) => page.locator('.row', { has: page.locator('.name', { hasText: title }) });

export async function openChat(page, title) {
  await row(page, title).click();
  // Not waitForFunction(): it evaluates a string, which the page's policy forbids.
  await until(async () => (await page.textContent('.head h2')).includes(title), `open: ${title}`);
}

export async function send(page, text) {
  await page.fill('.entry textarea', text);
  await page.press('.entry textarea', 'Enter');
}

/** The texts of the messages in the log, oldest first. */
export const texts = (page) => page.locator('.log .bubble').allTextContents();

/** Waits until `f` returns a true value. `subject` names it in the error, with the last value. */
export async function until(f, subject, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    last = await f();
    if (last) return last;
    if (Date.now() > end) {
      throw new Error(`not within ${seconds} s: ${subject}; last: ${JSON.stringify(last)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

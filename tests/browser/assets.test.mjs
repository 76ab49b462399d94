// The files of the page: their size, and that index.html names each of them.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const folder = new URL('../../http/page/', import.meta.url);
const size_max = 60 * 1024; // bytes of all files, gzipped

const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
const index = await readFile(new URL('index.html', folder), 'utf8');

test('all files together are at most 60 KB, gzipped', async () => {
  let size = 0;
  for (const name of names) {
    size += gzipSync(await readFile(new URL(name, folder)), { level: 9 }).length;
  }
  assert.ok(size <= size_max, `${size} bytes`);
});

test('index.html loads every script and style sheet, each once', () => {
  const expected = names.filter((name) => /\.(js|css)$/.test(name)).sort();
  const found = Array.from(index.matchAll(/\/assets\/dev\/([\w-]+\.(?:js|css))"/g), (match) => match[1]);
  assert.deepEqual(found.sort(), expected);
});

// ESLint reports nothing in the page and in these tests, and it reports each planted fault.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const root = fileURLToPath(new URL('../..', import.meta.url));
const overrideConfigFile = fileURLToPath(new URL('eslint.config.mjs', import.meta.url));
const eslint = new ESLint({ cwd: root, overrideConfigFile });

const describe = ({ filePath, messages }) =>
  messages.map((m) => `${filePath}:${m.line}:${m.column} ${m.message} (${m.ruleId})`);

for (const files of ['http/page/*.js', 'tests/browser/*.mjs']) {
  test(`no problem in ${files}`, async () => {
    const results = await eslint.lintFiles([files]);
    assert.ok(results.length > 5, 'files were found');
    assert.deepEqual(results.flatMap(describe), []);
  });
}

// [code in http/page/fault.js, the rule that reports it; null: it does not parse]
const faults = [
  ["document.body.innerHTML = 'a';", 'no-restricted-properties'],
  ["document.body['outerHTML'] = 'a';", 'no-restricted-properties'],
  ["document.body.insertAdjacentHTML('beforeend', 'a');", 'no-restricted-properties'],
  ["document.write('a');", 'no-restricted-properties'],
  ['document.title = missing;', 'no-undef'],
  ['const unused = 1;', 'no-unused-vars'],
  ['let constant = 1;\ndocument.title = constant;', 'prefer-const'],
  ["document.title = document.title == '' ? 'a' : 'b';", 'eqeqeq'],
  ['const who = 1;\ndocument.title = who;', 'no-restricted-syntax'],
  ['window.name = ((at) => at)(1);', 'no-restricted-syntax'],
  ['const { why } = window;\ndocument.title = why;', 'no-restricted-syntax'],
  ['document.title = window?.name;', null],
  ["document.title = window.name ?? '';", null],
];

test('each planted fault is reported', async () => {
  for (const [code, rule] of faults) {
    const [result] = await eslint.lintText(code, { filePath: `${root}/http/page/fault.js` });
    assert.deepEqual(result.messages.map((m) => m.ruleId), [rule], code);
  }
});

// ESLint for the page (http/page) and for these tests; eslint.test.mjs runs it.

// The globals of the browser that the page uses.
const browser_globals = [
  'AbortController', 'Intl', 'Node', 'ResizeObserver', 'TextEncoder', 'clearTimeout', 'crypto',
  'document', 'fetch', 'history', 'localStorage', 'location', 'navigator', 'setInterval',
  'setTimeout', 'window',
];
const node_globals = ['URL', 'clearTimeout', 'fetch', 'process', 'setTimeout'];

// Prepositions, pronouns and participles say nothing about what they name. Checked where a name is
// declared: the properties of JSON and of the browser have the names that they have.
const unclear_names = [
  'after', 'again', 'asked', 'at', 'before', 'by', 'from', 'given', 'gone', 'he', 'him', 'his',
  'in_', 'into', 'it', 'its', 'kept', 'of', 'on', 'one', 'ones', 'others', 'ours', 'out', 'said',
  'sent', 'that', 'them', 'there', 'they', 'those', 'to', 'told', 'took', 'was', 'we', 'what',
  'where', 'which', 'who', 'whose', 'why', 'with',
];
const named = `[name=/^(${unclear_names.join('|')})$/]`;
const declarations = [
  'VariableDeclarator > Identifier.id', ':function > Identifier.params', ':function > Identifier.id',
  'ClassDeclaration > Identifier.id', 'MethodDefinition > Identifier.key',
  'ObjectPattern > Property > Identifier.value', 'ArrayPattern > Identifier.elements',
  'RestElement > Identifier', 'AssignmentPattern > Identifier.left', 'CatchClause > Identifier.param',
  'AssignmentExpression > MemberExpression[object.type=ThisExpression] > Identifier.property',
];
const clear_names = declarations.map((declaration) => ({
  selector: declaration + named, message: 'Use a noun for a thing and a verb for a command.',
}));

// Text becomes text nodes: these parse a string as markup, or as code.
const markup_properties = [
  { property: 'innerHTML' },
  { property: 'outerHTML' },
  { property: 'insertAdjacentHTML' },
  { property: 'srcdoc' },
  { property: 'createContextualFragment' },
  { object: 'document', property: 'write' },
  { object: 'document', property: 'writeln' },
].map((item) => ({ ...item, message: 'It parses a string as markup. Use el() and text nodes.' }));

const readonly = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

const rules = {
  'constructor-super': 'error',
  'no-const-assign': 'error',
  'no-dupe-args': 'error',
  'no-dupe-class-members': 'error',
  'no-dupe-keys': 'error',
  'no-duplicate-imports': 'error',
  'no-fallthrough': 'error',
  'no-import-assign': 'error',
  'no-redeclare': 'error',
  'no-self-assign': 'error',
  'no-this-before-super': 'error',
  'no-undef': 'error',
  'no-unreachable': 'error',
  'no-unused-expressions': 'error',
  'no-unused-vars': ['error', { caughtErrors: 'none' }],
  'no-var': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-alert': 'error',
  'no-debugger': 'error',
  'no-loss-of-precision': 'error',
  'no-shadow': 'error',
  'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'object-shorthand': 'error',
  'prefer-const': ['error', { destructuring: 'all' }],
  eqeqeq: 'error',
  'max-len': ['error', { code: 100, ignoreRegExpLiterals: true, ignoreStrings: true }],
  complexity: ['error', 15],
  'no-restricted-syntax': ['error', ...clear_names],
};

export default [
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    // Modules for browsers back to ES2018: neither `?.` nor `??` parses.
    files: ['http/page/*.js'],
    languageOptions: {
      ecmaVersion: 2018, sourceType: 'module', globals: readonly(browser_globals),
    },
    rules: { ...rules, 'no-restricted-properties': ['error', ...markup_properties] },
  },
  {
    // A classic script that runs before the first paint, in the oldest browsers, too.
    files: ['http/page/boot.js'],
    languageOptions: { ecmaVersion: 5, sourceType: 'script' },
    rules: { 'no-var': 'off', 'prefer-const': 'off', 'object-shorthand': 'off' },
  },
  {
    // The functions given to page.evaluate() run in the browser.
    files: ['tests/browser/*.mjs'],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: 'module',
      globals: readonly([
        ...node_globals, ...browser_globals, 'Event', 'KeyboardEvent', 'getComputedStyle',
      ]),
    },
    rules,
  },
];

#!/bin/sh
# browser_test.sh FILE: runs one file of browser tests with Node.js.
# Exits with 77, "skipped" to CTest, where Node.js, the npm modules or Chromium are missing.
skip() {
  echo "SKIPPED: $1 (tools/setup browser)"
  exit 77
}
command -v node >/dev/null || skip "node is not installed"
[ -d "$(dirname "$1")/node_modules" ] || skip "tests/browser/node_modules is missing"
# Only the tests with the harness drive a browser.
if grep -q harness.mjs "$1"; then
  command -v chromium >/dev/null || skip "chromium is not installed"
fi
exec node --test "$1"

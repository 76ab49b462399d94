#!/bin/sh
# browser_test.sh FILE: runs one file of browser tests. 77, "skipped" to CTest, without a browser.
for command in node chromium; do
  command -v "$command" >/dev/null || {
    echo "SKIPPED: $command is not installed (tools/setup browser)"
    exit 77
  }
done
[ -d "$(dirname "$1")/node_modules" ] || {
  echo "SKIPPED: tests/browser/node_modules is not there (tools/setup browser)"
  exit 77
}
exec node --test "$1"

"""The running program against the API's documents.

Every operation is called, for success and for each error that it lists; in the end nothing that is
documented may be left that was never seen. The shell examples of docs/api.md run against a demo.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

try:
    import documents
except ModuleNotFoundError as missing:
    print(f"SKIPPED: {missing}. tools/setup test installs it.", file=sys.stderr)
    sys.exit(77)

from calls import FriendsAndGroups, Messages, Session  # noqa: E402
from client import Server  # noqa: E402
from live import recorder  # noqa: E402
from refusals import EveryOperation  # noqa: E402
from streams import EndOfTheServer, Streams  # noqa: E402

# What is documented and takes a broken disk, a flood or an administrator to see.
UNSEEN_CODES = {"storage_full", "overloaded", "name_taken"}
# `clock` comes where the kernel does not trust its clock.
UNSEEN_PROPERTIES = {("MessageEvent", "clock"), ("TutorialMessage", "clock")}

# The components that the server sends.
ANSWERS = (
    "Start EventsAnswer Event SocketFrame TutorialMessage History Sent SignedIn Sessions "
    "Friendship Group Me Presence Error"
).split()


class Examples(unittest.TestCase):
    """The ```sh blocks of docs/api.md, in one shell. A line "# 201" says what curl is answered."""

    def test_the_pages_examples_work_against_a_demo(self):
        if not shutil.which("curl"):
            self.skipTest("there is no curl")
        server = Server(command="demo")
        self.addCleanup(server.stop)
        script = ['curl() { command curl -w "%{stderr}status %{http_code}\\n" "$@"; }']
        wanted = []
        for number, block in enumerate(documents.ApiPage().shell_examples()):
            script += [f"echo block {number} >&2", block]
            wanted.append(re.findall(r"^# (\d{3})\b", block, re.MULTILINE))
            calls = len(re.findall(r"\bcurl\b", block))
            self.assertEqual(calls, len(wanted[-1]), f"a status for each curl in\n{block}")
        with tempfile.TemporaryDirectory() as folder:
            ended = subprocess.run(
                ["bash", "-u", "-c", "\n".join(script)], cwd=folder, capture_output=True, text=True,
                timeout=60, env={**os.environ, "LINGER": f"http://127.0.0.1:{server.port}"})
        parts = re.split(r"^block \d+\n", ended.stderr, flags=re.MULTILINE)[1:]
        for block, expected, part in zip(documents.ApiPage().shell_examples(), wanted, parts):
            answered = re.findall(r"^status (\d{3})$", part, re.MULTILINE)
            self.assertEqual(expected, answered, block + part)
        self.assertEqual(len(wanted), len(parts), ended.stderr)
        self.assertGreater(sum(len(w) for w in wanted), 25)
        self.assertNotIn("error", ended.stdout)


class NothingIsLeft(unittest.TestCase):
    """Runs last: what is documented and was never seen may not be so."""

    def test_every_answer_was_seen(self):
        for route, operation in recorder.operations.items():
            with self.subTest(route=route):
                statuses = {int(s) for s in operation["responses"] if s[0] in "123"}
                self.assertEqual(set(), {s for s in statuses if (route, s) not in recorder.seen})
                codes = set(operation["x-error-codes"]) - UNSEEN_CODES
                self.assertEqual(set(), {c for c in codes if (route, c) not in recorder.seen})

    def test_every_property_was_seen(self):
        for name in ANSWERS:
            with self.subTest(name=name):
                missing = recorder.schemas.properties_of(name) - recorder.schemas.seen
                self.assertEqual(set(), missing - UNSEEN_PROPERTIES)


def load_tests(loader, tests, pattern):
    calls = (Session, Messages, FriendsAndGroups, Streams, EndOfTheServer, EveryOperation)
    order = (*calls, Examples, NothingIsLeft)
    return unittest.TestSuite(loader.loadTestsFromTestCase(c) for c in order)


if __name__ == "__main__":
    unittest.main()

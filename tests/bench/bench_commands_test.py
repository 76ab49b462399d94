"""The commands of bench/ and their package: every command starts, every module can be imported."""

import importlib.util
import pkgutil
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True

import lib  # noqa: E402

COMMANDS = ("side-by-side", "growth", "soak", "idle")


def run(command, *arguments):
    return subprocess.run([str(BENCH / command), *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)


class Commands(unittest.TestCase):
    def test_help_names_the_command_and_its_options(self):
        for command in COMMANDS:
            with self.subTest(command):
                result = run(command, "--help")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn(f"usage: bench/{command} ", result.stdout)
                for option in ("--build", "--json", "--quick"):
                    self.assertIn(option, result.stdout)

    def test_an_unknown_option_is_refused(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.assertEqual(run(command, "--unknown").returncode, 2)

    def test_a_build_folder_without_programs_is_refused(self):
        for command in COMMANDS:
            with self.subTest(command):
                result = run(command, "--build", "/nonexistent")
                self.assertEqual(result.returncode, 2)
                self.assertIn("cmake --build", result.stderr)

    def test_unknown_names_are_refused(self):
        for option in ("--only", "--servers"):
            with self.subTest(option):
                result = run("side-by-side", option, "nchan,deliver,nothing")
                self.assertEqual(result.returncode, 2)
                self.assertIn("nothing", result.stderr)


class Package(unittest.TestCase):
    def modules(self):
        return [module.name for module in pkgutil.walk_packages(lib.__path__, "lib.")]

    def test_every_module_can_be_imported_and_says_what_it_holds(self):
        names = self.modules()
        self.assertGreater(len(names), 40)
        for name in names:
            with self.subTest(name):
                self.assertTrue((importlib.import_module(name).__doc__ or "").strip())

    def test_every_python_file_belongs_to_the_package(self):
        files = {file for file in (BENCH / "lib").rglob("*.py") if file.name != "__init__.py"}
        found = {Path(importlib.util.find_spec(name).origin) for name in self.modules()}
        self.assertEqual(files - found, set())


if __name__ == "__main__":
    unittest.main()

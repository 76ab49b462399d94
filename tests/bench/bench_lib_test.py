"""bench/lib: the kernel's counters, drift, population, reports, and differences between systems."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

from lib import report, sources  # noqa: E402
from lib.measure import folders, process_stats, processes  # noqa: E402
from lib.measure.cores import LOAD_CPU  # noqa: E402
from lib.measure.failure import Failure  # noqa: E402
from lib.side_by_side.candidates import CANDIDATES, django_chat, nchan  # noqa: E402
from lib.side_by_side.chart.chart import draw_chart  # noqa: E402
from lib.side_by_side.population import Population, circles  # noqa: E402
from lib.side_by_side.results.core_time import PARTS, part_figure  # noqa: E402
from lib.side_by_side.results.figures import Measurements  # noqa: E402
from lib.side_by_side.results.json_report import json_report  # noqa: E402
from lib.soak.drift import drift  # noqa: E402


def write_program(folder, name, script):
    file = Path(folder) / name
    file.write_text(script)
    file.chmod(0o755)
    return str(file)


class ProcessStats(unittest.TestCase):
    def test_children_are_found_with_and_without_the_kernels_list(self):
        child = subprocess.Popen(["sleep", "30"])
        try:
            self.assertIn(child.pid, process_stats.children(os.getpid()))
            missing = mock.patch.object(
                process_stats, "_listed_children", side_effect=FileNotFoundError)
            with missing:
                self.assertIn(child.pid, process_stats.children(os.getpid()))
        finally:
            child.kill()
            child.wait()


class Processes(unittest.TestCase):
    def test_a_program_that_fails_is_quoted(self):
        with tempfile.TemporaryDirectory() as folder:
            argv = ["sh", "-c", "echo first >&2; echo reason >&2; exit 3"]
            process = processes.Process(argv, LOAD_CPU, Path(folder) / "errors")
            with self.assertRaisesRegex(Failure, "sh failed: reason"):
                process.wait(10)

    def test_a_failure_is_exit_code_1(self):
        def command():
            raise Failure("nothing works")

        with mock.patch("sys.stderr"):
            self.assertEqual(processes.run(command), 1)


class Folders(unittest.TestCase):
    def test_a_tmpfs_that_is_too_small_is_not_used(self):
        self.assertIsNone(folders.usable_tmpfs(1 << 40))


class Drift(unittest.TestCase):
    SECONDS = [float(s) for s in range(16)]

    def test_a_constant_series_is_flat(self):
        self.assertTrue(drift(self.SECONDS, [9000.0] * 16).is_flat)

    def test_a_rising_series_is_not_flat(self):
        found = drift(self.SECONDS, [9000.0 + 100 * s for s in self.SECONDS])
        self.assertFalse(found.is_flat)
        self.assertAlmostEqual(found.slope_per_minute, 6000)


class Populations(unittest.TestCase):
    def test_each_of_few_publishers_is_a_friend_of_all_subscribers(self):
        lines = list(Population(10, 2).import_lines())
        self.assertEqual(sum("user" in line for line in lines), 12)
        self.assertEqual(sum("friends" in line for line in lines), 20)
        self.assertEqual(lines[-1]["max_members"], 11)

    def test_many_publishers_write_to_a_circle_each(self):
        self.assertEqual((circles(16), circles(17)), (1, 32))
        lines = Population(64, 50).import_lines()
        friends = [line["friends"] for line in lines if "friends" in line]
        self.assertEqual([s for p, s in friends if p == "p40"], ["s8", "s40"])


class Report(unittest.TestCase):
    def test_numbers_have_three_significant_digits(self):
        numbers = [1234, 1234.5, 12.34, 0.12345, "word"]
        self.assertEqual(report.table_row(numbers), "| 1,234 | 1,234 | 12.3 | 0.123 | word |")


class KeptFigures(unittest.TestCase):
    FIGURES = ROOT / "bench" / "figures"
    CANDIDATES = [candidate(None) for candidate in CANDIDATES]

    def read(self, name):
        """The values of a kept run; of the core times only the medians are kept."""
        kept = json.loads((self.FIGURES / name).read_text())
        found = Measurements()
        for figure in kept["figures"]:
            for round_, value in figure["rounds"].items():
                found.add(figure["figure"], figure["server"], int(round_), value)
        for time in kept["where_time_goes"]:
            for part in set(PARTS) & time.keys():
                found.add(part_figure(time["figure"], part), time["server"], 1, time[part])
        return kept, found

    def test_the_same_values_give_the_same_report(self):
        for name in ("side-by-side.json", "side-by-side-quick-host.json"):
            with self.subTest(name):
                kept, found = self.read(name)
                report_again = json_report(found, self.CANDIDATES, {}, [])
                self.assertEqual(report_again["figures"], kept["figures"])
                self.assertEqual(report_again["where_time_goes"], kept["where_time_goes"])
                verdicts = [[(goal["goal"], goal["bound"], goal["value"], goal["met"])
                             for goal in source["goals"]] for source in (report_again, kept)]
                self.assertEqual(*verdicts)

    def test_the_same_values_give_the_same_picture(self):
        _, found = self.read("side-by-side.json")
        picture = (self.FIGURES / "side-by-side.svg").read_text()
        self.assertEqual(draw_chart(found, self.CANDIDATES), picture)


class Systems(unittest.TestCase):
    def test_nginx_tells_where_its_modules_are(self):
        with tempfile.TemporaryDirectory() as folder:
            modules = Path(folder) / "modules"
            modules.mkdir()
            nginx = write_program(
                folder, "nginx", f"#!/bin/sh\necho configure: --modules-path={modules} --x >&2\n")
            with mock.patch.object(nchan, "MODULE_FOLDERS", []):
                self.assertIsNone(nchan._module(nginx))
                (modules / nchan.MODULE).touch()
                self.assertEqual(nchan._module(nginx), modules / nchan.MODULE)

    def test_the_python_of_gunicorn_is_in_its_first_line(self):
        with tempfile.TemporaryDirectory() as folder:
            script = write_program(folder, "gunicorn", "#!/usr/bin/env python3\n")
            with mock.patch.object(django_chat.shutil, "which", return_value=script):
                python = django_chat._interpreter_of_gunicorn()
            self.assertEqual(python, ["/usr/bin/env", "python3"])

    def test_the_root_is_that_of_the_sources(self):
        self.assertTrue((sources.ROOT / "bench" / "side-by-side").is_file())


if __name__ == "__main__":
    unittest.main()

"""bench/side-by-side: where a message's time goes, and how that explains a missed goal."""

import os
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

from lib.measure import thread_stats  # noqa: E402
from lib.measure.failure import Failure  # noqa: E402
from lib.measure.thread_stats import ThreadTime  # noqa: E402
from lib.side_by_side.results.core_time import PARTS, Source, part_figure  # noqa: E402
from lib.side_by_side.results.core_time_table import core_time_table  # noqa: E402
from lib.side_by_side.results.figures import Measurements  # noqa: E402
from lib.side_by_side.results.goals import GOALS  # noqa: E402
from lib.side_by_side.results.json_report import json_report  # noqa: E402
from lib.side_by_side.results.missed_goals import explain, explain_missed_goals  # noqa: E402
from lib.side_by_side.workloads.core_time_samples import (  # noqa: E402
    Sample, core_time_parts, samples_within,
)

TMPFS_P16 = next(g for g in GOALS if g.own_source == Source("deliver-16", "linger-tmpfs"))


def measurements(linger_per_s, nchan_per_s, linger_parts, nchan_parts):
    """One round of P=16 on tmpfs beside nchan; the parts in µs, in their order."""
    found = Measurements()
    for server, per_s, parts in (("linger-tmpfs", linger_per_s, linger_parts),
                                 ("nchan", nchan_per_s, nchan_parts)):
        found.add("deliver-16", server, 1, per_s)
        for part, value in zip(PARTS, parts):
            found.add(part_figure("deliver-16", part), server, 1, value)
    return found


MISSED = (40_000, 50_000, (5.0, 13.0, 2.0, 1.0, 3.0, 1.0, 11.0), (4.0, 14.0, 0.0, 0.0, 2.0, 0, 12))


class ThreadTimes(unittest.TestCase):
    def test_a_busy_thread_is_measured(self):
        own = os.getpid()
        before = thread_stats.thread_times(own)[own]
        while thread_stats.thread_times(own)[own].total - before.total < 0.1:
            pass
        used = thread_stats.thread_times(own)[own].since(before)
        self.assertAlmostEqual(used.user + used.system, used.total, delta=0.05)
        self.assertLessEqual(used.in_kernel, used.total)

    def test_kernel_time_is_by_the_ratio_of_the_ticks(self):
        self.assertAlmostEqual(ThreadTime("linger", 1.2, 0.75, 0.25).in_kernel, 0.3)

    def test_without_a_tick_there_is_no_kernel_time(self):
        self.assertEqual(ThreadTime("storage", 0.004, 0.0, 0.0).in_kernel, 0.0)


class CoreTimeParts(unittest.TestCase):
    FIRST = Sample(10.0, {1: ThreadTime("linger", 5.0, 3.0, 2.0),
                          2: ThreadTime("storage", 1.0, 0.5, 0.5)}, 100.0, 7.0)
    LAST = Sample(14.0, {1: ThreadTime("linger", 7.0, 3.5, 3.5),
                         2: ThreadTime("storage", 1.8, 1.1, 0.7)}, 101.0, 9.0)

    def test_the_time_per_message_is_divided_among_the_parts(self):
        parts = core_time_parts(self.FIRST, self.LAST, 1000)
        expected = {"loop-user": 125, "loop-system": 375, "storage-user": 150, "storage-system": 50,
                    "idle": 250, "others": 50, "load": 500}
        self.assertEqual(parts.keys(), expected.keys())
        for part, value in expected.items():
            self.assertAlmostEqual(parts[part], value, msg=part)

    def test_a_thread_that_began_in_the_interval_counts_completely(self):
        threads = {**self.LAST.threads, 3: ThreadTime("linger", 0.4, 0.4, 0.0)}
        parts = core_time_parts(self.FIRST, Sample(14.0, threads, 101.0, 9.0), 1000)
        self.assertAlmostEqual(parts["loop-user"], 225)

    def test_a_load_that_is_not_sampled_has_no_part(self):
        first = Sample(10.0, self.FIRST.threads, 100.0, None)
        self.assertNotIn("load", core_time_parts(first, self.LAST, 1000))

    def test_only_samples_of_the_counted_interval_are_used(self):
        samples = [Sample(time_s, {}, 0.0, 0.0) for time_s in (1.0, 2.0, 3.0, 4.0)]
        first, last = samples_within(samples, 1.5, 3.5)
        self.assertEqual((first.time_s, last.time_s), (2.0, 3.0))
        with self.assertRaises(Failure):
            samples_within(samples, 1.5, 2.5)


class MissedGoals(unittest.TestCase):
    def test_the_explanation_begins_with_what_exceeds_the_rival_most(self):
        self.assertEqual(
            explain(measurements(*MISSED), TMPFS_P16),
            "25.0 µs pass per message; the goal allows 18.2 (nchan 20.0). "
            "A message takes 21.0 µs (nchan 18.0) of the server's core: 3.0 µs in the storage "
            "thread, 1.0 of it in the kernel (nchan has no such thread); 5.0 µs (nchan 4.0) in the "
            "loop's code; 13.0 µs (nchan 14.0) in the kernel for the loop. The core is idle for "
            "3.0 µs (nchan 2.0) and runs other processes for 1.0 µs (nchan 0.0).")

    def test_a_goal_that_is_met_has_no_explanation(self):
        self.assertEqual(explain_missed_goals(measurements(60_000, *MISSED[1:])), [])

    def test_a_goal_that_was_not_measured_has_no_explanation(self):
        self.assertEqual(explain_missed_goals(Measurements()), [])

    def test_without_core_times_the_explanation_says_so(self):
        found = Measurements()
        found.add("park-long", "linger", 1, 1.5)
        explanations = explain_missed_goals(found)
        self.assertEqual(len(explanations), 1)
        self.assertIn("no core times were measured", explanations[0])

    def test_a_durable_message_is_compared_with_a_bare_commit(self):
        found = Measurements()
        found.add("over-commit", "linger", 1, 0.5)
        found.add("commit", "linger", 1, 0.156)
        for part in PARTS:
            found.add(part_figure("deliver-1", part), "linger", 1, 10.0)
        self.assertIn("one bare commit takes 0.156 ms", explain_missed_goals(found)[0])


class CoreTimeTable(unittest.TestCase):
    def test_each_measured_server_has_a_row(self):
        lines = core_time_table(measurements(*MISSED)).splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual(lines[2], "| a message, P=16, Linger on tmpfs | 25.0 | 21.0 | 5.0 | 13.0 "
                                   "| 2.0 | 1.0 | 3.0 | 1.0 | 11.0 |")

    def test_without_measurements_there_is_no_table(self):
        self.assertEqual(core_time_table(Measurements()), "")

    def test_the_json_report_has_the_same_times_and_explanations(self):
        report = json_report(measurements(*MISSED), [], {}, [])
        self.assertEqual(report["where_time_goes"][0]["server_core"], 21.0)
        explanations = {goal["goal"]: goal["in_the_way"] for goal in report["goals"]}
        self.assertIn("25.0 µs pass", explanations[TMPFS_P16.title])


if __name__ == "__main__":
    unittest.main()

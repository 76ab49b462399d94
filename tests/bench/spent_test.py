"""bench/side-by-side: where a message's time goes, and what it says of a goal that is missed."""

import os
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

from measuring import threads  # noqa: E402
from measuring.failure import Failure  # noqa: E402
from measuring.threads import Used  # noqa: E402
from side_by_side import report, spent, where  # noqa: E402
from side_by_side.figures import Measured  # noqa: E402
from side_by_side.goals import GOALS  # noqa: E402
from side_by_side.obstacles import obstacle, obstacles  # noqa: E402
from side_by_side.spent import Reading, Source  # noqa: E402

TMPFS_P16 = next(g for g in GOALS if g.mine == Source("deliver-16", "linger-tmpfs"))


def measured(linger_per_s, nchan_per_s, linger, nchan):
    """One round of P=16 on tmpfs beside nchan; the parts in µs, in their order."""
    m = Measured()
    for server, per_s, parts in (("linger-tmpfs", linger_per_s, linger),
                                 ("nchan", nchan_per_s, nchan)):
        m.add("deliver-16", server, 1, per_s)
        for part, value in zip(spent.PARTS, parts):
            m.add(spent.name("deliver-16", part), server, 1, value)
    return m


MISSED = (40_000, 50_000, (5.0, 13.0, 2.0, 1.0, 3.0, 1.0, 11.0), (4.0, 14.0, 0.0, 0.0, 2.0, 0, 12))


class Threads(unittest.TestCase):
    def test_one_that_computes_is_seen_to(self):
        mine = os.getpid()
        before = threads.used(mine)[mine]
        while threads.used(mine)[mine].ran - before.ran < 0.1:
            pass
        used = threads.used(mine)[mine].since(before)
        self.assertAlmostEqual(used.user + used.system, used.ran, delta=0.05)
        self.assertLessEqual(used.in_system, used.ran)

    def test_the_kernels_part_is_in_the_ratio_of_the_ticks(self):
        self.assertAlmostEqual(Used("linger", 1.2, 0.75, 0.25).in_system, 0.3)

    def test_without_a_tick_nothing_is_the_kernels(self):
        self.assertEqual(Used("storage", 0.004, 0.0, 0.0).in_system, 0.0)


class ByPart(unittest.TestCase):
    FIRST = Reading(10.0, {1: Used("linger", 5.0, 3.0, 2.0), 2: Used("storage", 1.0, 0.5, 0.5)},
                    100.0, 7.0)
    LAST = Reading(14.0, {1: Used("linger", 7.0, 3.5, 3.5), 2: Used("storage", 1.8, 1.1, 0.7)},
                   101.0, 9.0)

    def test_what_passes_for_a_message_is_dealt_out_among_the_parts(self):
        parts = spent.by_part(self.FIRST, self.LAST, 1000)
        wanted = {"loop-user": 125, "loop-system": 375, "storage-user": 150, "storage-system": 50,
                  "idle": 250, "others": 50, "load": 500}
        self.assertEqual(parts.keys(), wanted.keys())
        for part, value in wanted.items():
            self.assertAlmostEqual(parts[part], value, msg=part)

    def test_a_thread_that_began_meanwhile_counts_whole(self):
        late = Reading(14.0, {**self.LAST.server, 3: Used("linger", 0.4, 0.4, 0.0)}, 101.0, 9.0)
        parts = spent.by_part(self.FIRST, late, 1000)
        self.assertAlmostEqual(parts["loop-user"], 225)

    def test_a_load_that_is_not_watched_has_no_part(self):
        first = Reading(10.0, self.FIRST.server, 100.0, None)
        self.assertNotIn("load", spent.by_part(first, self.LAST, 1000))

    def test_only_readings_of_the_counted_time_count(self):
        readings = [Reading(at, {}, 0.0, 0.0) for at in (1.0, 2.0, 3.0, 4.0)]
        first, last = spent.within(readings, 1.5, 3.5)
        self.assertEqual((first.at, last.at), (2.0, 3.0))
        with self.assertRaises(Failure):
            spent.within(readings, 1.5, 2.5)


class Obstacles(unittest.TestCase):
    def test_a_missed_goal_says_where_the_time_goes_first_what_is_most_beyond(self):
        self.assertEqual(
            obstacle(measured(*MISSED), TMPFS_P16),
            "25.0 µs pass for a message, where the goal leaves 18.2 (nchan 20.0). "
            "Of the server's core a message takes 21.0 µs (nchan 18.0): 3.0 µs in the storage "
            "thread, 1.0 of it in the kernel, which nchan has not; 5.0 µs (nchan 4.0) in the "
            "loop's code; 13.0 µs (nchan 14.0) in the kernel for the loop. "
            "It is idle for 3.0 µs (nchan 2.0), and others have it for 1.0 µs (nchan 0.0).")

    def test_a_goal_that_is_met_says_nothing(self):
        self.assertEqual(obstacles(measured(60_000, *MISSED[1:])), [])

    def test_a_goal_that_was_not_measured_says_nothing(self):
        self.assertEqual(obstacles(Measured()), [])

    def test_where_nothing_was_watched_it_says_so(self):
        m = Measured()
        m.add("park-long", "linger", 1, 1.5)
        self.assertEqual(len(obstacles(m)), 1)
        self.assertIn("nothing was measured", obstacles(m)[0])

    def test_a_durable_message_is_set_beside_a_bare_commit(self):
        m = Measured()
        m.add("over-commit", "linger", 1, 0.5)
        m.add("commit", "linger", 1, 0.156)
        for part in spent.PARTS:
            m.add(spent.name("deliver-1", part), "linger", 1, 10.0)
        self.assertIn("one bare commit takes 0.156 ms", obstacles(m)[0])


class Where(unittest.TestCase):
    def test_a_row_for_each_server_that_was_watched(self):
        lines = where.where_table(measured(*MISSED)).splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual(lines[2], "| a message, P=16, Linger on tmpfs | 25.0 | 21.0 | 5.0 | 13.0 "
                                   "| 2.0 | 1.0 | 3.0 | 1.0 | 11.0 |")

    def test_no_table_without_any(self):
        self.assertEqual(where.where_table(Measured()), "")

    def test_programs_are_told_the_same(self):
        told = report.as_json(measured(*MISSED), [], {}, [])
        self.assertEqual(told["where_time_goes"][0]["server_core"], 21.0)
        said = {g["goal"]: g["in_the_way"] for g in told["goals"]}
        self.assertIn("25.0 µs pass", said[TMPFS_P16.title])


if __name__ == "__main__":
    unittest.main()

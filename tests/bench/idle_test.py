"""bench/idle: the cost that follows from two snapshots of a server."""

import dataclasses
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

from lib.idle.idle_cost import Snapshot, cost_between, cost_table  # noqa: E402

BEFORE = Snapshot(100.0, 2.0, 4096, 800, 5, 5000, 9000, 1000, 1000)
AFTER = dataclasses.replace(BEFORE, time_s=300.0, cpu_s=2.5, polls_held_total=3000)


def cost(**changes):
    """Of the interval, with some counters of its end changed; 1,000 clients, polls of 100 s."""
    return cost_between(BEFORE, dataclasses.replace(AFTER, **changes), 1000, 100)


class IdleCost(unittest.TestCase):
    def test_costs_are_differences(self):
        found = cost()
        self.assertEqual((found.seconds, found.polls_again, found.written_bytes), (200.0, 2000, 0))
        self.assertAlmostEqual(found.cpu_percent, 0.25)
        self.assertAlmostEqual(found.cpu_us_per_poll, 250.0)
        self.assertTrue(found.is_met)

    def test_long_run_cost_of_polls_does_not_depend_on_the_length_of_the_interval(self):
        self.assertAlmostEqual(cost().cpu_percent_of_polls, 0.25)
        self.assertAlmostEqual(cost(time_s=350.0).cpu_percent_of_polls, 0.25)

    def test_half_a_percent_is_too_much(self):
        self.assertFalse(cost(cpu_s=3.0).is_met)

    def test_a_written_byte_is_too_much(self):
        self.assertFalse(cost(written_bytes=8192).is_met)

    def test_a_write_that_the_file_system_does_not_count_shows_in_the_database_file(self):
        self.assertFalse(cost(database_changed_ns=6).is_met)

    def test_without_a_repeated_poll_there_is_no_cost_per_poll(self):
        found = cost(polls_held_total=1000)
        self.assertEqual(found.cpu_us_per_poll, 0.0)
        self.assertIn("| polls answered and sent again | 0 |", cost_table(found))


if __name__ == "__main__":
    unittest.main()

"""bench/idle: what is made of two looks at a server."""

import dataclasses
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

from growing.idle import Seen, between, table  # noqa: E402

BEFORE = Seen(100.0, 2.0, 4096, 800, 5, 5000, 9000, 1000, 1000)
AFTER = dataclasses.replace(BEFORE, at=300.0, cpu_s=2.5, polls_held_total=3000)


class Idle(unittest.TestCase):
    def test_costs_are_of_the_time_between(self):
        idle = between(BEFORE, AFTER, 1000, 100)
        self.assertEqual((idle.seconds, idle.polls_again, idle.written_bytes), (200.0, 2000, 0))
        self.assertAlmostEqual(idle.cpu_percent, 0.25)
        self.assertAlmostEqual(idle.cpu_us_per_poll, 250.0)
        self.assertTrue(idle.met)

    def test_a_wave_more_or_less_does_not_change_what_polls_cost_in_the_long_run(self):
        self.assertAlmostEqual(between(BEFORE, AFTER, 1000, 100).cpu_percent_of_polls, 0.25)
        later = dataclasses.replace(AFTER, at=350.0)
        self.assertAlmostEqual(between(BEFORE, later, 1000, 100).cpu_percent_of_polls, 0.25)

    def test_half_a_percent_is_too_much(self):
        self.assertFalse(between(BEFORE, dataclasses.replace(AFTER, cpu_s=3.0), 1000, 100).met)

    def test_a_byte_is_too_much(self):
        self.assertFalse(between(BEFORE, dataclasses.replace(AFTER, written_bytes=8192), 1000, 100).met)

    def test_what_a_file_system_does_not_count_shows_in_the_database_itself(self):
        self.assertFalse(between(BEFORE, dataclasses.replace(AFTER, database_changed_ns=6), 1000, 100).met)

    def test_without_a_poll_that_came_back_none_has_a_cost(self):
        idle = between(BEFORE, dataclasses.replace(AFTER, polls_held_total=1000), 1000, 100)
        self.assertEqual(idle.cpu_us_per_poll, 0.0)
        self.assertIn("| polls answered and asked again | 0 |", table(idle))


if __name__ == "__main__":
    unittest.main()

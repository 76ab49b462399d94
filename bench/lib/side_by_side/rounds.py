"""The rounds: every workload on every candidate, in turn."""

from __future__ import annotations

import sys
from functools import partial

from lib.measure.failure import Failure
from lib.side_by_side.candidates import Candidate
from lib.side_by_side.results.figures import Measurements
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads import CANDIDATES_OF, WORKLOADS


def run_rounds(
    settings: Settings, candidates: list[Candidate], workloads: list[str], notes: list[str]
) -> Measurements:
    """Each round runs all workloads, each workload all its candidates; the first candidate is
    another one in each round. A failure is noted and leaves its figures out."""
    measurements = Measurements()
    for round_ in range(1, settings.rounds + 1):
        for workload in workloads:
            order = [c for c in candidates if c.name in CANDIDATES_OF[workload]]
            first = (round_ - 1) % max(1, len(order))
            for candidate in order[first:] + order[:first]:
                print_progress(
                    f"round {round_} of {settings.rounds}: {workload}, {candidate.title}")
                add = partial(_add, measurements, candidate.name, round_)
                try:
                    WORKLOADS[workload](settings, candidate, add)
                except (Failure, OSError, ValueError) as failure:
                    notes.append(f"round {round_}, {workload}, {candidate.title}: {failure}")
                    print_progress(f"  {failure}")
    return measurements


def _add(
    measurements: Measurements, server: str, round_: int, figure: str, value: float
) -> None:
    measurements.add(figure, server, round_, value)


def print_progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

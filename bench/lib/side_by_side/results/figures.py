"""The figures, and their values by candidate and round."""

from __future__ import annotations

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A kind of result. `title` and `unit` are for readers; `decimals` is the precision printed."""

    name: str
    workload: str
    title: str
    unit: str
    decimals: int = 0
    is_compared: bool = True  # whether ratios between candidates are meaningful


FIGURES = [
    *(
        figure
        for p in (1, 16, 1024)
        for figure in (
            Figure(f"deliver-{p}", "deliver", f"deliver, P={p}", "messages/s"),
            Figure(f"deliver-{p}-p50", "deliver", f"deliver, P={p}, p50", "ms", 3),
            Figure(f"deliver-{p}-p99", "deliver", f"deliver, P={p}, p99", "ms", 3),
        )
    ),
    Figure("commit", "deliver", "one bare commit on the same folder, p50", "ms", 3, False),
    Figure("over-commit", "deliver", "deliver, P=1, p50 beyond one commit", "ms", 3, False),
    Figure("fan-out", "fan-out", "fan-out of one message to 1,000", "deliveries/s"),
    Figure("fan-out-p50", "fan-out", "until all of them have it and poll again, p50", "ms", 3),
    Figure("polls", "polls", "empty short polls", "requests/s"),
    Figure("polls-cpu", "polls", "server's CPU for each", "µs", 2),
    Figure("park-long", "park", "memory of a parked long poll", "KiB", 2),
    Figure("park-sse", "park", "memory of an idle SSE stream", "KiB", 2),
    Figure("park-websocket", "park", "memory of an idle WebSocket", "KiB", 2),
    Figure("park-clients", "park", "long polls that were really established", "", 0, False),
    Figure("park-cpu", "park", "CPU while long polls wait", "% of a core", 2, False),
    Figure("park-written", "park", "written to disk meanwhile", "bytes", 0, False),
    Figure("flash-0", "flash", "written to disk per 200-byte message at 100/s", "KB", 2, False),
    Figure("flash-100", "flash", "the same, --commit-window 100", "KB", 2, False),
    Figure("idle", "footprint", "idle, 1,000 accounts", "MiB", 2, False),
    Figure("parked-most", "footprint", "19,000 parked, an account each", "MiB", 2, False),
    Figure("parked-shared", "footprint", "19,000 parked, 1,000 accounts", "MiB", 2, False),
    Figure("binary", "footprint", "program, stripped", "MiB", 2, False),
]


@dataclass(frozen=True)
class Summary:
    """Of the values of all rounds."""

    median: float
    least: float
    most: float


class Measurements:
    """Values by figure, candidate and round. A workload that failed leaves its round out."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], dict[int, float]] = {}

    def add(self, figure: str, server: str, round_: int, value: float) -> None:
        self._values.setdefault((figure, server), {})[round_] = value

    def values(self, figure: str, server: str) -> dict[int, float]:
        return self._values.get((figure, server), {})

    def summary(self, figure: str, server: str) -> Summary | None:
        values = self.values(figure, server).values()
        return Summary(statistics.median(values), min(values), max(values)) if values else None

    def ratio(self, figure: str, server: str, other_figure: str, other: str) -> float | None:
        """The median of the ratios within each round: what slows a round slows both sides."""
        numerators, denominators = self.values(figure, server), self.values(other_figure, other)
        ratios = [value / denominators[r] for r, value in numerators.items() if denominators.get(r)]
        return statistics.median(ratios) if ratios else None

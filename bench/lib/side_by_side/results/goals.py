"""Linger's goals, and whether they are met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.side_by_side.results.core_time import Source
from lib.side_by_side.results.figures import Measurements

Value = Callable[[Measurements], float | None]


@dataclass(frozen=True)
class Goal:
    """`bound` is in `unit`: a lower bound if `is_lower_bound`, else an upper one. Without a bound
    the value is only shown. `own_source` and `rival_source` say where the time went."""

    title: str
    value: Value
    is_lower_bound: bool
    bound: float | None
    unit: str
    own_source: Source | None = None
    rival_source: Source | None = None

    def is_met(self, value: float) -> bool:
        """True if there is no bound."""
        if self.bound is None:
            return True
        return value >= self.bound if self.is_lower_bound else value <= self.bound

    def verdict(self, value: float) -> str:
        if self.bound is None:
            return "shown"
        if self.is_met(value):
            return "met"
        if self.bound == 0:
            return f"**missed** by {value:g} {self.unit}"
        return f"**missed** by {abs(value / self.bound - 1) * 100:.0f} %"

    def bound_text(self) -> str:
        if self.bound is None:
            return "measured and shown"
        return f"{'≥' if self.is_lower_bound else '≤'} {self.bound:g} {self.unit}"


def _ratio(figure: str, server: str, other_figure: str, other: str) -> Value:
    return lambda measurements: measurements.ratio(figure, server, other_figure, other)


def _median(figure: str) -> Value:
    def value(measurements: Measurements) -> float | None:
        summary = measurements.summary(figure, "linger")
        return summary.median if summary else None

    return value


GOALS = [
    Goal("deliver, P=1024, durable, to nchan's P=16",
         _ratio("deliver-1024", "linger", "deliver-16", "nchan"), True, 1.0, "×",
         Source("deliver-1024", "linger"), Source("deliver-16", "nchan")),
    Goal("deliver, P=16, on tmpfs, to nchan's",
         _ratio("deliver-16", "linger-tmpfs", "deliver-16", "nchan"), True, 1.1, "×",
         Source("deliver-16", "linger-tmpfs"), Source("deliver-16", "nchan")),
    Goal("deliver, P=1, durable, p50 beyond one commit", _median("over-commit"), False, 0.3, "ms",
         Source("deliver-1", "linger")),
    Goal("empty short polls, to nginx's `return 200`",
         _ratio("polls", "linger", "polls", "nchan"), True, 0.8, "×",
         Source("polls", "linger"), Source("polls", "nchan")),
    Goal("server's CPU for each, to nginx's",
         _ratio("polls-cpu", "linger", "polls-cpu", "nchan"), False, 1.15, "×",
         Source("polls", "linger"), Source("polls", "nchan")),
    Goal("fan-out to 1,000, to nchan's",
         _ratio("fan-out", "linger", "fan-out", "nchan"), True, 1.2, "×",
         Source("fan-out", "linger"), Source("fan-out", "nchan")),
    Goal("memory of a parked long poll", _median("park-long"), False, 1.0, "KiB"),
    Goal("memory of an idle SSE stream", _median("park-sse"), False, 1.0, "KiB"),
    Goal("memory of an idle WebSocket", _median("park-websocket"), False, 4.0, "KiB"),
    Goal("idle, 1,000 accounts", _median("idle"), False, 4.0, "MiB"),
    Goal("19,000 parked, an account each", _median("parked-most"), False, 26.0, "MiB"),
    Goal("19,000 parked, 1,000 accounts", _median("parked-shared"), False, 26.0, "MiB"),
    Goal("CPU with 10,000 parked", _median("park-cpu"), False, 0.5, "% of a core"),
    Goal("bytes written with 10,000 parked", _median("park-written"), False, 0, "bytes"),
    Goal("written to disk per message, 100/s", _median("flash-0"), False, None, "KB"),
    Goal("the same, --commit-window 100", _median("flash-100"), False, 6.0, "KB"),
    Goal("program, stripped", _median("binary"), False, 4.0, "MiB"),
]

"""Where the time of a message goes on the server's core. All times are µs per message."""

from __future__ import annotations

from dataclasses import dataclass

from lib.side_by_side.results.figures import Measurements

# How the server's core spends the time between two messages, on average. All parts but the last add
# up to that time; the last is time of the load's core. `others` are other processes, and time that
# the host takes from a virtual machine.
PARTS = ["loop-user", "loop-system", "storage-user", "storage-system", "idle", "others", "load"]


@dataclass(frozen=True)
class Source:
    """A figure of a candidate for which the time was measured."""

    figure: str
    server: str


def part_figure(figure: str, part: str) -> str:
    """The name under which a part is kept in the measurements."""
    return f"{figure}/{part}"


@dataclass(frozen=True)
class CoreTime:
    """Medians over the rounds, by part. Sums are taken of the medians, so that printed numbers add
    up."""

    parts: dict[str, float]

    @property
    def loop(self) -> float:
        return self.parts["loop-user"] + self.parts["loop-system"]

    @property
    def storage(self) -> float:
        return self.parts["storage-user"] + self.parts["storage-system"]

    @property
    def busy(self) -> float:
        """The server's own time."""
        return self.loop + self.storage

    @property
    def passed(self) -> float:
        return self.busy + self.parts["idle"] + self.parts["others"]


def median_core_time(measurements: Measurements, source: Source) -> CoreTime | None:
    """None if it was not measured."""
    parts: dict[str, float] = {}
    for part in PARTS:
        summary = measurements.summary(part_figure(source.figure, part), source.server)
        if summary is not None:
            parts[part] = summary.median
    return CoreTime(parts) if parts else None

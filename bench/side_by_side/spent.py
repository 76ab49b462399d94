"""Where a message's time goes: in the server's threads, in the kernel for them, or nowhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from measuring import cores, threads
from measuring.failure import Failure
from measuring.threads import Used
from side_by_side.figures import Measured

# What a server's core does with the time that passes between two messages, on average. All but the
# last add up to that time; the last is another core's. `others` are processes that are not the
# server's, and what a host takes from a virtual machine.
PARTS = ["loop-user", "loop-system", "storage-user", "storage-system", "idle", "others", "load"]
STORAGE = "storage"  # the name of Linger's thread that writes; all others count as the loop


@dataclass(frozen=True)
class Reading:
    at: float  # on the monotonic clock, seconds
    server: dict[int, Used]
    core_idle: float
    load_ran: float | None  # None where the load is not watched


def read(server: int, load: int | None = None) -> Reading:
    """Of two processes, by their ids."""
    at = time.monotonic()
    load_ran = threads.ran_seconds(load) if load else None
    return Reading(at, threads.used(server), cores.idle_seconds(cores.SERVER_CPU), load_ran)


def within(readings: Sequence[Reading], begin: float, end: float) -> tuple[Reading, Reading]:
    """The first and the last of those moments."""
    inside = [r for r in readings if begin <= r.at <= end]
    if len(inside) < 2:
        raise Failure("the server's threads were not read twice while it was counted")
    return inside[0], inside[-1]


def by_part(first: Reading, last: Reading, per_s: float) -> dict[str, float]:
    """µs for each of the `per_s` messages a second, by part."""
    passed = last.at - first.at
    if not per_s:
        return {}
    seconds = dict.fromkeys(PARTS, 0.0)
    for thread, now in last.server.items():
        used = now.since(first.server.get(thread))
        who = "storage" if used.name == STORAGE else "loop"
        seconds[f"{who}-user"] += used.ran - used.in_system
        seconds[f"{who}-system"] += used.in_system
    unused = max(0.0, passed - sum(seconds.values()))
    seconds["idle"] = min(unused, last.core_idle - first.core_idle)
    seconds["others"] = unused - seconds["idle"]
    if first.load_ran is None or last.load_ran is None:
        del seconds["load"]
    else:
        seconds["load"] = last.load_ran - first.load_ran
    return {part: s / (passed * per_s) * 1e6 for part, s in seconds.items()}


@dataclass(frozen=True)
class Source:
    """A figure of a server with which it was measured where the time went."""

    figure: str
    server: str


def name(figure: str, part: str) -> str:
    """Under which a part is kept beside the figure itself."""
    return f"{figure}/{part}"


@dataclass(frozen=True)
class Spent:
    """Medians over the rounds, µs. Sums are taken of these, so that what is printed adds up."""

    parts: dict[str, float]

    @property
    def loop(self) -> float:
        return self.parts["loop-user"] + self.parts["loop-system"]

    @property
    def storage(self) -> float:
        return self.parts["storage-user"] + self.parts["storage-system"]

    @property
    def busy(self) -> float:
        return self.loop + self.storage

    @property
    def passed(self) -> float:
        return self.busy + self.parts["idle"] + self.parts["others"]


def median(measured: Measured, source: Source) -> Spent | None:
    parts: dict[str, float] = {}
    for part in PARTS:
        summary = measured.summary(name(source.figure, part), source.server)
        if summary is not None:
            parts[part] = summary.median
    return Spent(parts) if parts else None

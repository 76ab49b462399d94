"""Samples of the server's core and threads, and the time per message that follows from them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.measure import cores, thread_stats
from lib.measure.failure import Failure
from lib.measure.thread_stats import ThreadTime
from lib.side_by_side.results.core_time import PARTS, part_figure

AddFigure = Callable[[str, float], None]  # a figure's name, its value

STORAGE_THREAD = "storage"  # the name of Linger's writing thread; all others count as the loop


@dataclass(frozen=True)
class Sample:
    """Totals at one moment, in seconds."""

    time_s: float  # monotonic
    threads: dict[int, ThreadTime]  # of the server, by id
    core_idle: float
    load_cpu: float | None  # None if the load is not sampled


def take_sample(server_pid: int, load_pid: int | None = None) -> Sample:
    now = time.monotonic()
    load_cpu = thread_stats.total_seconds(load_pid) if load_pid else None
    threads = thread_stats.thread_times(server_pid)
    return Sample(now, threads, cores.idle_seconds(cores.SERVER_CPU), load_cpu)


def samples_within(samples: Sequence[Sample], begin: float, end: float) -> tuple[Sample, Sample]:
    """The first and the last sample of an interval."""
    inside = [sample for sample in samples if begin <= sample.time_s <= end]
    if len(inside) < 2:
        raise Failure("fewer than two samples of the server's threads in the counted interval")
    return inside[0], inside[-1]


def core_time_parts(first: Sample, last: Sample, messages_per_s: float) -> dict[str, float]:
    """µs per message, by part. Empty without messages."""
    passed = last.time_s - first.time_s
    if not messages_per_s:
        return {}
    seconds = dict.fromkeys(PARTS, 0.0)
    for thread_id, thread in last.threads.items():
        used = thread.since(first.threads.get(thread_id))
        group = "storage" if used.name == STORAGE_THREAD else "loop"
        seconds[f"{group}-user"] += used.total - used.in_kernel
        seconds[f"{group}-system"] += used.in_kernel
    unused = max(0.0, passed - sum(seconds.values()))
    seconds["idle"] = min(unused, last.core_idle - first.core_idle)
    seconds["others"] = unused - seconds["idle"]
    if first.load_cpu is None or last.load_cpu is None:
        del seconds["load"]
    else:
        seconds["load"] = last.load_cpu - first.load_cpu
    return {part: s / (passed * messages_per_s) * 1e6 for part, s in seconds.items()}


def add_core_time(add: AddFigure, figure: str, parts: dict[str, float]) -> None:
    for part, microseconds in parts.items():
        add(part_figure(figure, part), microseconds)

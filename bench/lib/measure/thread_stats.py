"""The processor time of each thread of a process, read from /proc/PID/task."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ThreadTime:
    """Processor time of one thread in seconds, since it began or over an interval. `total` is exact
    if the kernel has schedstat; `user` and `system` come in steps of a clock tick, so that their
    sum differs slightly from `total`."""

    name: str
    total: float
    user: float
    system: float

    def since(self, before: ThreadTime | None) -> ThreadTime:
        """The time of the interval that began with `before`; None if the thread began later."""
        if before is None:
            return self
        return ThreadTime(self.name, self.total - before.total, self.user - before.user,
                          self.system - before.system)

    @property
    def in_kernel(self) -> float:
        """The part of `total` in the kernel, by the ratio of the ticks; 0 without any tick."""
        ticks = self.user + self.system
        return self.total * self.system / ticks if ticks else 0.0


def thread_times(pid: int) -> dict[int, ThreadTime]:
    """By thread id. A thread that ends during the reading is left out."""
    found: dict[int, ThreadTime] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found[int(task.name)] = _thread_time(task)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def total_seconds(pid: int) -> float:
    """The processor time of all threads that have not ended."""
    return sum(thread.total for thread in thread_times(pid).values())


def _thread_time(task: Path) -> ThreadTime:
    before, _, after = (task / "stat").read_text().rpartition(")")
    fields = after.split()
    user, system = int(fields[11]) / _TICKS_PER_S, int(fields[12]) / _TICKS_PER_S
    try:
        total = int((task / "schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:  # a kernel without schedstat
        total = user + system
    return ThreadTime(before.partition("(")[2], total, user, system)

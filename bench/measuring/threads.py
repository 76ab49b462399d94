"""What the threads of a process have used of the processor, read from /proc/PID/task."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Used:
    """Seconds of one thread since it began. `ran` is exact where the kernel tells it; `user` and
    `system` come in steps of a clock tick, and their sum is not quite `ran`."""

    name: str
    ran: float
    user: float
    system: float

    def since(self, before: Used | None) -> Used:
        if before is None:
            return self
        return Used(self.name, self.ran - before.ran, self.user - before.user,
                    self.system - before.system)

    @property
    def in_system(self) -> float:
        """Of what it ran, the part in the kernel, in the ratio of the ticks; 0 without any tick."""
        ticks = self.user + self.system
        return self.ran * self.system / ticks if ticks else 0.0


def used(pid: int) -> dict[int, Used]:
    """By the thread's id; a thread that ends meanwhile is left out."""
    found: dict[int, Used] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found[int(task.name)] = _of(task)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def ran_seconds(pid: int) -> float:
    """What all of its threads that are there have run."""
    return sum(one.ran for one in used(pid).values())


def _of(task: Path) -> Used:
    before, _, after = (task / "stat").read_text().rpartition(")")
    fields = after.split()
    user, system = int(fields[11]) / _TICKS_PER_S, int(fields[12]) / _TICKS_PER_S
    try:
        ran = int((task / "schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:  # a kernel that was built without it
        ran = user + system
    return Used(before.partition("(")[2], ran, user, system)

"""What one run of the command is set to: options, cores, folders and programs."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Setting:
    """Times in seconds. The folders are made for this run and removed after it."""

    rounds: int
    seconds: float
    idle_seconds: float  # how long parked clients are watched doing nothing
    parked: int  # clients of the work "park"
    parked_django: int  # the same for Django: each is a thread
    parked_most: int  # clients of the work "footprint"
    subscribers: int
    crowd: int  # publishers of the largest "deliver"
    server_cpu: int
    load_cpu: int
    linger: Path
    deliver: Path
    disk: Path  # on a real disk
    memory: Path  # on a tmpfs


def two_cpus() -> tuple[int, int]:
    """A core for the server and one for the load; the same one where there is no other."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[min(1, len(usable) - 1)]


def commit() -> str:
    """The commit of the sources; empty without git."""
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""

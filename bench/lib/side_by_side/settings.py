"""The settings of one run: durations, sizes, programs and folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Durations in seconds. The folders are made for this run and removed after it."""

    rounds: int
    seconds: float
    idle_seconds: float  # how long parked clients are watched without a message
    flash_seconds: float  # how long messages are written for each commit window
    parked: int  # clients of the workload "park"
    parked_django: int  # the same for Django, where each is a thread
    parked_most: int  # clients of the workload "footprint"
    subscribers: int
    publishers_most: int  # of the largest "deliver"
    linger: Path
    deliver: Path
    disk: Path  # a folder on a real disk
    memory: Path  # a folder on a tmpfs

"""What one run of the command is set to: options, folders and programs."""

from __future__ import annotations

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
    flash_seconds: float  # how long messages are written for each commit window
    parked: int  # clients of the work "park"
    parked_django: int  # the same for Django: each is a thread
    parked_most: int  # clients of the work "footprint"
    subscribers: int
    crowd: int  # publishers of the largest "deliver"
    linger: Path
    deliver: Path
    disk: Path  # on a real disk
    memory: Path  # on a tmpfs


def commit() -> str:
    """The commit of the sources; empty without git."""
    # The clone may belong to another user.
    asked = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""

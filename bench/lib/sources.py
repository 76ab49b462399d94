"""The project's source tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def commit() -> str:
    """The commit of the sources; empty if git cannot tell."""
    # Through sudo the tree belongs to another user, which git refuses by default.
    argv = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
    argv += ["describe", "--always", "--dirty"]
    try:
        return subprocess.run(argv, capture_output=True, text=True, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""

"""What one commit costs on a folder's disk, with no database and no server around it."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

FILE_BYTES = 1 << 20
PAGES_BYTES = 16 * 1024  # of a tree's changed pages, as a commit of one message writes them
META_BYTES = 120


def median_commit_us(folder: Path, seconds: float = 1.0, most: int = 500) -> float:
    """Does what LMDB does for each commit: pages are written and synced, then the page that points
    to them is. In place, in a file that is all there: nothing of it is spent on growing a file."""
    path = folder / "commits"
    pages, meta = os.urandom(PAGES_BYTES), os.urandom(META_BYTES)
    took: list[float] = []
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.write(fd, bytes(FILE_BYTES))
        os.fsync(fd)
        until = time.monotonic() + seconds
        while len(took) < most and (time.monotonic() < until or not took):
            at = PAGES_BYTES * (1 + len(took) % 32)
            begin = time.perf_counter()
            os.pwrite(fd, pages, at)
            os.fdatasync(fd)
            os.pwrite(fd, meta, 0)
            os.fdatasync(fd)
            took.append((time.perf_counter() - begin) * 1e6)
    finally:
        os.close(fd)
        path.unlink()
    return statistics.median(took)

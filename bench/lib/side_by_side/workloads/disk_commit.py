"""The time of one commit on a folder's disk, without a database or a server."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

FILE_BYTES = 1 << 20
PAGES_BYTES = 16 * 1024  # the changed pages of a B+ tree in a commit of one message
META_BYTES = 120


def median_commit_us(folder: Path, seconds: float = 1.0, commits_max: int = 500) -> float:
    """Writes and syncs as LMDB does in each commit: first the pages, then the page that points to
    them. In place, in a file of full size, so that no time is spent on growing it."""
    path = folder / "commits"
    pages, meta = os.urandom(PAGES_BYTES), os.urandom(META_BYTES)
    durations: list[float] = []
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.write(fd, bytes(FILE_BYTES))
        os.fsync(fd)
        deadline = time.monotonic() + seconds
        while len(durations) < commits_max and (time.monotonic() < deadline or not durations):
            offset = PAGES_BYTES * (1 + len(durations) % 32)
            begin = time.perf_counter()
            os.pwrite(fd, pages, offset)
            os.fdatasync(fd)
            os.pwrite(fd, meta, 0)
            os.fdatasync(fd)
            durations.append((time.perf_counter() - begin) * 1e6)
    finally:
        os.close(fd)
        path.unlink()
    return statistics.median(durations)

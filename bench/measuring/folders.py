"""Folders of a run, on a disk or on a tmpfs."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

TMPFS = Path("/dev/shm")


@contextlib.contextmanager
def fresh(prefix: str, base: Path | None) -> Iterator[Path]:
    """A new folder, removed with all that is in it. Without a base it is where the system keeps
    what is temporary."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_in_memory(folder: Path) -> bool:
    """Whether a folder is on a tmpfs, where a sync costs nothing."""
    kind, deepest = "", -1
    for line in Path("/proc/mounts").read_text().splitlines():
        at, name = line.split()[1:3]
        if folder.resolve().is_relative_to(at) and len(at) >= deepest:
            kind, deepest = name, len(at)
    return kind in ("tmpfs", "ramfs")

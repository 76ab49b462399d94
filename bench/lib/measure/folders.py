"""Temporary folders on a disk or on a tmpfs."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

TMPFS = Path("/dev/shm")


@contextlib.contextmanager
def temporary_folder(prefix: str, base: Path | None) -> Iterator[Path]:
    """A new folder in `base`, or in the system's default; removed with its content afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def usable_tmpfs(free_mib: int) -> Path | None:
    """The system's tmpfs, if it is writable and large enough. In containers it is often small."""
    if not os.access(TMPFS, os.W_OK) or not is_in_memory(TMPFS):
        return None
    return TMPFS if shutil.disk_usage(TMPFS).free >> 20 >= free_mib else None


def is_in_memory(folder: Path) -> bool:
    """Whether a folder is on a tmpfs, where a sync costs nothing."""
    file_system, depth = "", -1
    for line in Path("/proc/mounts").read_text().splitlines():
        mount_point, kind = line.split()[1:3]
        if folder.resolve().is_relative_to(mount_point) and len(mount_point) >= depth:
            file_system, depth = kind, len(mount_point)
    return file_system in ("tmpfs", "ramfs")

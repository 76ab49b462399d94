"""The machine: one core for the server, one for the load, open files, a folder on tmpfs."""

import contextlib
import os
import platform
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TMPFS = Path("/dev/shm")
CPUS = sorted(os.sched_getaffinity(0))
SERVER_CPU, LOAD_CPU = CPUS[0], CPUS[-1]


def prepare(build: Path) -> int:
    """Takes the load's core and all the open files allowed; returns how many those are.

    Ends the program where `build` lacks what is to be run.
    SIGTERM from here on unwinds as an exception does, so that servers end and folders go.
    """
    for name in ("linger", "deliver"):
        if not os.access(build / name, os.X_OK):
            sys.exit(f"there is no {build / name}: cmake --build build/release --target {name}")
    os.sched_setaffinity(0, {LOAD_CPU})
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    return files


@contextlib.contextmanager
def fresh_folder() -> Iterator[Path]:
    """A new folder on tmpfs, removed with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix="linger-bench-", dir=TMPFS))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_mib() -> int:
    """What tmpfs and memory both still have room for."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        memory = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
    return min(shutil.disk_usage(TMPFS).free >> 20, memory["MemAvailable"] >> 10)


def description() -> dict[str, object]:
    return {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "cpus": len(CPUS),
        "server_cpu": SERVER_CPU,
        "load_cpu": LOAD_CPU,
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }

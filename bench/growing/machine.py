"""The machine: made ready for a load, and what it is."""

import os
import platform
import shutil
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from measuring import cores, files, folders


def prepare(build: Path) -> int:
    """Takes the load's core and all the open files allowed; returns how many those are.

    Ends the program where `build` lacks what is to be run.
    """
    for name in ("linger", "deliver"):
        if not os.access(build / name, os.X_OK):
            sys.exit(f"there is no {build / name}: cmake --build build/release --target {name}")
    os.sched_setaffinity(0, {cores.LOAD_CPU})
    return files.raise_limit()


def fresh_folder() -> AbstractContextManager[Path]:
    return folders.fresh("linger-bench-", folders.TMPFS)


def free_mib() -> int:
    """What tmpfs and memory both still have room for."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        memory = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
    return min(shutil.disk_usage(folders.TMPFS).free >> 20, memory["MemAvailable"] >> 10)


def description() -> dict[str, object]:
    return {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "cpus": len(cores.USABLE),
        "server_cpu": cores.SERVER_CPU,
        "load_cpu": cores.LOAD_CPU,
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }

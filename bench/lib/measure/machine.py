"""The machine: its limits, its memory, and its description for the results."""

from __future__ import annotations

import os
import platform
import resource
import shutil
from pathlib import Path

from lib.measure import cores
from lib.measure.folders import TMPFS

OPEN_FILES_WANTED = 65_536  # of one process; more are taken where they are allowed
OPEN_FILES_MAX = 1 << 20


def raise_open_files() -> int:
    """Raises the limit of open files, of which each connection is one, as far as it is allowed.
    Returns the new limit. Programs started later inherit it; not every server raises its own."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most == resource.RLIM_INFINITY or most > OPEN_FILES_MAX:
        limit = OPEN_FILES_MAX
    else:
        limit = most
        if most < OPEN_FILES_WANTED:
            try:  # root may raise the hard limit
                resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES_WANTED, OPEN_FILES_WANTED))
                return OPEN_FILES_WANTED
            except (OSError, ValueError):
                pass
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    return limit


def move_to_load_core() -> None:
    """Keeps this process off the server's core."""
    os.sched_setaffinity(0, {cores.LOAD_CPU})


def free_tmpfs_mib() -> int:
    """How much can be written to the tmpfs: limited by its size, and by the memory."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        memory = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
    return min(shutil.disk_usage(TMPFS).free >> 20, memory["MemAvailable"] >> 10)


def describe_cores() -> dict[str, object]:
    """For the JSON files of growth, soak and idle."""
    return {
        "kernel": platform.release(),
        "machine": platform.machine(),
        "cpus": len(cores.USABLE),
        "server_cpu": cores.SERVER_CPU,
        "load_cpu": cores.LOAD_CPU,
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def describe_processor() -> dict[str, object]:
    """For the JSON file of side-by-side."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith(("model name", "Model")):
            model = line.partition(":")[2].strip()
            break
    return {
        "cpu": model or platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "load_average": round(os.getloadavg()[0], 2),
    }

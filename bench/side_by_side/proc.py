"""What the kernel says about a process and about this machine, read from /proc."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Resident bytes of a process: its own (anonymous), and of shared segments."""

    anonymous: int
    shared: int


def memory(pid: int) -> Memory:
    """The resident memory of a process, without files such as the program itself or a database."""
    kib = {"RssAnon": 0, "RssShmem": 0}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in kib:
            kib[name] = int(value.split()[0])
    return Memory(kib["RssAnon"] * 1024, kib["RssShmem"] * 1024)


def cpu_seconds(pid: int) -> float:
    """User and system time that all threads of a process have used; steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def bytes_written(pid: int) -> int:
    """Bytes that a process has caused to be sent to the disk."""
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    return 0


def established(pid: int, port: int) -> int:
    """How many connections to a server's port it has accepted that are established at its end."""
    here, state = f":{port:04X}", "01"
    inodes: set[str] = set()
    with open("/proc/net/tcp") as table:
        next(table)
        for line in table:
            fields = line.split(maxsplit=10)
            if fields[3] == state and fields[1].endswith(here):
                inodes.add(f"socket:[{fields[9]}]")
    folder = f"/proc/{pid}/fd"
    count = 0
    for name in os.listdir(folder):
        try:
            count += os.readlink(f"{folder}/{name}") in inodes
        except FileNotFoundError:
            pass  # closed in the meantime
    return count


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_in_memory(folder: Path) -> bool:
    """Whether a folder is on a tmpfs, where a sync costs nothing."""
    kind, deepest = "", -1
    for line in Path("/proc/mounts").read_text().splitlines():
        at, name = line.split()[1:3]
        if folder.resolve().is_relative_to(at) and len(at) >= deepest:
            kind, deepest = name, len(at)
    return kind in ("tmpfs", "ramfs")


def describe_machine() -> dict[str, object]:
    """What a reader of figures wants to know of where they come from."""
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

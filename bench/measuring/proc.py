"""What the kernel says about a process, read from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Resident KiB of a process: its own, of shared segments, and all of it, of which a store's
    mapped file is a part."""

    anonymous: int
    shared: int
    resident: int


def memory(pid: int) -> Memory:
    kib = {"RssAnon": 0, "RssShmem": 0, "VmRSS": 0}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in kib:
            kib[name] = int(value.split()[0])
    return Memory(kib["RssAnon"], kib["RssShmem"], kib["VmRSS"])


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


def open_files(pid: int) -> list[str]:
    """What the open files of a process are: a path for each, or its kind and number."""
    folder, files = f"/proc/{pid}/fd", []
    for name in os.listdir(folder):
        try:
            files.append(os.readlink(f"{folder}/{name}"))
        except FileNotFoundError:
            pass  # closed in the meantime
    return files


def sockets(pid: int) -> int:
    """How many sockets it has open, its listeners among them."""
    return sum(file.startswith("socket:") for file in open_files(pid))


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
    return sum(file in inodes for file in open_files(pid))


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

"""What the kernel counts for a process, read from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Resident memory of a process in KiB. `resident` is the total, which includes the pages of a
    mapped database file."""

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
    """User and system time of all threads of a process; in steps of 10 ms."""
    fields = _stat_fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def bytes_written(pid: int) -> int:
    """Bytes that the process has caused to be written to a disk (`write_bytes`)."""
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    return 0


def open_files(pid: int) -> list[str]:
    """The open files of a process: the path of each, or its kind and inode."""
    folder, files = f"/proc/{pid}/fd", []
    for name in os.listdir(folder):
        try:
            files.append(os.readlink(f"{folder}/{name}"))
        except FileNotFoundError:
            pass  # closed in the meantime
    return files


def open_sockets(pid: int) -> int:
    """The number of open sockets of a process, its listeners included."""
    return sum(file.startswith("socket:") for file in open_files(pid))


def established_connections(pid: int, port: int) -> int:
    """The number of established connections that a server process has accepted on a port."""
    local_port, state = f":{port:04X}", "01"
    inodes: set[str] = set()
    with open("/proc/net/tcp") as table:
        next(table)
        for line in table:
            fields = line.split(maxsplit=10)
            if fields[3] == state and fields[1].endswith(local_port):
                inodes.add(f"socket:[{fields[9]}]")
    return sum(file in inodes for file in open_files(pid))


def children(pid: int) -> list[int]:
    """The running child processes of a process."""
    try:
        return _listed_children(pid)
    except FileNotFoundError:  # a kernel without CONFIG_PROC_CHILDREN, or the process has ended
        return sorted(int(name) for name in os.listdir("/proc")
                      if name.isdigit() and _parent(int(name)) == pid)


def _listed_children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _parent(pid: int) -> int | None:
    try:
        return int(_stat_fields(pid)[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on: the name before it may contain spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()

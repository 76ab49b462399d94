"""The server at two moments between which nobody said anything, and what that time cost."""

from __future__ import annotations

import time
from dataclasses import dataclass

from measuring import linger, proc, threads

from . import report
from .server import Server

CPU_PERCENT_MAX = 0.5


@dataclass
class Seen:
    """Of the server, at one moment."""

    at: float
    cpu_s: float
    written_bytes: int  # sent to the disk by the process, in whatever file
    database_kib: int
    database_changed_ns: int  # when the file was last written to
    anonymous_kib: int
    rss_kib: int
    connected: int
    polls_held_total: int


@dataclass
class Idle:
    """Between two moments."""

    seconds: float
    clients: int
    connected: int  # at the end
    polls_again: int  # answered because their time was over, and held anew
    cpu_percent: float
    cpu_us_per_poll: float
    cpu_percent_of_polls: float  # in the long run, were each held for all the time it asks for
    written_bytes: int
    database_kib: int  # that the file has grown by
    database_written: bool
    anonymous_kib: tuple[int, int]
    rss_kib: tuple[int, int]

    @property
    def met(self) -> bool:
        quiet = not self.written_bytes and not self.database_written
        return self.cpu_percent < CPU_PERCENT_MAX and quiet


def see(server: Server) -> Seen:
    memory, database = proc.memory(server.pid), (server.data / linger.DATABASE).stat()
    return Seen(
        time.monotonic(),
        threads.ran_seconds(server.pid),
        proc.bytes_written(server.pid),
        server.data_kib(),
        database.st_mtime_ns,
        memory.anonymous,
        memory.resident,
        proc.established(server.pid, server.port),
        server.metrics()["polls_held_total"],
    )


def between(before: Seen, after: Seen, clients: int, wait_s: float) -> Idle:
    cpu, seconds = after.cpu_s - before.cpu_s, after.at - before.at
    again = after.polls_held_total - before.polls_held_total
    per_poll = cpu / again if again else 0.0
    return Idle(
        seconds,
        clients,
        after.connected,
        again,
        cpu / seconds * 100,
        per_poll * 1e6,
        per_poll * clients / wait_s * 100,
        after.written_bytes - before.written_bytes,
        after.database_kib - before.database_kib,
        after.database_changed_ns != before.database_changed_ns,
        (before.anonymous_kib, after.anonymous_kib),
        (before.rss_kib, after.rss_kib),
    )


def table(idle: Idle) -> str:
    def of_to(pair: tuple[int, int]) -> str:
        return f"{pair[0]:,} → {pair[1]:,}"

    rows = [
        ("clients parked, still connected at the end", f"{idle.clients:,}, {idle.connected:,}"),
        ("seconds", idle.seconds),
        ("polls answered and asked again", idle.polls_again),
        ("server's CPU, % of a core", f"{idle.cpu_percent:.3f}"),
        ("the same for each poll asked again, µs", idle.cpu_us_per_poll),
        ("at that cost, each asked again when its time is over, %",
         f"{idle.cpu_percent_of_polls:.3f}"),
        ("written to the disk, bytes", idle.written_bytes),
        ("the database has grown by, KiB", idle.database_kib),
        ("the database was written to", "yes" if idle.database_written else "no"),
        ("anonymous RSS, KiB", of_to(idle.anonymous_kib)),
        ("RSS, KiB", of_to(idle.rss_kib)),
    ]
    return "\n".join(["| | |", "| --- | ---: |", *(report.row(r) for r in rows)])

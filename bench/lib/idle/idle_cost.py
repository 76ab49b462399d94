"""What an interval without a message cost: the difference of two snapshots of the server."""

from __future__ import annotations

import time
from dataclasses import dataclass

from lib import report
from lib.linger import linger_program
from lib.linger.server import LingerServer
from lib.measure import process_stats, thread_stats

CPU_PERCENT_MAX = 0.5


@dataclass
class Snapshot:
    """Counters of the server at one moment."""

    time_s: float  # monotonic
    cpu_s: float
    written_bytes: int  # written to the disk by the process, to any file
    database_kib: int
    database_changed_ns: int  # modification time of the file
    anonymous_kib: int
    rss_kib: int
    connected: int
    polls_held_total: int


@dataclass
class IdleCost:
    """Of the interval between two snapshots. The names are those of the JSON file."""

    seconds: float
    clients: int
    connected: int  # at the end
    polls_again: int  # answered because their hold time was over, and sent again
    cpu_percent: float
    cpu_us_per_poll: float
    cpu_percent_of_polls: float  # in the long run, if each poll is held for its full time
    written_bytes: int
    database_kib: int  # growth of the file
    database_written: bool
    anonymous_kib: tuple[int, int]
    rss_kib: tuple[int, int]

    @property
    def is_met(self) -> bool:
        return (self.cpu_percent < CPU_PERCENT_MAX and self.written_bytes == 0
                and not self.database_written)


def take_snapshot(server: LingerServer) -> Snapshot:
    memory = process_stats.memory(server.pid)
    database = (server.data / linger_program.DATABASE).stat()
    return Snapshot(
        time.monotonic(),
        thread_stats.total_seconds(server.pid),
        process_stats.bytes_written(server.pid),
        server.data_kib(),
        database.st_mtime_ns,
        memory.anonymous,
        memory.resident,
        process_stats.established_connections(server.pid, server.port),
        server.metrics()["polls_held_total"],
    )


def cost_between(before: Snapshot, after: Snapshot, clients: int, wait_s: float) -> IdleCost:
    """`wait_s`: how long the clients ask the server to hold a poll."""
    cpu, seconds = after.cpu_s - before.cpu_s, after.time_s - before.time_s
    polls = after.polls_held_total - before.polls_held_total
    cpu_per_poll = cpu / polls if polls else 0.0
    return IdleCost(
        seconds,
        clients,
        after.connected,
        polls,
        cpu / seconds * 100,
        cpu_per_poll * 1e6,
        cpu_per_poll * clients / wait_s * 100,
        after.written_bytes - before.written_bytes,
        after.database_kib - before.database_kib,
        after.database_changed_ns != before.database_changed_ns,
        (before.anonymous_kib, after.anonymous_kib),
        (before.rss_kib, after.rss_kib),
    )


def cost_table(cost: IdleCost) -> str:
    def before_and_after(kib: tuple[int, int]) -> str:
        return f"{kib[0]:,} → {kib[1]:,}"

    rows = [
        ("clients parked, still connected at the end", f"{cost.clients:,}, {cost.connected:,}"),
        ("seconds", cost.seconds),
        ("polls answered and sent again", cost.polls_again),
        ("server's CPU, % of a core", f"{cost.cpu_percent:.3f}"),
        ("the same for each poll, µs", cost.cpu_us_per_poll),
        ("in the long run, if each poll is held for its full time, %",
         f"{cost.cpu_percent_of_polls:.3f}"),
        ("written to the disk, bytes", cost.written_bytes),
        ("growth of the database file, KiB", cost.database_kib),
        ("the database file was written to", "yes" if cost.database_written else "no"),
        ("anonymous RSS, KiB", before_and_after(cost.anonymous_kib)),
        ("RSS, KiB", before_and_after(cost.rss_kib)),
    ]
    return "\n".join(["| | |", "| --- | ---: |", *(report.table_row(row) for row in rows)])

"""Stored messages: what they cost at the start, for a reader that was away, and for new messages.

One store grows from step to step. At the end of each step, MISSED messages for one reader are mixed
among those for others: the reader is behind by that many. The loads add messages of their own,
which are counted.
"""

import itertools
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.growth import catch_up
from lib.growth.bulk_writer import BulkWriter
from lib.linger.accounts import PUBLISHERS, add_accounts, add_friendships
from lib.linger.delivery import Delivery, measure_delivery
from lib.linger.server import LingerServer
from lib.measure import machine, process_stats
from lib.measure.failure import Failure
from lib.measure.folders import TMPFS

SUBSCRIBERS = 1000
MISSED = 10_000
SPREAD = 10  # one in ten messages is the reader's, if there are enough others
STARTS = 3
BYTES_PER_MESSAGE = 1024  # generous estimate of the room on tmpfs


@dataclass
class StoredMessages:
    """The names are those of the JSON file."""

    messages: int  # in the store when its start was measured
    data_mib: float
    fill_per_s: float
    start_after_stop_ms: float
    start_after_kill_ms: float
    anonymous_kib: int  # of the server just started
    catch_up: catch_up.CatchUp
    deliver: Delivery


class Study:
    """A store that grows in steps, and its measurements."""

    def __init__(self, build: Path, folder: Path) -> None:
        self._build, self._folder = build, folder
        self._messages = 0
        with LingerServer(build, folder) as server:
            accounts = add_accounts(server, SUBSCRIBERS + 1)
            add_friendships(server, accounts)
        self._accounts = accounts.part(0, SUBSCRIBERS)
        self._reader = accounts.subscribers[SUBSCRIBERS]
        self._others = itertools.cycle([a.id for a in self._accounts.subscribers])

    def grow(self, messages: int, seconds: float) -> StoredMessages:
        """Fills the store up to so many messages and measures it."""
        added = max(messages - self._messages, 1)
        if added * BYTES_PER_MESSAGE >> 20 > machine.free_tmpfs_mib():
            raise Failure(f"{TMPFS} has no room for {added:,} messages")
        with LingerServer(self._build, self._folder) as server:
            cursor, fill_per_s = self._fill(server, added)
        stored = self._messages
        after_stop = [self._start_after_stop() for _ in range(STARTS)]
        after_kill = [self._start_after_kill() for _ in range(STARTS)]
        with LingerServer(self._build, self._folder) as server:
            anonymous = process_stats.memory(server.pid).anonymous
            data_mib = server.data_kib() / 1024
            caught_up = catch_up.measure(server, self._reader, cursor, seconds)
            delivery = measure_delivery(server, self._accounts, PUBLISHERS, seconds)
            self._messages += server.metrics()["messages_total"]
        return StoredMessages(
            stored,
            data_mib,
            fill_per_s,
            statistics.median(after_stop) * 1e3,
            statistics.median(after_kill) * 1e3,
            anonymous,
            caught_up,
            delivery,
        )

    def _fill(self, server: LingerServer, count: int) -> tuple[int, float]:
        """Returns the cursor from which the reader is behind, and the rate in messages/s."""
        missed = min(MISSED, count)
        mixed = min(count, missed * SPREAD)
        with BulkWriter(server.port, self._accounts.publishers) as writer:
            begin = time.monotonic()
            writer.write(self._others, count - mixed)
            cursor = server.metrics()["last_id"]
            writer.write(self._mixed_recipients(mixed, missed), mixed)
            duration = time.monotonic() - begin
        self._messages += server.metrics()["messages_total"]
        return cursor, count / duration

    def _mixed_recipients(self, count: int, missed: int) -> Iterator[int]:
        """`count` recipients, `missed` of them the reader, evenly spread."""
        for i in range(count):
            is_missed = (i + 1) * missed // count > i * missed // count
            yield self._reader.id if is_missed else next(self._others)

    def _start_after_stop(self) -> float:
        with LingerServer(self._build, self._folder) as server:
            return server.startup_s

    def _start_after_kill(self) -> float:
        """The server is killed while it writes messages."""
        with LingerServer(self._build, self._folder) as server:
            with BulkWriter(server.port, self._accounts.publishers) as writer:
                writer.send_without_waiting(self._others)
                # Those written after this reading are not counted.
                self._messages += server.metrics()["messages_total"]
                server.kill()
        return self._start_after_stop()


COLUMNS = (
    "stored",
    "data file, MiB",
    "filled at, messages/s",
    "start after a stop, ms",
    "start after kill -9, ms",
    "anonymous RSS, KiB",
    "behind",
    "caught up, events/s",
    "the first time, ms",
    "server CPU, µs/event",
    "messages/s, P=16",
    "p50, ms",
    "p99, ms",
    "server CPU, µs/message",
)


def table_cells(stored: StoredMessages) -> list[object]:
    caught_up, delivery = stored.catch_up, stored.deliver
    return [
        stored.messages,
        stored.data_mib,
        stored.fill_per_s,
        stored.start_after_stop_ms,
        stored.start_after_kill_ms,
        stored.anonymous_kib,
        caught_up.events,
        caught_up.events_per_s,
        caught_up.first_ms,
        caught_up.server_cpu_us_per_event,
        delivery.messages_per_s,
        delivery.p50_us / 1e3,
        delivery.p99_us / 1e3,
        delivery.server_cpu_us_per_message,
    ]

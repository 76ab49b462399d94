"""What stored messages cost: at the start, for a reader who was away, and for the next message.

One store grows from step to step. At the end of each step MISSED messages go to one reader, among
those of the others: he is behind by that many. The loads add messages of their own, which count.
"""

import itertools
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measuring import proc
from measuring.failure import Failure
from measuring.folders import TMPFS

from . import accounts as people
from . import catch_up, deliver, machine
from .server import Server
from .writer import Writer

SUBSCRIBERS = 1000
MISSED = 10_000
AMONG = 10  # each tenth message is the reader's, where there are enough others
STARTS = 3
BYTES_PER_MESSAGE = 1024  # room that a message may take on tmpfs, generously


@dataclass
class Stored:
    messages: int  # in the store when its start was measured
    data_mib: float
    fill_per_s: float
    start_after_stop_ms: float
    start_after_kill_ms: float
    anonymous_kib: int  # of the server just started
    catch_up: catch_up.CaughtUp
    deliver: deliver.Delivered


class Study:
    """A store that grows."""

    def __init__(self, build: Path, folder: Path) -> None:
        self._build, self._folder = build, folder
        self._messages = 0
        with Server(build, folder) as server:
            everyone = people.add_accounts(server, SUBSCRIBERS + 1)
            people.befriend(server, everyone)
        self._accounts = everyone.part(0, SUBSCRIBERS)
        self._reader = everyone.subscribers[SUBSCRIBERS]
        self._others = itertools.cycle([a.id for a in self._accounts.subscribers])

    def grow(self, messages: int, seconds: float) -> Stored:
        more = max(messages - self._messages, 1)
        if more * BYTES_PER_MESSAGE >> 20 > machine.free_mib():
            raise Failure(f"no room on {TMPFS} for {more:,} messages")
        with Server(self._build, self._folder) as server:
            after, fill_per_s = self._fill(server, more)
        stored = self._messages
        stopped = [self._start_after_stop() for _ in range(STARTS)]
        killed = [self._start_after_kill() for _ in range(STARTS)]
        with Server(self._build, self._folder) as server:
            anonymous, data = proc.memory(server.pid).anonymous, server.data_kib() / 1024
            caught_up = catch_up.measure(server, self._reader, after, seconds)
            delivered = deliver.run(server, self._accounts, people.PUBLISHERS, seconds)
            self._messages += server.metrics()["messages_total"]
        return Stored(
            stored,
            data,
            fill_per_s,
            statistics.median(stopped) * 1e3,
            statistics.median(killed) * 1e3,
            anonymous,
            caught_up,
            delivered,
        )

    def _fill(self, server: Server, more: int) -> tuple[int, float]:
        """Gives the cursor from which the reader is behind, and messages/s."""
        missed = min(MISSED, more)
        tail = min(more, missed * AMONG)
        with Writer(server.port, self._accounts.publishers) as writer:
            begin = time.monotonic()
            writer.write(self._others, more - tail)
            after = server.metrics()["last_id"]
            writer.write(self._mixed(tail, missed), tail)
            took = time.monotonic() - begin
        self._messages += server.metrics()["messages_total"]
        return after, more / took

    def _mixed(self, count: int, missed: int) -> Iterator[int]:
        """`missed` of `count` to the reader, evenly."""
        for i in range(count):
            his = (i + 1) * missed // count > i * missed // count
            yield self._reader.id if his else next(self._others)

    def _start_after_stop(self) -> float:
        with Server(self._build, self._folder) as server:
            return server.startup_s

    def _start_after_kill(self) -> float:
        """Killed in the middle of messages that are being written."""
        with Server(self._build, self._folder) as server:
            with Writer(server.port, self._accounts.publishers) as writer:
                writer.write_unheard(self._others)
                self._messages += server.metrics()["messages_total"]  # and some that follow
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


def row(s: Stored) -> list[object]:
    c, d = s.catch_up, s.deliver
    return [
        *(s.messages, s.data_mib, s.fill_per_s, s.start_after_stop_ms, s.start_after_kill_ms),
        *(s.anonymous_kib, c.events, c.events_per_s, c.first_ms, c.server_cpu_us_per_event),
        *(d.messages_per_s, d.p50_us / 1e3, d.p99_us / 1e3, d.server_cpu_us_per_message),
    ]

"""Catching up: a reader that was away fetches the messages it missed, page by page."""

import re
import statistics
import time
from dataclasses import dataclass

from lib.linger.accounts import Account
from lib.linger.http_client import Connection, get_request, start_of_stream
from lib.linger.server import LingerServer
from lib.measure import process_stats

_NEXT = re.compile(rb'"next":(\d+)')


@dataclass
class CatchUp:
    events: int
    first_ms: float  # the first time after the start of the server
    events_per_s: float  # median of the later times
    server_cpu_us_per_event: float


def measure(server: LingerServer, reader: Account, cursor: int, seconds: float) -> CatchUp:
    """Catches up from the same cursor again and again: a poll changes nothing in the server."""
    epoch, _ = start_of_stream(server.port, reader.token)
    with Connection(server.port) as connection:
        events, first_s = _catch_up(connection, reader.token, epoch, cursor)
        durations: list[float] = []
        cpu, deadline = process_stats.cpu_seconds(server.pid), time.monotonic() + seconds
        while not durations or time.monotonic() < deadline:
            durations.append(_catch_up(connection, reader.token, epoch, cursor)[1])
        cpu = process_stats.cpu_seconds(server.pid) - cpu
    rate = events / statistics.median(durations)
    return CatchUp(events, first_s * 1e3, rate, cpu / (events * len(durations)) * 1e6)


def _catch_up(connection: Connection, token: str, epoch: str, cursor: int) -> tuple[int, float]:
    """Polls until there are no more events; returns the number of messages and the seconds."""
    events, more, begin = 0, True, time.perf_counter()
    while more:
        path = f"/api/events?after={cursor}&epoch={epoch}"
        body = connection.exchange(get_request(path, token))
        events += body.count(b'"event":"message"')
        # Searched in the whole body: the texts of the messages contain no quotes.
        more = b'"more":true' in body
        cursor = int(_NEXT.findall(body)[-1])
    return events, time.perf_counter() - begin

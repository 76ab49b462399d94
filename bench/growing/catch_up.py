"""A reader who was away fetches what he missed: pages of /api/events until there is no more."""

import re
import statistics
import time
from dataclasses import dataclass

from measuring import proc, wire
from measuring.accounts import Account

from .server import Server

NEXT = re.compile(rb'"next":(\d+)')


@dataclass
class CaughtUp:
    events: int
    first_ms: float  # the first time after the start of the server
    events_per_s: float  # median of the times after it
    server_cpu_us_per_event: float


def measure(server: Server, reader: Account, after: int, seconds: float) -> CaughtUp:
    """Again and again from the same cursor until the time is over: a poll changes nothing."""
    epoch, _ = wire.start(server.port, reader.token)
    with wire.Connection(server.port) as c:
        events, first_s = once(c, reader.token, epoch, after)
        times: list[float] = []
        cpu, until = proc.cpu_seconds(server.pid), time.monotonic() + seconds
        while not times or time.monotonic() < until:
            times.append(once(c, reader.token, epoch, after)[1])
        cpu = proc.cpu_seconds(server.pid) - cpu
    rate = events / statistics.median(times)
    return CaughtUp(events, first_s * 1e3, rate, cpu / (events * len(times)) * 1e6)


def once(c: wire.Connection, token: str, epoch: str, after: int) -> tuple[int, float]:
    """How many messages there were, and the seconds it took."""
    events, more, begin = 0, True, time.perf_counter()
    while more:
        body = c.ask(wire.get(f"/api/events?after={after}&epoch={epoch}", token))
        events += body.count(b'"event":"message"')
        # Of what stands around the events, wherever it stands: texts here have no quotes.
        more = b'"more":true' in body
        after = int(NEXT.findall(body)[-1])
    return events, time.perf_counter() - begin

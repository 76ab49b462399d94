"""Parked clients: their memory, and what messages cost beside them.

Each figure comes from a freshly started server: without sockets left over, and without a heap that
an earlier load has grown. Memory is measured before there are friendships, which take memory
themselves. The fan-out addresses all parked clients. `deliver` addresses some of them, the same
number at each step: its publishers must be friends of all its recipients, and making a friendship
takes longer the more of them exist.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from lib.growth import fan_out
from lib.linger.accounts import PUBLISHERS, Accounts, add_accounts, add_friendships, add_group
from lib.linger.delivery import Delivery, measure_delivery, parked_polls
from lib.linger.server import LingerServer
from lib.measure import process_stats
from lib.measure.folders import TMPFS, temporary_folder

SETTLE_S = 0.5


@dataclass
class Held:
    clients: int
    sockets: int  # that the server has open for them
    park_s: float
    anonymous_before_kib: int
    anonymous_after_kib: int
    anonymous_kib_per_client: float


@dataclass
class ParkedClients:
    """The names are those of the JSON file."""

    held: Held
    fan_out: fan_out.FanOut
    addressed: int
    deliver: Delivery


def measure(build: Path, clients: int, addressed: int, seconds: float) -> ParkedClients:
    """`addressed`: the most clients that `deliver` writes to."""
    with temporary_folder("linger-bench-", TMPFS) as folder:
        with LingerServer(build, folder) as server:
            accounts = add_accounts(server, clients)
        with LingerServer(build, folder) as server:
            held = _measure_memory(server, accounts)
        with LingerServer(build, folder) as server:
            add_group(server, accounts, "everyone")
            recipients = accounts.part(0, addressed)
            add_friendships(server, recipients)
        with LingerServer(build, folder) as server:
            fanned_out = fan_out.measure(server, accounts, seconds)
        with LingerServer(build, folder) as server:
            with parked_polls(server, accounts.part(addressed, clients)):
                delivery = measure_delivery(server, recipients, PUBLISHERS, seconds)
    return ParkedClients(held, fanned_out, len(recipients.subscribers), delivery)


def _measure_memory(server: LingerServer, accounts: Accounts) -> Held:
    server.metrics()  # so that the memory of the first request is not counted
    time.sleep(SETTLE_S)
    before = process_stats.memory(server.pid).anonymous
    sockets = process_stats.open_sockets(server.pid)
    with parked_polls(server, accounts) as park_s:
        time.sleep(SETTLE_S)
        after = process_stats.memory(server.pid).anonymous
        sockets = process_stats.open_sockets(server.pid) - sockets
    count = len(accounts.subscribers)
    return Held(count, sockets, park_s, before, after, (after - before) / count)


COLUMNS = (
    "parked",
    "sockets held",
    "all parked after, s",
    "anonymous RSS, KiB",
    "per client, KiB",
    "written to",
    "messages/s, P=16",
    "p50, ms",
    "p99, ms",
    "server CPU, µs/message",
    "fan-out to all, deliveries/s",
    "last heard, ms",
    "server CPU, µs/delivery",
)


def table_cells(parked: ParkedClients) -> list[object]:
    held, delivery, fanned_out = parked.held, parked.deliver, parked.fan_out
    return [
        held.clients,
        held.sockets,
        held.park_s,
        f"{held.anonymous_before_kib:,} → {held.anonymous_after_kib:,}",
        held.anonymous_kib_per_client,
        parked.addressed,
        delivery.messages_per_s,
        delivery.p50_us / 1e3,
        delivery.p99_us / 1e3,
        delivery.server_cpu_us_per_message,
        fanned_out.deliveries_per_s,
        fanned_out.last_heard_ms,
        fanned_out.server_cpu_us_per_delivery,
    ]

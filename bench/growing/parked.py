"""What a parked client costs, for more and more of them.

Each figure comes from a server that has just started: no sockets that linger, no heap that an
earlier load has stretched. Memory is measured before there are friendships, which take room of their
own. The fan-out writes to all who are parked. `deliver` writes to some of them, the same number at
each step: its publishers must be friends of all whom they write to, and making a friendship takes
the longer the more of them there are.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from measuring import proc
from measuring.accounts import Accounts

from . import accounts as people
from . import deliver, group, machine
from .server import Server

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
class Parked:
    held: Held
    fan_out: group.FanOut
    addressed: int
    deliver: deliver.Delivered


def measure(build: Path, clients: int, addressed: int, seconds: float) -> Parked:
    """`addressed`: how many of the clients `deliver` writes to, at most."""
    with machine.fresh_folder() as folder:
        with Server(build, folder) as server:
            accounts = people.add_accounts(server, clients)
        with Server(build, folder) as server:
            held = hold(server, accounts)
        with Server(build, folder) as server:
            people.gather(server, accounts, "everyone")
            written_to = accounts.part(0, addressed)
            people.befriend(server, written_to)
        with Server(build, folder) as server:
            fan_out = group.measure(server, accounts, seconds)
        with Server(build, folder) as server:
            with deliver.holding(server, accounts.part(addressed, clients)):
                delivered = deliver.run(server, written_to, people.PUBLISHERS, seconds)
    return Parked(held, fan_out, len(written_to.subscribers), delivered)


def hold(server: Server, accounts: Accounts) -> Held:
    server.metrics()  # its first request is behind it
    time.sleep(SETTLE_S)
    before, sockets = proc.memory(server.pid).anonymous, proc.sockets(server.pid)
    with deliver.holding(server, accounts) as park_s:
        time.sleep(SETTLE_S)
        after, sockets = proc.memory(server.pid).anonymous, proc.sockets(server.pid) - sockets
    n = len(accounts.subscribers)
    return Held(n, sockets, park_s, before, after, (after - before) / n)


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


def row(p: Parked) -> list[object]:
    h, d, f = p.held, p.deliver, p.fan_out
    memory = f"{h.anonymous_before_kib:,} → {h.anonymous_after_kib:,}"
    return [
        *(h.clients, h.sockets, h.park_s, memory, h.anonymous_kib_per_client),
        p.addressed,
        *(d.messages_per_s, d.p50_us / 1e3, d.p99_us / 1e3, d.server_cpu_us_per_message),
        *(f.deliveries_per_s, f.last_heard_ms, f.server_cpu_us_per_delivery),
    ]

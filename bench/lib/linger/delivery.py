"""Runs the load generator against a `LingerServer`, and measures the server meanwhile."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from lib.linger.accounts import Accounts
from lib.linger.deliver_program import finish_deliver, start_deliver
from lib.linger.server import LingerServer
from lib.measure import process_stats
from lib.measure.processes import Process

HOLD_SECONDS = 300  # at most; the load is ended as soon as it is no longer needed
END_TIMEOUT_S = 60  # beyond the time that the load was told to run


@dataclass
class Delivery:
    """Messages to parked polls, of publishers in a closed loop."""

    messages_per_s: float
    p50_us: int
    p99_us: int
    server_cpu_us_per_message: float


def start_load(
    server: LingerServer, port: int, accounts: Accounts, publishers: int, seconds: float,
    *more_options: str,
) -> Process:
    options = ["--tokens", str(accounts.file), "--subscribers", str(len(accounts.subscribers))]
    options += ["--publishers", str(publishers), *more_options]
    return start_deliver(server.deliver, port, seconds, options, server.data.parent / "load-errors")


@contextlib.contextmanager
def parked_polls(server: LingerServer, accounts: Accounts) -> Iterator[float]:
    """Holds a poll of each subscriber. Yields the seconds until the last of them was parked."""
    count, ports = len(accounts.subscribers), server.ports
    bounds = [count * i // len(ports) for i in range(len(ports) + 1)]
    parts = [(port, accounts.part(*ends)) for port, *ends in zip(ports, bounds, bounds[1:])]
    loads: list[Process] = []
    begin = time.monotonic()
    try:
        for port, part in parts:
            if part.subscribers:
                loads.append(start_load(server, port, part, 0, HOLD_SECONDS, "--hold"))
        server.wait_for_metric("polls_held", count, *loads)
        yield time.monotonic() - begin
    finally:
        for load in loads:
            load.kill()


def measure_delivery(
    server: LingerServer, accounts: Accounts, publishers: int, seconds: float
) -> Delivery:
    """The processor time is that of an interval within the run: parking is not counted."""
    before = server.metrics()["messages_total"]
    load = start_load(server, server.port, accounts, publishers, seconds)
    try:
        server.wait_for_metric("messages_total", before + 1, load)
        cpu, messages = process_stats.cpu_seconds(server.pid), server.metrics()["messages_total"]
        time.sleep(seconds * 0.8)
        cpu = process_stats.cpu_seconds(server.pid) - cpu
        messages = server.metrics()["messages_total"] - messages
        results = finish_deliver(load, seconds + END_TIMEOUT_S)
    finally:
        load.kill()
    return Delivery(
        results["messages_per_s"],
        int(results["p50_us"]),
        int(results["p99_us"]),
        cpu / max(messages, 1) * 1e6,
    )

"""Runs the load program `deliver`, and watches the server meanwhile."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from measuring import load, proc
from measuring.accounts import Accounts
from measuring.failure import Failure
from measuring.process import Process
from measuring.wait import wait_until

from .server import Server

SETTLE_TIMEOUT_S = 60
HOLD_SECONDS = 300  # at most; ended as soon as it is not needed
END_TIMEOUT_S = 60  # beyond what it was told to run for


@dataclass
class Delivered:
    messages_per_s: float
    p50_us: int
    p99_us: int
    server_cpu_us_per_message: float


def start(
    server: Server, port: int, accounts: Accounts, publishers: int, seconds: float, *more: str
) -> Process:
    options = ["--tokens", str(accounts.file), "--subscribers", str(len(accounts.subscribers))]
    options += ["--publishers", str(publishers), *more]
    return load.start(server.deliver, port, seconds, options, server.data.parent / "load-errors")


def wait_for(server: Server, metric: str, value: int, *loads: Process) -> None:
    """Until the server's metric is at least this."""

    def is_so() -> bool:
        if server.metrics()[metric] >= value:
            return True
        for one in loads:
            if not one.is_running():
                raise Failure(f"deliver ended before its time: {one.last_words()}")
        return False

    wait_until(f"{metric} is {value}", SETTLE_TIMEOUT_S, is_so, 0.02)


@contextlib.contextmanager
def holding(server: Server, accounts: Accounts) -> Iterator[float]:
    """Within, a poll of each subscriber is held; gives the seconds until the last one was."""
    n, ports = len(accounts.subscribers), server.ports
    shares = [n * i // len(ports) for i in range(len(ports) + 1)]
    parts = [(port, accounts.part(*ends)) for port, *ends in zip(ports, shares, shares[1:])]
    loads: list[Process] = []
    begin = time.monotonic()
    try:
        for port, part in parts:
            if part.subscribers:
                loads.append(start(server, port, part, 0, HOLD_SECONDS, "--hold"))
        wait_for(server, "polls_held", n, *loads)
        yield time.monotonic() - begin
    finally:
        for one in loads:
            one.kill()


def run(server: Server, accounts: Accounts, publishers: int, seconds: float) -> Delivered:
    """The processor time is of a window within the run: parking is not counted."""
    before = server.metrics()["messages_total"]
    process = start(server, server.port, accounts, publishers, seconds)
    try:
        wait_for(server, "messages_total", before + 1, process)
        cpu, messages = proc.cpu_seconds(server.pid), server.metrics()["messages_total"]
        time.sleep(seconds * 0.8)
        cpu = proc.cpu_seconds(server.pid) - cpu
        messages = server.metrics()["messages_total"] - messages
        figures = load.finish(process, seconds + END_TIMEOUT_S)
    finally:
        process.kill()
    return Delivered(
        figures["messages_per_s"],
        int(figures["p50_us"]),
        int(figures["p99_us"]),
        cpu / max(messages, 1) * 1e6,
    )

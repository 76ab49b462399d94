"""What is asked of the servers: by the load program, and by wrk."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from measuring import load, proc
from measuring.cores import LOAD_CPU
from measuring.failure import Failure
from measuring.process import Process
from measuring.wait import wait_until
from side_by_side import spent
from side_by_side.server import Running
from side_by_side.setting import Setting

GRACE_S = 90  # a load that has not ended so long after its time never will
READ_EVERY_S = 0.1


def deliver(setting: Setting, running: Running, seconds: float, *options: str) -> dict[str, float]:
    """Runs the load program for so long and returns what it counted."""
    return load.finish(_start(setting, running, seconds, *options), seconds + GRACE_S)


def watched(
    setting: Setting, running: Running, seconds: float, rate: str, *options: str
) -> tuple[dict[str, float], dict[str, float]]:
    """The same, and for each of what it counted, of which `rate` says how many there were a
    second, where the time went. The server's threads are looked at now and then: counted is what
    they used from soon after the load began to count to soon before it was done."""
    process = _start(setting, running, seconds, *options)
    readings: list[spent.Reading] = []
    until = time.monotonic() + seconds + GRACE_S
    try:
        while process.is_running() and time.monotonic() < until:
            readings.append(spent.read(running.pid, process.pid))
            time.sleep(min(READ_EVERY_S, seconds / 10))
        got = load.finish(process, max(1.0, until - time.monotonic()))
    finally:
        process.kill()
    begin, end = got["counted_from_us"] / 1e6, got["counted_until_us"] / 1e6
    return got, spent.by_part(*spent.within(readings, begin, end), got[rate])


@contextmanager
def holding(setting: Setting, running: Running, clients: int, transport: str) -> Iterator[None]:
    """Clients who only listen, from when the server has them all."""
    options = ("--subscribers", str(clients), "--hold", "--transport", transport)
    process = _start(setting, running, 600, *options)
    try:
        process.wait_lines(1, 90)
        wait_until(f"{clients} clients are connected", 30,
                   lambda: proc.established(running.pid, running.port) >= clients)
        yield
        if not process.is_running():
            raise Failure(f"the clients gave up: {process.last_words()}")
    finally:
        process.end()


def _start(setting: Setting, running: Running, seconds: float, *options: str) -> Process:
    return load.start(setting.deliver, running.port, seconds, [*running.load_options, *options],
                      running.folder / "load-errors")


@dataclass(frozen=True)
class Polls:
    requests: int
    per_s: float


def short_polls(running: Running, seconds: float) -> Polls:
    """Empty polls over 64 kept-alive connections, as fast as they are answered."""
    argv = ["wrk", "-t1", "-c64", f"-d{max(1, round(seconds))}s"]
    for one in running.poll_fields:
        argv += ["-H", one]
    argv.append(f"http://127.0.0.1:{running.port}{running.poll_path}")
    process = Process(argv, LOAD_CPU, running.folder / "load-errors")
    printed = process.wait(seconds + GRACE_S)
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise Failure(f"wrk saw errors: {printed.strip().splitlines()[-3:]}")
    total = re.search(r"(\d+) requests in", printed)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", printed)
    if not total or not rate:
        raise Failure("wrk printed something unknown")
    return Polls(int(total[1]), float(rate[1]))

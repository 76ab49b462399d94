"""Runs the load generator `deliver` against a candidate's server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from lib.linger.deliver_program import finish_deliver, start_deliver
from lib.measure import process_stats
from lib.measure.failure import Failure
from lib.measure.processes import Process
from lib.measure.wait import wait_until
from lib.side_by_side.candidates.candidate import RunningServer
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads.core_time_samples import (
    Sample, core_time_parts, samples_within, take_sample,
)

END_TIMEOUT_S = 90  # beyond the time that the load was told to run
SAMPLE_INTERVAL_S = 0.1
HOLD_SECONDS = 600  # at most; the load is ended as soon as it is no longer needed
HOLD_TIMEOUT_S = 90
CONNECT_TIMEOUT_S = 30


def run_load(
    settings: Settings, server: RunningServer, seconds: float, *options: str
) -> dict[str, float]:
    """Runs a load for so long and returns its results."""
    load = _start(settings, server, seconds, *options)
    return finish_deliver(load, seconds + END_TIMEOUT_S)


def run_sampled_load(
    settings: Settings, server: RunningServer, seconds: float, rate: str, *options: str
) -> tuple[dict[str, float], dict[str, float]]:
    """The same, and the core time per message, by part. `rate` is the name of the result that gives
    the messages per second. The server's threads are sampled at intervals; those samples count that
    lie in the interval that the load counted."""
    load = _start(settings, server, seconds, *options)
    samples: list[Sample] = []
    deadline = time.monotonic() + seconds + END_TIMEOUT_S
    try:
        while load.is_running() and time.monotonic() < deadline:
            samples.append(take_sample(server.pid, load.pid))
            time.sleep(min(SAMPLE_INTERVAL_S, seconds / 10))
        results = finish_deliver(load, max(1.0, deadline - time.monotonic()))
    finally:
        load.kill()
    begin, end = results["counted_from_us"] / 1e6, results["counted_until_us"] / 1e6
    return results, core_time_parts(*samples_within(samples, begin, end), results[rate])


@contextmanager
def held_clients(
    settings: Settings, server: RunningServer, clients: int, transport: str
) -> Iterator[None]:
    """Clients that only listen. Entered when the server has accepted all of them."""
    options = ("--subscribers", str(clients), "--hold", "--transport", transport)
    load = _start(settings, server, HOLD_SECONDS, *options)
    try:
        load.wait_lines(1, HOLD_TIMEOUT_S)
        wait_until(
            f"{clients} clients are connected", CONNECT_TIMEOUT_S,
            lambda: process_stats.established_connections(server.pid, server.port) >= clients)
        yield
        if not load.is_running():
            raise Failure(f"the load ended too early: {load.last_error()}")
    finally:
        load.end()


def _start(settings: Settings, server: RunningServer, seconds: float, *options: str) -> Process:
    return start_deliver(settings.deliver, server.port, seconds,
                         [*server.deliver_options, *options], server.folder / "load-errors")

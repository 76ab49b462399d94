"""Runs the load program `deliver`, and watches the server meanwhile."""

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

from .accounts import Accounts
from .machine import LOAD_CPU
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
) -> "subprocess.Popen[str]":
    command = [str(server.build / "deliver"), f"--port={port}"]
    command += [f"--tokens={accounts.file}", f"--subscribers={len(accounts.subscribers)}"]
    command += [f"--publishers={publishers}", f"--seconds={seconds:.1f}", *more]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CPU}),
    )


def end(load: "subprocess.Popen[str]") -> None:
    if load.poll() is None:
        load.kill()
    load.wait()
    if load.stdout:
        load.stdout.close()


def finish(load: "subprocess.Popen[str]", timeout_s: float) -> dict[str, float]:
    """The figures of the line it prints at its end."""
    text, _ = load.communicate(timeout=timeout_s)
    if load.returncode != 0:
        raise RuntimeError("deliver failed")
    figures = {name: float(value) for name, value in re.findall(r"([\w/]+)=([\d.]+)", text)}
    if figures["refused"] > 0:
        raise RuntimeError(f"deliver was refused: {text}")
    return figures


def wait_for(server: Server, metric: str, value: int, *loads: "subprocess.Popen[str]") -> None:
    """Until the server's metric is at least this."""
    until = time.monotonic() + SETTLE_TIMEOUT_S
    while server.metrics()[metric] < value:
        if any(load.poll() is not None for load in loads):
            raise RuntimeError("deliver ended before its time")
        if time.monotonic() > until:
            raise RuntimeError(f"{metric} did not reach {value} in {SETTLE_TIMEOUT_S} s")
        time.sleep(0.02)


@contextlib.contextmanager
def holding(server: Server, accounts: Accounts) -> Iterator[float]:
    """Within, a poll of each subscriber is held; gives the seconds until the last one was."""
    n, ports = len(accounts.subscribers), server.ports
    shares = [n * i // len(ports) for i in range(len(ports) + 1)]
    parts = [(port, accounts.part(*ends)) for port, *ends in zip(ports, shares, shares[1:])]
    loads: list[subprocess.Popen[str]] = []
    begin = time.monotonic()
    try:
        for port, part in parts:
            if part.subscribers:
                loads.append(start(server, port, part, 0, HOLD_SECONDS, "--hold"))
        wait_for(server, "polls_held", n, *loads)
        yield time.monotonic() - begin
    finally:
        for load in loads:
            end(load)


def run(server: Server, accounts: Accounts, publishers: int, seconds: float) -> Delivered:
    """The processor time is of a window within the run: parking is not counted."""
    before = server.metrics()["messages_total"]
    load = start(server, server.port, accounts, publishers, seconds)
    try:
        wait_for(server, "messages_total", before + 1, load)
        cpu, messages = server.cpu_s(), server.metrics()["messages_total"]
        time.sleep(seconds * 0.8)
        cpu = server.cpu_s() - cpu
        messages = server.metrics()["messages_total"] - messages
        figures = finish(load, seconds + END_TIMEOUT_S)
    finally:
        end(load)
    return Delivered(
        figures["messages_per_s"],
        int(figures["p50_us"]),
        int(figures["p99_us"]),
        cpu / max(messages, 1) * 1e6,
    )

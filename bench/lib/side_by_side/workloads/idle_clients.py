"""The workloads with clients that only listen: park, their memory and what waiting costs, and
footprint, the total size of Linger."""

from __future__ import annotations

import subprocess
import time

from lib.measure import process_stats
from lib.measure.failure import Failure
from lib.side_by_side.candidates.candidate import Candidate, RunningServer
from lib.side_by_side.population import Population
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads.core_time_samples import AddFigure
from lib.side_by_side.workloads.load_runs import held_clients

KIB_PER_MIB = 1024


def park(settings: Settings, candidate: Candidate, add: AddFigure) -> None:
    """Ten thousand clients that wait: their memory, and the server's CPU and writes meanwhile."""
    clients = settings.parked_django if candidate.name == "django" else settings.parked
    transports = ["long", "sse", "websocket"] if candidate.name == "linger" else ["long"]
    for transport in transports:
        with candidate.running(Population(clients)) as server:
            before = _settled_memory_kib(server.pid)
            with held_clients(settings, server, clients, transport):
                after = _settled_memory_kib(server.pid)
                connected = process_stats.established_connections(server.pid, server.port)
                add(f"park-{transport}", (after - before) / connected)
                if transport == "long":
                    add("park-clients", connected)
                if transport == "long" and candidate.name in ("linger", "nchan"):
                    _measure_waiting(settings, server, add)


def footprint(settings: Settings, candidate: Candidate, add: AddFigure) -> None:
    """Linger's memory when idle and with as many clients as its default limits allow, and the size
    of the program."""
    with candidate.running(Population(settings.subscribers)) as server:
        add("idle", _settled_memory_kib(server.pid) / KIB_PER_MIB)
        with held_clients(settings, server, settings.parked_most, "long"):
            add("parked-shared", _settled_memory_kib(server.pid) / KIB_PER_MIB)
    with candidate.running(Population(settings.parked_most)) as server:
        with held_clients(settings, server, settings.parked_most, "long"):
            add("parked-most", _settled_memory_kib(server.pid) / KIB_PER_MIB)
    stripped = settings.memory / "stripped"
    argv = ["strip", "-o", str(stripped), str(settings.linger)]
    if subprocess.run(argv, capture_output=True, timeout=60).returncode != 0:
        raise Failure("strip failed")
    add("binary", stripped.stat().st_size / 1024 / KIB_PER_MIB)
    stripped.unlink()


def _measure_waiting(settings: Settings, server: RunningServer, add: AddFigure) -> None:
    cpu = process_stats.cpu_seconds(server.pid)
    written = process_stats.bytes_written(server.pid)
    begin = time.monotonic()
    time.sleep(settings.idle_seconds)
    seconds = time.monotonic() - begin
    add("park-cpu", (process_stats.cpu_seconds(server.pid) - cpu) / seconds * 100)
    add("park-written", process_stats.bytes_written(server.pid) - written)


def _settled_memory_kib(pid: int) -> int:
    """Anonymous and shared memory, once it no longer changes; nchan keeps its clients in shared
    memory."""
    previous = -1
    for _ in range(20):
        memory = process_stats.memory(pid)
        kib = memory.anonymous + memory.shared
        if abs(kib - previous) <= kib / 500:
            break
        previous = kib
        time.sleep(0.4)
    return kib

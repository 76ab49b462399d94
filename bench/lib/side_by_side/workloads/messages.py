"""The workloads with messages: deliver, to one parked poll each, and fan-out, to all of them."""

from __future__ import annotations

from lib.measure.failure import Failure
from lib.side_by_side.candidates.candidate import Candidate, RunningServer
from lib.side_by_side.population import Population, circles
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads.core_time_samples import AddFigure, add_core_time
from lib.side_by_side.workloads.disk_commit import median_commit_us
from lib.side_by_side.workloads.load_runs import run_load, run_sampled_load

DJANGO_SECONDS = 2


def deliver(settings: Settings, candidate: Candidate, add: AddFigure) -> None:
    """A thousand parked polls; P publishers in a closed loop, each message to the next poll."""
    population = Population(settings.subscribers, settings.publishers_most)
    if candidate.name == "django":
        # The threads of clients that have left still wait: a fresh server for each P. Not sampled:
        # reading a thousand threads would take time from the load.
        for publishers in (1, 16):
            with candidate.running(population) as server:
                _deliver(settings, server, publishers, DJANGO_SECONDS, add, sampled=False)
        return
    with candidate.running(population) as server:
        commit_before_ms = _commit_ms(server) if candidate.name == "linger" else 0
        p50_ms = _deliver(settings, server, 1, settings.seconds, add)
        if candidate.name == "linger":
            commit_ms = (commit_before_ms + _commit_ms(server)) / 2
            add("commit", commit_ms)
            add("over-commit", p50_ms - commit_ms)
        _deliver(settings, server, 16, settings.seconds, add)
        _deliver(settings, server, 1024, settings.seconds, add)


def _commit_ms(server: RunningServer) -> float:
    return median_commit_us(server.folder) / 1000


def _deliver(
    settings: Settings, server: RunningServer, publishers: int, seconds: float, add: AddFigure,
    sampled: bool = True,
) -> float:
    """The figures of one number of publishers. Returns the median latency in ms."""
    count = min(publishers, settings.publishers_most)
    options = ["--subscribers", str(settings.subscribers), "--publishers", str(count)]
    options += ["--circles", str(circles(count))]
    parts: dict[str, float] = {}
    if sampled:
        results, parts = run_sampled_load(settings, server, seconds, "messages_per_s", *options)
    else:
        results = run_load(settings, server, seconds, *options)
    if not results["counted"]:
        raise Failure(f"P={publishers}: no message was delivered")
    add(f"deliver-{publishers}", results["messages_per_s"])
    add_core_time(add, f"deliver-{publishers}", parts)
    add(f"deliver-{publishers}-p50", results["p50_us"] / 1000)
    add(f"deliver-{publishers}-p99", results["p99_us"] / 1000)
    return results["p50_us"] / 1000


def fan_out(settings: Settings, candidate: Candidate, add: AddFigure) -> None:
    """One message to all parked polls; the next one when all have received it and poll again."""
    with candidate.running(Population(settings.subscribers, settings.publishers_most)) as server:
        options = ("--subscribers", str(settings.subscribers), "--fan-out")
        results, parts = run_sampled_load(
            settings, server, settings.seconds, "deliveries_per_s", *options)
        add("fan-out", results["deliveries_per_s"])
        add_core_time(add, "fan-out", parts)
        add("fan-out-p50", results["p50_us"] / 1000)

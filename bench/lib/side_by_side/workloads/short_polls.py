"""The workload polls: short polls without events, by wrk."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass

from lib.measure import process_stats
from lib.measure.cores import LOAD_CPU
from lib.measure.failure import Failure
from lib.measure.processes import Process
from lib.side_by_side.candidates.candidate import Candidate, RunningServer
from lib.side_by_side.population import Population
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads.core_time_samples import (
    AddFigure, add_core_time, core_time_parts, take_sample,
)

CONNECTIONS = 64
END_TIMEOUT_S = 90  # beyond the time that wrk was told to run


def polls(settings: Settings, candidate: Candidate, add: AddFigure) -> None:
    """Polls that are answered at once without events; signed in where there are accounts."""
    if shutil.which("wrk") is None:
        raise Failure("wrk is not installed")
    with candidate.running(Population(settings.subscribers, settings.publishers_most)) as server:
        cpu, first = process_stats.cpu_seconds(server.pid), take_sample(server.pid)
        result = _run_wrk(server, settings.seconds)
        cpu, last = process_stats.cpu_seconds(server.pid) - cpu, take_sample(server.pid)
        add("polls", result.requests_per_s)
        add("polls-cpu", cpu / result.requests * 1e6)
        rate = result.requests / (last.time_s - first.time_s)
        add_core_time(add, "polls", core_time_parts(first, last, rate))


@dataclass(frozen=True)
class WrkResult:
    requests: int
    requests_per_s: float


def _run_wrk(server: RunningServer, seconds: float) -> WrkResult:
    """Kept-alive connections in a closed loop."""
    argv = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    for field in server.poll_fields:
        argv += ["-H", field]
    argv.append(f"http://127.0.0.1:{server.port}{server.poll_path}")
    output = Process(argv, LOAD_CPU, server.folder / "load-errors").wait(seconds + END_TIMEOUT_S)
    if "Non-2xx" in output or "Socket errors" in output:
        raise Failure(f"wrk reports errors: {output.strip().splitlines()[-3:]}")
    requests = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", output)
    if not requests or not rate or not int(requests[1]):
        raise Failure(f"wrk printed no result: {output.strip()[-200:]!r}")
    return WrkResult(int(requests[1]), float(rate[1]))

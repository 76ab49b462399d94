"""The load generator: the program `deliver` of bench/load."""

from __future__ import annotations

import json
from pathlib import Path

from lib.measure.cores import LOAD_CPU
from lib.measure.failure import Failure
from lib.measure.processes import Process


def start_deliver(
    program: Path, port: int, seconds: float, options: list[str], error_file: Path
) -> Process:
    argv = [str(program), "--port", str(port), "--json", "--seconds", f"{seconds:g}", *options]
    return Process(argv, LOAD_CPU, error_file)


def finish_deliver(load: Process, timeout_s: float) -> dict[str, float]:
    """Waits for the end of the load and returns its results. Raises a `Failure` if a message was
    refused."""
    printed = json.loads(load.wait(timeout_s))
    results = {name: float(v) for name, v in printed.items() if not isinstance(v, str)}
    if results.get("refused"):
        raise Failure(f"{results['refused']:.0f} messages were refused")
    return results

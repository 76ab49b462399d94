"""The load program: bench/load's deliver."""

from __future__ import annotations

import json
from pathlib import Path

from measuring.cores import LOAD_CPU
from measuring.failure import Failure
from measuring.process import Process


def start(program: Path, port: int, seconds: float, options: list[str], errors: Path) -> Process:
    argv = [str(program), "--port", str(port), "--json", "--seconds", f"{seconds:g}", *options]
    return Process(argv, LOAD_CPU, errors)


def finish(load: Process, seconds: float) -> dict[str, float]:
    """Waits for its end, and returns what it counted."""
    told = json.loads(load.wait(seconds))
    figures = {name: float(v) for name, v in told.items() if not isinstance(v, str)}
    if figures.get("refused"):
        raise Failure(f"{figures['refused']:.0f} messages were refused")
    return figures

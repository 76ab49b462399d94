"""The design of the Django tutorials: one thread waits per poll. gunicorn runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from lib.measure import process_stats
from lib.measure.cores import SERVER_CPU
from lib.measure.processes import Process
from lib.side_by_side.candidates.candidate import Candidate, RunningServer
from lib.side_by_side.population import Population
from lib.sources import ROOT

APPLICATION = ROOT / "bench" / "rivals" / "django_chat"
THREADS = 1100


class DjangoChat(Candidate):
    name = "django"
    title = "Django, a thread a poll"

    def missing(self) -> str | None:
        return None if self._python else "gunicorn, or Django for the same Python,"

    def start(self, folder: Path, port: int, population: Population) -> Process:
        argv = [*(self._python or ["python3"]), "-m", "gunicorn"]
        argv += ["--worker-class", "gthread", "--workers", "1"]
        argv += ["--threads", str(THREADS), "--worker-connections", str(4 * THREADS)]
        argv += ["--keep-alive", "3600", "--graceful-timeout", "1", "--log-level", "warning"]
        argv += ["--worker-tmp-dir", str(folder), "--bind", f"127.0.0.1:{port}", "chat:application"]
        return Process(argv, SERVER_CPU, folder / "errors", cwd=APPLICATION,
                       environment={"PYTHONDONTWRITEBYTECODE": "1"})

    def describe(
        self, process: Process, port: int, folder: Path, population: Population
    ) -> RunningServer:
        worker = process_stats.children(process.pid)[0]
        return RunningServer(worker, port, folder, ["--server", "plain"])

    @cached_property
    def _python(self) -> list[str] | None:
        """A Python that has both gunicorn and Django: that of the command gunicorn, the system's,
        or the one that runs this. They differ where a Python beside the system's is installed."""
        choices = [_interpreter_of_gunicorn(), ["/usr/bin/python3"], [sys.executable]]
        for python in filter(None, choices):
            argv = [*python, "-c", "import django, gunicorn"]
            try:
                if subprocess.run(argv, capture_output=True, timeout=60).returncode == 0:
                    return python
            except (OSError, subprocess.TimeoutExpired):
                pass
        return None


def _interpreter_of_gunicorn() -> list[str]:
    """From the first line of the script; empty if there is none."""
    script = shutil.which("gunicorn")
    if script is None:
        return []
    with open(script, errors="replace") as lines:
        first = lines.readline()
    return first[2:].split() if first.startswith("#!") else []

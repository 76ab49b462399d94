"""The bare epoll loop: the upper limit of a single thread on this kernel."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from lib.measure.cores import SERVER_CPU
from lib.measure.failure import Failure
from lib.measure.processes import Process
from lib.side_by_side.candidates.candidate import Candidate, RunningServer
from lib.side_by_side.population import Population
from lib.sources import ROOT

SOURCE = ROOT / "bench" / "rivals" / "bare_loop.cpp"


class BareLoop(Candidate):
    name = "bare"
    title = "bare epoll loop"

    def missing(self) -> str | None:
        return None if _compiler() else "g++"

    def start(self, folder: Path, port: int, population: Population) -> Process:
        return Process([str(self._build()), str(port)], SERVER_CPU, folder / "errors")

    def describe(
        self, process: Process, port: int, folder: Path, population: Population
    ) -> RunningServer:
        return RunningServer(process.pid, port, folder, ["--server", "plain"])

    def _build(self) -> Path:
        """Compiled beside `linger`: temporary folders may be mounted noexec."""
        program = self.settings.linger.parent / "bare_loop"
        if not program.exists() or program.stat().st_mtime < SOURCE.stat().st_mtime:
            argv = [_compiler() or "g++", "-std=c++20", "-O2", str(SOURCE), "-o", str(program)]
            compiled = subprocess.run(argv, capture_output=True, text=True, timeout=120)
            if compiled.returncode != 0:
                raise Failure(f"bare_loop.cpp does not compile: {compiled.stderr.strip()[:300]}")
        return program


def _compiler() -> str | None:
    return shutil.which("g++") or shutil.which("c++")

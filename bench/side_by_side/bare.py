"""The bare epoll loop: what this kernel gives a single thread at best."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from measuring.cores import SERVER_CPU
from measuring.failure import Failure
from measuring.process import Process
from side_by_side.cast import Cast
from side_by_side.server import Running, Server
from side_by_side.setting import ROOT

SOURCE = ROOT / "bench" / "rivals" / "bare_loop.cpp"


class Bare(Server):
    name = "bare"
    title = "bare epoll loop"

    def missing(self) -> str | None:
        return None if shutil.which("g++") else "g++"

    def start(self, folder: Path, port: int, cast: Cast) -> Process:
        return Process([str(self._built()), str(port)], SERVER_CPU, folder / "errors")

    def describe(self, process: Process, port: int, folder: Path, cast: Cast) -> Running:
        return Running(process.pid, port, folder, ["--server", "plain"])

    def _built(self) -> Path:
        program = self.setting.memory / "bare_loop"
        if not program.exists():
            argv = ["g++", "-std=c++20", "-O2", str(SOURCE), "-o", str(program)]
            made = subprocess.run(argv, capture_output=True, text=True, timeout=120)
            if made.returncode != 0:
                raise Failure(f"bare_loop.cpp does not compile: {made.stderr.strip()[:300]}")
        return program

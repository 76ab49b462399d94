"""The tutorials' design in Django: a thread waits for each poll."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from measuring import proc
from measuring.cores import SERVER_CPU
from measuring.process import Process
from side_by_side.cast import Cast
from side_by_side.server import Running, Server
from side_by_side.setting import ROOT

APPLICATION = ROOT / "bench" / "rivals" / "django_chat"
THREADS = 1100


class Django(Server):
    name = "django"
    title = "Django, a thread a poll"

    def missing(self) -> str | None:
        gunicorn = shutil.which("gunicorn")
        if gunicorn is None:
            return "gunicorn"
        # Its Python is not always the one that runs this.
        first = Path(gunicorn).open(errors="replace").readline()
        python = first[2:].split() if first.startswith("#!") else ["python3"]
        asked = subprocess.run([*python, "-c", "import django"], capture_output=True, timeout=60)
        return None if asked.returncode == 0 else "Django, for the Python of gunicorn"

    def start(self, folder: Path, port: int, cast: Cast) -> Process:
        argv = ["gunicorn", "--worker-class", "gthread", "--workers", "1"]
        argv += ["--threads", str(THREADS), "--worker-connections", str(4 * THREADS)]
        argv += ["--keep-alive", "3600", "--graceful-timeout", "1", "--log-level", "warning"]
        argv += ["--worker-tmp-dir", str(folder), "--bind", f"127.0.0.1:{port}", "chat:application"]
        return Process(argv, SERVER_CPU, folder / "errors", cwd=APPLICATION,
                       environment={"PYTHONDONTWRITEBYTECODE": "1"})

    def describe(self, process: Process, port: int, folder: Path, cast: Cast) -> Running:
        worker = proc.children(process.pid)[0]
        return Running(worker, port, folder, ["--server", "plain"])

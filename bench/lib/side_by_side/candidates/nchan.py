"""nchan in nginx: long polling in memory, with one worker."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from pathlib import Path

from lib.measure import process_stats
from lib.measure.cores import SERVER_CPU
from lib.measure.processes import Process
from lib.side_by_side.candidates.candidate import Candidate, RunningServer
from lib.side_by_side.population import Population
from lib.sources import ROOT

TEMPLATE = ROOT / "bench" / "rivals" / "nchan.conf"
MODULE = "ngx_nchan_module.so"
# Beside the folder that nginx was built for, which it tells.
MODULE_FOLDERS = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"]
OPEN_FILES_MAX = 1 << 20


class Nchan(Candidate):
    name = "nchan"
    title = "nchan in nginx"

    def missing(self) -> str | None:
        nginx = _nginx()
        if nginx is None:
            return "nginx"
        return None if _module(nginx) else "nginx's module nchan"

    def start(self, folder: Path, port: int, population: Population) -> Process:
        nginx = _nginx() or "nginx"
        # Started by root, the worker runs as another user, which must reach its files.
        folder.chmod(0o711)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if files == resource.RLIM_INFINITY or files > OPEN_FILES_MAX:
            files = OPEN_FILES_MAX
        values = {
            "MODULE": str(_module(nginx)),
            "FOLDER": str(folder),
            "PORT": str(port),
            "FILES": str(files),
            "CONNECTIONS": str(min(files - 100, 50_000)),
        }
        text = TEMPLATE.read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        (folder / "nginx.conf").write_text(text)
        argv = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
        return Process([*argv, "-e", str(folder / "errors")], SERVER_CPU, folder / "errors")

    def describe(
        self, process: Process, port: int, folder: Path, population: Population
    ) -> RunningServer:
        worker = process_stats.children(process.pid)[0]
        return RunningServer(worker, port, folder, ["--server", "nchan"])


def _nginx() -> str | None:
    """The PATH of users other than root lacks the folders of servers."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _module(nginx: str) -> Path | None:
    """nchan's module, where this nginx or a usual package has it."""
    built = subprocess.run([nginx, "-V"], capture_output=True, text=True, timeout=10).stderr
    folders = re.findall(r"--modules-path=(\S+)", built) + MODULE_FOLDERS
    return next((file for folder in folders if (file := Path(folder) / MODULE).exists()), None)

"""nchan in nginx: long polling in memory, with one worker."""

from __future__ import annotations

import resource
import shutil
from pathlib import Path

from measuring import proc
from measuring.cores import SERVER_CPU
from measuring.process import Process
from side_by_side.cast import Cast
from side_by_side.server import Running, Server
from side_by_side.setting import ROOT

TEMPLATE = ROOT / "bench" / "rivals" / "nchan.conf"
MODULES = [
    Path("/usr/lib/nginx/modules/ngx_nchan_module.so"),
    Path("/usr/lib64/nginx/modules/ngx_nchan_module.so"),
]


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


class Nchan(Server):
    name = "nchan"
    title = "nchan in nginx"

    def missing(self) -> str | None:
        if _nginx() is None:
            return "nginx"
        return None if any(m.exists() for m in MODULES) else "nginx's module nchan"

    def start(self, folder: Path, port: int, cast: Cast) -> Process:
        module = next(m for m in MODULES if m.exists())
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = 1 << 20 if files == resource.RLIM_INFINITY else min(files, 1 << 20)
        values = {
            "MODULE": str(module),
            "FOLDER": str(folder),
            "PORT": str(port),
            "FILES": str(files),
            "CONNECTIONS": str(min(files - 100, 50_000)),
        }
        text = TEMPLATE.read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        (folder / "nginx.conf").write_text(text)
        argv = [_nginx() or "nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]
        return Process([*argv, "-e", str(folder / "errors")], SERVER_CPU, folder / "errors")

    def describe(self, process: Process, port: int, folder: Path, cast: Cast) -> Running:
        worker = proc.children(process.pid)[0]
        return Running(worker, port, folder, ["--server", "nchan"])

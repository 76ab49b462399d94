"""Linger itself: on the real disk, and on a folder in memory, where no disk is in the way."""

from __future__ import annotations

import http.client
import json
import os
import shutil
from pathlib import Path

from side_by_side.cast import Cast
from side_by_side.process import Failure, Process, wait_until
from side_by_side.server import Running, Server, answers, free_port

# The load is a few people who do what a thousand would: the limits of one person are lifted.
LIMITS = [
    "--send-burst", "1e9", "--send-per-second", "1e9",
    "--friends-max", "100000", "--streams-max", "1000", "--connections-max", "20000",
]
DATABASE = "linger.mdb"


class Linger(Server):
    """Every acknowledged message is synced: the default."""

    name = "linger"
    title = "Linger, durable"

    def base(self) -> Path:
        return self.setting.disk

    def start(self, folder: Path, port: int, cast: Cast) -> Process:
        made = self._made(cast)
        data = folder / "data"
        data.mkdir(mode=0o700)
        with (made / "data" / DATABASE).open("rb") as source, (data / DATABASE).open("wb") as to:
            shutil.copyfileobj(source, to, 1 << 20)
            to.flush()
            os.fsync(to.fileno())  # or its writing would go on below the load
        (data / DATABASE).chmod(0o600)
        return self._serve(data, port, folder)

    def describe(self, process: Process, port: int, folder: Path, cast: Cast) -> Running:
        tokens = self._made(cast) / "tokens"
        with tokens.open() as lines:
            token = lines.readline().split("\t")[2].strip()
        signed = f"Authorization: Bearer {token}"
        start = _ask(port, "/api/start", token)
        path = f"/api/events?after={start['cursor']}&epoch={start['epoch']}&wait=0"
        options = ["--server", "linger", "--tokens", str(tokens)]
        return Running(process.pid, port, folder, options, path, [signed])

    def _serve(self, data: Path, port: int, folder: Path) -> Process:
        argv = [str(self.setting.linger), "serve", "--data", str(data)]
        argv += ["--listen", f"127.0.0.1:{port}", *LIMITS]
        return Process(argv, self.setting.server_cpu, folder / "errors")

    def _made(self, cast: Cast) -> Path:
        """A folder with these people in a database and their tokens; made when first asked for."""
        folder = self.setting.memory / f"cast-{cast.name}"
        if folder.exists():
            return folder
        making = self.setting.memory / f"making-{cast.name}"
        making.mkdir()
        (making / "people").write_text("".join(line + "\n" for line in cast.lines()))
        port = free_port()
        server = self._serve(making / "data", port, making)
        try:
            wait_until("Linger answers", 30, lambda: answers(server, port))
            argv = [str(self.setting.linger), "import", str(making / "people")]
            argv += ["--data", str(making / "data"), "--tokens", str(making / "tokens")]
            Process(argv, self.setting.load_cpu, making / "errors").wait(300)
        finally:
            server.end(patience_s=20)
        making.rename(folder)
        return folder


class LingerInMemory(Linger):
    """The same program on a tmpfs: a commit costs next to nothing."""

    name = "linger-tmpfs"
    title = "Linger on tmpfs"

    def base(self) -> Path:
        return self.setting.memory


def _ask(port: int, path: str, token: str) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Failure(f"{path} was answered {answer.status}")
        told: dict[str, object] = json.loads(body)
        return told
    finally:
        connection.close()

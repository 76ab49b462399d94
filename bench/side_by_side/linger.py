"""Linger itself: on the real disk, and on a folder in memory, where no disk is in the way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from measuring import accounts, linger, wire
from measuring.ports import free_port
from measuring.process import Process
from measuring.wait import wait_until
from side_by_side.cast import Cast
from side_by_side.server import Running, Server, answers
from side_by_side.setting import Setting

# The load is a few people who do what a thousand would: the limits of one person are lifted.
LIMITS = [
    "--send-burst", "1e9", "--send-per-second", "1e9",
    "--friends-max", "100000", "--streams-max", "1000", "--connections-max", "20000",
]


class Linger(Server):
    """Every acknowledged message is synced: the default."""

    name = "linger"
    title = "Linger, durable"

    def __init__(self, setting: Setting, commit_window_ms: int = 0) -> None:
        super().__init__(setting)
        self._options = [*LIMITS, "--commit-window", str(commit_window_ms)]

    def base(self) -> Path:
        return self.setting.disk

    def start(self, folder: Path, port: int, cast: Cast) -> Process:
        made = self._made(cast)
        data = folder / "data"
        data.mkdir(mode=0o700)
        database = data / linger.DATABASE
        with (made / "data" / linger.DATABASE).open("rb") as source, database.open("wb") as to:
            shutil.copyfileobj(source, to, 1 << 20)
            to.flush()
            os.fsync(to.fileno())  # or its writing would go on below the load
            # Such a copy lies in memory in large pieces, each of which the kernel counts whole as
            # written when a page of it is. They come back page by page, as after a boot.
            os.posix_fadvise(to.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        database.chmod(0o600)
        return self._serve(data, port, folder)

    def describe(self, process: Process, port: int, folder: Path, cast: Cast) -> Running:
        people = accounts.read(self._made(cast) / "tokens", cast.subscribers)
        token = people.subscribers[0].token
        epoch, cursor = wire.start(port, token)
        path = f"/api/events?after={cursor}&epoch={epoch}&wait=0"
        options = ["--server", "linger", "--tokens", str(people.file)]
        signed = [f"Authorization: Bearer {token}"]
        return Running(process.pid, port, folder, options, path, signed, people)

    def _serve(self, data: Path, port: int, folder: Path) -> Process:
        options = ["--listen", f"127.0.0.1:{port}", *self._options]
        return linger.serve(self.setting.linger, data, options, folder / "errors")

    def _made(self, cast: Cast) -> Path:
        """A folder with these people in a database and their tokens; made when first asked for."""
        folder = self.setting.memory / f"cast-{cast.name}"
        if folder.exists():
            return folder
        making = self.setting.memory / f"making-{cast.name}"
        making.mkdir()
        port = free_port()
        server = self._serve(making / "data", port, making)
        try:
            wait_until("Linger answers", 30, lambda: answers(server, port))
            linger.import_people(
                self.setting.linger, making / "data", cast.lines(), making / "tokens")
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

"""Linger on a real disk, and on a tmpfs, where commits wait for no disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from lib.linger import http_client, linger_program
from lib.linger.accounts import read_token_file
from lib.measure.ports import free_port
from lib.measure.processes import Process
from lib.measure.wait import wait_until
from lib.side_by_side.candidates.candidate import (
    START_TIMEOUT_S, Candidate, RunningServer, is_answering,
)
from lib.side_by_side.population import Population
from lib.side_by_side.settings import Settings

# A few accounts do what thousands would: the limits of one account are raised.
LIMITS = [
    "--send-burst", "1e9", "--send-per-second", "1e9",
    "--friends-max", "100000", "--streams-max", "1000", "--connections-max", "20000",
]


class DurableLinger(Candidate):
    """Every acknowledged message is synced to the disk: the default."""

    name = "linger"
    title = "Linger, durable"

    def __init__(self, settings: Settings, commit_window_ms: int = 0) -> None:
        super().__init__(settings)
        self._options = [*LIMITS, "--commit-window", str(commit_window_ms)]

    def base_folder(self) -> Path:
        return self.settings.disk

    def start(self, folder: Path, port: int, population: Population) -> Process:
        prepared = self._prepared_folder(population)
        data = folder / "data"
        data.mkdir(mode=0o700)
        database = data / linger_program.DATABASE
        original = prepared / "data" / linger_program.DATABASE
        with original.open("rb") as source, database.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())  # otherwise it would be written back during the load
            # The page cache holds the copy in large folios, and the kernel counts a whole folio as
            # written when one page of it is. Once dropped, it is cached page by page, as after a
            # boot.
            os.posix_fadvise(copy.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        database.chmod(0o600)
        return self._serve(data, port, folder)

    def describe(
        self, process: Process, port: int, folder: Path, population: Population
    ) -> RunningServer:
        token_file = self._prepared_folder(population) / "tokens"
        accounts = read_token_file(token_file, population.subscribers)
        token = accounts.subscribers[0].token
        epoch, cursor = http_client.start_of_stream(port, token)
        return RunningServer(
            process.pid, port, folder,
            deliver_options=["--server", "linger", "--tokens", str(accounts.file)],
            poll_path=f"/api/events?after={cursor}&epoch={epoch}&wait=0",
            poll_fields=[f"Authorization: Bearer {token}"],
            accounts=accounts,
        )

    def _serve(self, data: Path, port: int, folder: Path) -> Process:
        options = ["--listen", f"127.0.0.1:{port}", *self._options]
        return linger_program.serve(self.settings.linger, data, options, folder / "errors")

    def _prepared_folder(self, population: Population) -> Path:
        """A folder with a database of this population and its token file; made at first use."""
        folder = self.settings.memory / f"population-{population.name}"
        if folder.exists():
            return folder
        incomplete = self.settings.memory / f"incomplete-{population.name}"
        incomplete.mkdir()
        port = free_port()
        server = self._serve(incomplete / "data", port, incomplete)
        try:
            wait_until("Linger answers", START_TIMEOUT_S, lambda: is_answering(server, port))
            linger_program.import_into(self.settings.linger, incomplete / "data",
                                       population.import_lines(), incomplete / "tokens")
        finally:
            server.end(timeout_s=20)
        incomplete.rename(folder)
        return folder


class LingerOnTmpfs(DurableLinger):
    """The same program on a tmpfs, where a commit costs next to nothing."""

    name = "linger-tmpfs"
    title = "Linger on tmpfs"

    def base_folder(self) -> Path:
        return self.settings.memory

"""What all candidates have in common: each starts on a free port in a fresh folder, and ends."""

from __future__ import annotations

import http.client
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lib.linger.accounts import Accounts
from lib.measure.failure import Failure
from lib.measure.folders import temporary_folder
from lib.measure.ports import free_port
from lib.measure.processes import Process
from lib.measure.wait import wait_until
from lib.side_by_side.population import Population
from lib.side_by_side.settings import Settings

START_TIMEOUT_S = 30


@dataclass
class RunningServer:
    """A server that answers, and how to address it."""

    pid: int  # of the process that serves the requests
    port: int
    folder: Path
    deliver_options: list[str] = field(default_factory=list)  # for the load generator
    poll_path: str = "/empty"  # of a short poll without events
    poll_fields: list[str] = field(default_factory=list)
    accounts: Accounts | None = None  # for Linger


class Candidate(ABC):
    """A server that is compared. `name` is for options and files, `title` for readers."""

    name: str
    title: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def missing(self) -> str | None:
        """What has to be installed first; None if the candidate can run."""
        return None

    @contextmanager
    def running(self, population: Population) -> Iterator[RunningServer]:
        """A fresh server in a fresh folder, with these accounts if it has accounts."""
        with temporary_folder(f"{self.name}-", self.base_folder()) as folder:
            port = free_port()
            process = self.start(folder, port, population)
            try:
                wait_until(f"{self.title} answers", START_TIMEOUT_S,
                           lambda: is_answering(process, port))
                yield self.describe(process, port, folder, population)
            finally:
                process.end()

    def base_folder(self) -> Path:
        """In which its folder is made."""
        return self.settings.memory

    @abstractmethod
    def start(self, folder: Path, port: int, population: Population) -> Process:
        """Starts the server on this port. Returns before it answers. Its errors go to
        `folder`/errors."""

    @abstractmethod
    def describe(
        self, process: Process, port: int, folder: Path, population: Population
    ) -> RunningServer:
        """How to address the server, which answers now."""


def is_answering(process: Process, port: int) -> bool:
    """Whether the server sends any response. Raises a `Failure` if its process has ended."""
    if not process.is_running():
        raise Failure(f"{process.name} ended: {process.last_error()}")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        return True
    except OSError:
        return False
    finally:
        connection.close()

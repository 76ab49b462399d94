"""What all servers have in common: they are started on a free port, are asked, and end."""

from __future__ import annotations

import http.client
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from measuring import folders
from measuring.accounts import Accounts
from measuring.failure import Failure
from measuring.ports import free_port
from measuring.process import Process
from measuring.wait import wait_until
from side_by_side.cast import Cast
from side_by_side.setting import Setting


@dataclass
class Running:
    """A server that answers."""

    pid: int  # of the process that does the work
    port: int
    folder: Path
    load_options: list[str] = field(default_factory=list)  # of bench/load's deliver
    poll_path: str = "/empty"  # of an empty short poll
    poll_fields: list[str] = field(default_factory=list)
    people: Accounts | None = None  # where there are accounts


class Server(ABC):
    """One of those that are compared. `name` is for options and files, `title` for readers."""

    name: str
    title: str

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def missing(self) -> str | None:
        """What has to be installed first; None when it can run."""
        return None

    @contextmanager
    def running(self, cast: Cast) -> Iterator[Running]:
        """A fresh server in a fresh folder, with these people in it if it knows any."""
        with folders.fresh(f"{self.name}-", self.base()) as folder:
            port = free_port()
            process = self.start(folder, port, cast)
            try:
                wait_until(f"{self.title} answers", 30, lambda: answers(process, port))
                yield self.describe(process, port, folder, cast)
            finally:
                process.end()

    def base(self) -> Path:
        """Where its folder is to lie."""
        return self.setting.memory

    @abstractmethod
    def start(self, folder: Path, port: int, cast: Cast) -> Process:
        """Starts it on this port; it need not answer yet. Its errors go to `folder`/errors."""

    @abstractmethod
    def describe(self, process: Process, port: int, folder: Path, cast: Cast) -> Running:
        """How it is to be asked, now that it answers."""


def answers(process: Process, port: int) -> bool:
    """Whether a server answers anything at all. Raises a `Failure` if it has ended instead."""
    if not process.is_running():
        raise Failure(f"{process.name} ended: {process.last_words()}")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        return True
    except OSError:
        return False
    finally:
        connection.close()

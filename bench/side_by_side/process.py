"""Processes that this command starts, pins to a core, and ends: these and no others, by their id."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from side_by_side import proc

_started: list["Process"] = []
_starting = False  # a process is being started and is not in the list yet
_stop_wanted = False


class Failure(Exception):
    """A program did not do what it was started for. The text says which and why."""


class Process:
    """One started program, on one core. Its errors go to a file, whose end a `Failure` quotes."""

    def __init__(
        self, argv: Sequence[str], cpu: int, errors: Path, cwd: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        global _starting
        self.name = Path(argv[0]).name
        self._errors = errors
        _starting = True
        try:
            with errors.open("ab") as to:
                # A process group of its own keeps the terminal's Ctrl-C from it, so that it is ended
                # in order. A session would, too, but the scheduler deals the cores out by session,
                # and on a busy machine that halves what some servers reach.
                self._child = subprocess.Popen(
                    argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=to, cwd=cwd,
                    env={**os.environ, **(environment or {})}, preexec_fn=lambda: _set_apart(cpu),
                )
            self.pid = self._child.pid
            _started.append(self)
        finally:
            _starting = False
        if _stop_wanted:
            raise KeyboardInterrupt

    def is_running(self) -> bool:
        return self._child.poll() is None

    def wait(self, seconds: float) -> str:
        """Waits for the program's own end and returns what it printed."""
        try:
            printed, _ = self._child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.end()
            raise Failure(f"{self.name} was not done after {seconds:.0f} s") from None
        self._forget()
        if self._child.returncode != 0:
            raise Failure(f"{self.name} failed: {self.last_words()}")
        return printed.decode()

    def wait_line(self, seconds: float) -> str:
        """Waits for the next line that the program prints."""
        pipe = self._child.stdout
        assert pipe is not None
        if not select.select([pipe], [], [], seconds)[0]:
            raise Failure(f"{self.name} said nothing for {seconds:.0f} s")
        line = pipe.readline().decode()
        if not line:
            raise Failure(f"{self.name} ended: {self.last_words()}")
        return line

    def last_words(self) -> str:
        lines = self._errors.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def end(self, patience_s: float = 3) -> None:
        """Asks it to end; after a while ends it, and what it has started itself."""
        if self._child.poll() is None:
            family = self._family()
            self._child.terminate()
            try:
                self._child.wait(patience_s)
            except subprocess.TimeoutExpired:
                for pid in [self.pid, *family]:
                    _kill(pid, self.pid)
                self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()
        self._forget()

    def _family(self) -> list[int]:
        try:
            return proc.children(self.pid)
        except OSError:
            return []

    def _forget(self) -> None:
        if self in _started:
            _started.remove(self)


def _set_apart(cpu: int) -> None:
    os.setpgid(0, 0)
    os.sched_setaffinity(0, {cpu})


def _kill(pid: int, group: int) -> None:
    """Ends a process, if it still is of the group that we made for it."""
    try:
        if os.getpgid(pid) == group:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def stop(number: int, frame: FrameType | None) -> None:
    """For a signal that ends the command: at once, but never between a start and its note."""
    global _stop_wanted
    _stop_wanted = True
    if not _starting:
        raise KeyboardInterrupt


def end_all() -> None:
    """Ends whatever still runs, the newest first."""
    for one in reversed(_started[:]):
        one.end()


def wait_until(condition: str, seconds: float, is_so: Callable[[], bool]) -> None:
    """Asks `is_so()` now and then; raises a `Failure` that names the condition when time is over."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise Failure(f"{condition}: not within {seconds:.0f} s")
        time.sleep(0.05)

"""Processes that a command starts, pins to a core, and ends: these and no others, by their id."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from measuring import proc
from measuring.failure import Failure

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_started: list["Process"] = []
_starting = False  # a process is being started and is not in the list yet
_stop_wanted = False


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

    def wait_lines(self, count: int, seconds: float) -> list[str]:
        """Waits for the first lines that the program prints; what follows them may be lost."""
        pipe = self._child.stdout
        assert pipe is not None
        text, until = b"", time.monotonic() + seconds
        while text.count(b"\n") < count:
            if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
                raise Failure(f"{self.name} did not say {count} lines within {seconds:.0f} s")
            part = os.read(pipe.fileno(), 4096)
            if not part:
                raise Failure(f"{self.name} ended: {self.last_words()}")
            text += part
        return text.decode().splitlines()[:count]

    def last_words(self) -> str:
        lines = self._errors.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def end(self, patience_s: float = 3) -> None:
        """Asks it to end; after a while kills it."""
        if self.is_running():
            self._child.terminate()
            try:
                self._child.wait(patience_s)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self) -> None:
        """Ends it at once where it still runs, and what it has started itself."""
        if self.is_running():
            for pid in [self.pid, *self._family()]:
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


def run(command: Callable[[], int]) -> int:
    """Its exit code, or 130 where SIGINT or SIGTERM unwound it. Nothing that it started still runs
    afterwards."""
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        return command()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr, flush=True)
        return 130
    finally:
        for one in reversed(_started[:]):
            one.end()


def _stop(number: int, frame: FrameType | None) -> None:
    """Unwinds at once, but never between a start and its note."""
    global _stop_wanted
    for again in _SIGNALS:
        signal.signal(again, signal.SIG_IGN)  # a second one must not leave anything behind
    _stop_wanted = True
    if not _starting:
        raise KeyboardInterrupt

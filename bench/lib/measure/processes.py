"""The processes that a command starts: each is pinned to a core, and ended by its id."""

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

from lib.measure import process_stats
from lib.measure.failure import Failure

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_started: list["Process"] = []
_is_starting = False  # a process is being started and is not in the list yet
_stop_requested = False


class Process:
    """A started program on one core. Its standard error goes to a file; a `Failure` quotes the last
    line."""

    def __init__(
        self, argv: Sequence[str], cpu: int, error_file: Path, cwd: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        global _is_starting
        self.name = Path(argv[0]).name
        self._error_file = error_file
        _is_starting = True
        try:
            with error_file.open("ab") as errors:
                # A process group of its own, so that Ctrl-C in the terminal does not reach the
                # program and it can be ended in order. Not a session of its own: the scheduler
                # shares the cores by session, and on a busy machine that halves the rate of some
                # servers.
                self._child = subprocess.Popen(
                    argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, cwd=cwd,
                    env={**os.environ, **(environment or {})},
                    preexec_fn=lambda: _set_group_and_core(cpu),
                )
            self.pid = self._child.pid
            _started.append(self)
        finally:
            _is_starting = False
        if _stop_requested:
            raise KeyboardInterrupt

    def is_running(self) -> bool:
        return self._child.poll() is None

    def wait(self, timeout_s: float) -> str:
        """Waits for the end of the program and returns its output. Raises a `Failure` after the
        timeout and if the exit code is not 0."""
        try:
            output, _ = self._child.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            self.end()
            raise Failure(f"{self.name} did not end within {timeout_s:.0f} s") from None
        self._forget()
        if self._child.returncode != 0:
            raise Failure(f"{self.name} failed: {self.last_error()}")
        return output.decode()

    def wait_lines(self, count: int, timeout_s: float) -> list[str]:
        """Waits for the first `count` lines of the output; later output may be lost."""
        pipe = self._child.stdout
        assert pipe is not None
        text, deadline = b"", time.monotonic() + timeout_s
        while text.count(b"\n") < count:
            if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise Failure(f"{self.name} did not print {count} lines within {timeout_s:.0f} s")
            part = os.read(pipe.fileno(), 4096)
            if not part:
                raise Failure(f"{self.name} ended: {self.last_error()}")
            text += part
        return text.decode().splitlines()[:count]

    def last_error(self) -> str:
        """The last line of the program's standard error."""
        lines = self._error_file.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "no error message"

    def end(self, timeout_s: float = 3) -> None:
        """Terminates the program; kills it if it still runs after the timeout."""
        if self.is_running():
            self._child.terminate()
            try:
                self._child.wait(timeout_s)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self) -> None:
        """Kills the program and its child processes, if it still runs."""
        if self.is_running():
            for pid in [self.pid, *self._children()]:
                _kill(pid, self.pid)
            self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()
        self._forget()

    def _children(self) -> list[int]:
        try:
            return process_stats.children(self.pid)
        except OSError:
            return []

    def _forget(self) -> None:
        if self in _started:
            _started.remove(self)


def _set_group_and_core(cpu: int) -> None:
    os.setpgid(0, 0)
    os.sched_setaffinity(0, {cpu})


def _kill(pid: int, group: int) -> None:
    """Kills a process, if it still belongs to the group that was made for it."""
    try:
        if os.getpgid(pid) == group:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(command: Callable[[], int]) -> int:
    """Runs a command and returns its exit code: 1 after a `Failure`, 130 after SIGINT or SIGTERM.
    All processes that it started have ended afterwards."""
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        return command()
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr, flush=True)
        return 130
    finally:
        for process in reversed(_started[:]):
            process.end()


def _stop(number: int, frame: FrameType | None) -> None:
    """Raises KeyboardInterrupt; while a process is being started, only after it is in the list."""
    global _stop_requested
    for handled in _SIGNALS:
        signal.signal(handled, signal.SIG_IGN)  # a second signal must not interrupt the cleaning up
    _stop_requested = True
    if not _is_starting:
        raise KeyboardInterrupt

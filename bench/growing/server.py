"""A server process on a core of its own, and what the kernel and its metrics say about it."""

import os
import re
import select
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from .machine import SERVER_CPU

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
# A new connection looks for a port of its own, and looks for long where one listener has taken half
# of the ports that there are: many thousands of clients share these.
LISTENERS = 4
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

# The limits that a load meets and a person does not.
RAISED = {
    "--friends-max": 100_000,
    "--members-max": 100_000,
    "--connections-max": 100_000,
    "--send-burst": 1e9,
    "--send-per-second": 1e9,
}


@dataclass
class Memory:
    """KiB. The store's mapped file counts as rss, and never as anonymous."""

    anonymous: int
    rss: int


class Server:
    """`linger serve` on free ports. `startup_s` is from exec to "listening" on all of them."""

    def __init__(self, build: Path, folder: Path) -> None:
        self.build, self.data = build, folder / "data"
        metrics_port = free_port()
        self._metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"
        command = [str(build / "linger"), "serve", "--data", str(self.data)]
        command += ["--listen", "127.0.0.1:0"] * LISTENERS
        command += ["--metrics-listen", f"127.0.0.1:{metrics_port}"]
        command += [f"{flag}={value:.0f}" for flag, value in RAISED.items()]
        with open(folder / "server.log", "ab") as log:
            begin = time.perf_counter()
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CPU}),
            )
        self.pid = self._process.pid
        try:
            self.ports = self._read_ports()
        except BaseException:
            self.kill()
            raise
        self.startup_s = time.perf_counter() - begin

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        return self.ports[0]

    def _read_ports(self) -> list[int]:
        assert self._process.stdout is not None
        said = self._process.stdout.fileno()
        text = b""
        until = time.monotonic() + START_TIMEOUT_S
        while text.count(b"\n") < LISTENERS:
            ready, _, _ = select.select([said], [], [], max(0.0, until - time.monotonic()))
            part = os.read(said, 4096) if ready else b""
            if not part:
                raise RuntimeError("the server did not start listening")
            text += part
        ports = re.findall(rb"listening on http://[^\n]*:(\d+)\n", text)
        if len(ports) != LISTENERS:
            raise RuntimeError(f"the server said {text!r}")
        return [int(port) for port in ports]

    def stop(self) -> None:
        """Ends it in an orderly way; by force after a minute."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self) -> None:
        """SIGKILL, where it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def cpu_s(self) -> float:
        """User and system time of all its threads so far."""
        text = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        fields = text[text.rindex(")") + 2 :].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def memory(self) -> Memory:
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        kib = {name: int(value) for name, value in re.findall(r"^(\w+):\s+(\d+) kB", text, re.M)}
        return Memory(kib["RssAnon"], kib["VmRSS"])

    def sockets(self) -> int:
        """How many it has open, its listeners among them."""
        folder, count = f"/proc/{self.pid}/fd", 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(f"{folder}/{name}").startswith("socket:")
            except FileNotFoundError:
                pass  # closed in between
        return count

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def data_kib(self) -> int:
        """What the store's file takes on the disk: it may have holes."""
        return (self.data / "linger.mdb").stat().st_blocks // 2

    def metrics(self) -> dict[str, int]:
        with urllib.request.urlopen(self._metrics_url, timeout=30) as answer:
            text = answer.read().decode()
        return {name: int(v) for name, v in re.findall(r"^linger_(\w+) (\d+)$", text, re.M)}


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])

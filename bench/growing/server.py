"""A server whose start is timed, and what its metrics and its store say."""

import re
import time
import urllib.request
from pathlib import Path

from measuring import linger
from measuring.failure import Failure
from measuring.ports import free_port

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
# A new connection looks for a port of its own, and looks for long where one listener has taken half
# of the ports that there are: many thousands of clients share these.
LISTENERS = 4

# The limits that a load meets and a person does not.
RAISED = {
    "--friends-max": 100_000,
    "--members-max": 100_000,
    "--connections-max": 100_000,
    "--send-burst": 1e9,
    "--send-per-second": 1e9,
}


class Server:
    """`linger serve` on free ports. `startup_s` is from exec to "listening" on all of them."""

    def __init__(self, build: Path, folder: Path) -> None:
        self.linger, self.deliver = build / "linger", build / "deliver"
        self.data = folder / "data"
        metrics_port = free_port()
        self._metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"
        options = ["--listen", "127.0.0.1:0"] * LISTENERS
        options += ["--metrics-listen", f"127.0.0.1:{metrics_port}"]
        options += [f"{flag}={value:.0f}" for flag, value in RAISED.items()]
        begin = time.perf_counter()
        self._process = linger.serve(self.linger, self.data, options, folder / "errors")
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
        self._process.end(STOP_TIMEOUT_S)

    @property
    def port(self) -> int:
        return self.ports[0]

    def _read_ports(self) -> list[int]:
        said = self._process.wait_lines(LISTENERS, START_TIMEOUT_S)
        ports = re.findall(r"^listening on http://.*:(\d+)$", "\n".join(said), re.M)
        if len(ports) != LISTENERS:
            raise Failure(f"the server said {said!r}")
        return [int(port) for port in ports]

    def kill(self) -> None:
        """SIGKILL, where it still runs."""
        self._process.kill()

    def data_kib(self) -> int:
        """What the store's file takes on the disk: it may have holes."""
        return (self.data / linger.DATABASE).stat().st_blocks // 2

    def metrics(self) -> dict[str, int]:
        with urllib.request.urlopen(self._metrics_url, timeout=30) as answer:
            text = answer.read().decode()
        return {name: int(v) for name, v in re.findall(r"^linger_(\w+) (\d+)$", text, re.M)}

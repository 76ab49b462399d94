"""A Linger server with raised limits, whose start is timed and whose metrics can be read."""

import re
import time
import urllib.request
from pathlib import Path

from lib.linger import linger_program
from lib.measure.failure import Failure
from lib.measure.ports import free_port
from lib.measure.processes import Process
from lib.measure.wait import wait_until

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
METRIC_TIMEOUT_S = 60
# A connection needs a local port, and searching for one takes long once half of all ports are
# connected to one listener. Many thousands of clients are spread over these.
LISTENERS = 4

# Limits that a load reaches and a person does not.
RAISED_LIMITS = {
    "--friends-max": 100_000,
    "--members-max": 100_000,
    "--connections-max": 100_000,
    "--send-burst": 1e9,
    "--send-per-second": 1e9,
}


class LingerServer:
    """`linger serve` on free ports, with its data in `folder`/data. A context manager: stops the
    server at the end. `startup_s` is the time from exec to "listening" on all ports."""

    def __init__(self, build: Path, folder: Path) -> None:
        self.linger, self.deliver = build / "linger", build / "deliver"
        self.data = folder / "data"
        metrics_port = free_port()
        self._metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"
        options = ["--listen", "127.0.0.1:0"] * LISTENERS
        options += ["--metrics-listen", f"127.0.0.1:{metrics_port}"]
        options += [f"{option}={value:.0f}" for option, value in RAISED_LIMITS.items()]
        begin = time.perf_counter()
        self._process = linger_program.serve(self.linger, self.data, options, folder / "errors")
        self.pid = self._process.pid
        try:
            self.ports = self._read_ports()
        except BaseException:
            self.kill()
            raise
        self.startup_s = time.perf_counter() - begin

    def __enter__(self) -> "LingerServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.end(STOP_TIMEOUT_S)

    @property
    def port(self) -> int:
        return self.ports[0]

    def _read_ports(self) -> list[int]:
        lines = self._process.wait_lines(LISTENERS, START_TIMEOUT_S)
        ports = re.findall(r"^listening on http://.*:(\d+)$", "\n".join(lines), re.M)
        if len(ports) != LISTENERS:
            raise Failure(f"the server printed {lines!r}")
        return [int(port) for port in ports]

    def kill(self) -> None:
        """Sends SIGKILL, if the server still runs."""
        self._process.kill()

    def data_kib(self) -> int:
        """The space that the database file takes on the disk; it may have holes."""
        return (self.data / linger_program.DATABASE).stat().st_blocks // 2

    def metrics(self) -> dict[str, int]:
        with urllib.request.urlopen(self._metrics_url, timeout=30) as response:
            text = response.read().decode()
        return {name: int(v) for name, v in re.findall(r"^linger_(\w+) (\d+)$", text, re.M)}

    def wait_for_metric(self, name: str, value: int, *loads: Process) -> None:
        """Waits until a metric is at least `value`. Raises a `Failure` if one of the loads that
        are to raise it ends before."""

        def is_reached() -> bool:
            if self.metrics()[name] >= value:
                return True
            for load in loads:
                if not load.is_running():
                    raise Failure(f"deliver ended too early: {load.last_error()}")
            return False

        wait_until(f"{name} is {value}", METRIC_TIMEOUT_S, is_reached, 0.02)

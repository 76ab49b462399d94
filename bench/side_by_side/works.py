"""What the servers are given to do. Each work starts a fresh server and adds its figures."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable

from measuring import proc
from measuring.failure import Failure
from side_by_side import ask, spent
from side_by_side.cast import FULL_PUBLISHERS, Cast, circles
from side_by_side.commit import median_commit_us
from side_by_side.linger import Linger
from side_by_side.server import Running, Server
from side_by_side.setting import Setting
from side_by_side.steady import Sender

Add = Callable[[str, float], None]  # a figure's name, its value

KIB_PER_MIB = 1024
FLASH_PER_S, FLASH_TEXT_BYTES = 100, 200
FLASH_BEFORE_S = 1


def deliver(setting: Setting, server: Server, add: Add) -> None:
    """Each message to the next of a thousand parked polls; P publishers in a closed loop."""
    cast = Cast(setting.subscribers, setting.crowd)
    if server.name == "django":
        # The threads of clients who left still wait: a fresh server for each. To read what each of
        # the thousand used would take from the load.
        for publishers in (1, 16):
            with server.running(cast) as running:
                _deliver(setting, running, publishers, 2, add, watch=False)
        return
    with server.running(cast) as running:
        before = _commit_ms(running) if server.name == "linger" else 0
        alone_ms = _deliver(setting, running, 1, setting.seconds, add)
        if server.name == "linger":
            commit_ms = (before + _commit_ms(running)) / 2
            add("commit", commit_ms)
            add("over-commit", alone_ms - commit_ms)
        _deliver(setting, running, 16, setting.seconds, add)
        _deliver(setting, running, 1024, setting.seconds, add)


def _commit_ms(running: Running) -> float:
    return median_commit_us(running.folder) / 1000


def _deliver(
    setting: Setting, running: Running, publishers: int, seconds: float, add: Add,
    watch: bool = True,
) -> float:
    """The figures of one number of publishers; returns the median latency in ms."""
    many = min(publishers, setting.crowd)
    options = ["--subscribers", str(setting.subscribers), "--publishers", str(many)]
    options += ["--circles", str(circles(many))]
    parts: dict[str, float] = {}
    if watch:
        got, parts = ask.watched(setting, running, seconds, "messages_per_s", *options)
    else:
        got = ask.deliver(setting, running, seconds, *options)
    if not got["counted"]:
        raise Failure(f"P={publishers}: nothing was delivered")
    add(f"deliver-{publishers}", got["messages_per_s"])
    _add_spent(add, f"deliver-{publishers}", parts)
    add(f"deliver-{publishers}-p50", got["p50_us"] / 1000)
    add(f"deliver-{publishers}-p99", got["p99_us"] / 1000)
    return got["p50_us"] / 1000


def _add_spent(add: Add, figure: str, parts: dict[str, float]) -> None:
    for part, microseconds in parts.items():
        add(spent.name(figure, part), microseconds)


def fan_out(setting: Setting, server: Server, add: Add) -> None:
    """One message to everybody; the next when all have it and poll again."""
    with server.running(Cast(setting.subscribers, setting.crowd)) as running:
        options = ("--subscribers", str(setting.subscribers), "--fan-out")
        got, parts = ask.watched(setting, running, setting.seconds, "deliveries_per_s", *options)
        add("fan-out", got["deliveries_per_s"])
        _add_spent(add, "fan-out", parts)
        add("fan-out-p50", got["p50_us"] / 1000)


def polls(setting: Setting, server: Server, add: Add) -> None:
    """Short polls with nothing to tell, signed in where there are accounts."""
    if shutil.which("wrk") is None:
        raise Failure("wrk is not installed")
    with server.running(Cast(setting.subscribers, setting.crowd)) as running:
        before, first = proc.cpu_seconds(running.pid), spent.read(running.pid)
        got = ask.short_polls(running, setting.seconds)
        used, last = proc.cpu_seconds(running.pid) - before, spent.read(running.pid)
        add("polls", got.per_s)
        add("polls-cpu", used / got.requests * 1e6)
        _add_spent(add, "polls", spent.by_part(first, last, got.requests / (last.at - first.at)))


def park(setting: Setting, server: Server, add: Add) -> None:
    """Ten thousand clients who wait: their memory, and what it costs to let them wait."""
    clients = setting.parked_django if server.name == "django" else setting.parked
    transports = ["long", "sse", "websocket"] if server.name == "linger" else ["long"]
    for transport in transports:
        with server.running(Cast(clients)) as running:
            before = _settled_memory(running.pid)
            with ask.holding(setting, running, clients, transport):
                after = _settled_memory(running.pid)
                connected = proc.established(running.pid, running.port)
                add(f"park-{transport}", (after - before) / connected)
                if transport == "long":
                    add("park-clients", connected)
                if transport == "long" and server.name in ("linger", "nchan"):
                    _watch_idle(setting, running, add)


def _watch_idle(setting: Setting, running: Running, add: Add) -> None:
    cpu, written = proc.cpu_seconds(running.pid), proc.bytes_written(running.pid)
    begin = time.monotonic()
    time.sleep(setting.idle_seconds)
    seconds = time.monotonic() - begin
    add("park-cpu", (proc.cpu_seconds(running.pid) - cpu) / seconds * 100)
    add("park-written", proc.bytes_written(running.pid) - written)


def _settled_memory(pid: int) -> int:
    """Anonymous and shared KiB, once they no longer move; nchan keeps its clients in the latter."""
    last = -1
    for _ in range(20):
        now = proc.memory(pid)
        both = now.anonymous + now.shared
        if abs(both - last) <= both / 500:
            break
        last = both
        time.sleep(0.4)
    return both


def flash(setting: Setting, server: Server, add: Add) -> None:
    """What each of a steady row of messages writes to the disk: flash wears by that."""
    for window_ms in (0, 100):
        linger, cast = Linger(setting, window_ms), Cast(setting.subscribers, FULL_PUBLISHERS)
        with linger.running(cast) as running:
            assert running.people is not None
            with Sender(running.port, running.people, FLASH_TEXT_BYTES) as sender:
                # First uses of sessions and pages are behind it then.
                sender.send(FLASH_PER_S, FLASH_BEFORE_S)
                before = proc.bytes_written(running.pid)
                messages = sender.send(FLASH_PER_S, setting.flash_seconds)
                written = proc.bytes_written(running.pid) - before
        if not written:
            raise Failure(f"the file system of {setting.disk.parent} counts no bytes written")
        add(f"flash-{window_ms}", written / messages / 1000)


def footprint(setting: Setting, server: Server, add: Add) -> None:
    """Linger's own size: idle, with as many clients as it takes by default, and on the disk."""
    with server.running(Cast(setting.subscribers)) as running:
        add("idle", _settled_memory(running.pid) / KIB_PER_MIB)
        with ask.holding(setting, running, setting.parked_most, "long"):
            add("parked-shared", _settled_memory(running.pid) / KIB_PER_MIB)
    with server.running(Cast(setting.parked_most)) as running:
        with ask.holding(setting, running, setting.parked_most, "long"):
            add("parked-most", _settled_memory(running.pid) / KIB_PER_MIB)
    stripped = setting.memory / "stripped"
    argv = ["strip", "-o", str(stripped), str(setting.linger)]
    if subprocess.run(argv, capture_output=True, timeout=60).returncode != 0:
        raise Failure("strip did not work")
    add("binary", stripped.stat().st_size / 1024 / KIB_PER_MIB)
    stripped.unlink()


WORKS: dict[str, Callable[[Setting, Server, Add], None]] = {
    "deliver": deliver,
    "fan-out": fan_out,
    "polls": polls,
    "park": park,
    "flash": flash,
    "footprint": footprint,
}

# Which servers a work says something about. Where the disk plays no part one Linger is enough.
SUITED: dict[str, list[str]] = {
    "deliver": ["linger", "linger-tmpfs", "nchan", "django", "bare"],
    "fan-out": ["linger", "linger-tmpfs", "nchan", "bare"],
    "polls": ["linger", "nchan", "bare"],
    "park": ["linger", "nchan", "django", "bare"],
    "flash": ["linger"],
    "footprint": ["linger"],
}

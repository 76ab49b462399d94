"""The command's options, and the setting that they make."""

from __future__ import annotations

import argparse
from pathlib import Path

from side_by_side import works
from side_by_side.bare import Bare
from side_by_side.django import Django
from side_by_side.linger import Linger, LingerInMemory
from side_by_side.nchan import Nchan
from side_by_side.server import Server
from side_by_side.setting import ROOT, Setting

SERVERS: list[type[Server]] = [Linger, LingerInMemory, Nchan, Django, Bare]


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/side-by-side",
        description="Measures Linger beside nchan, Django and a bare epoll loop: in turn, round by "
        "round, the server on one core and the load on another. Only ratios within a run count. "
        "A whole round takes about five minutes.")
    some = ",".join(s.name for s in SERVERS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each load (default 4)")
    parser.add_argument("--only", metavar="WORK,...", help=f"of {','.join(works.WORKS)}")
    parser.add_argument("--servers", metavar="NAME,...", help=f"of {some}")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", metavar="DIR",
                        help="where linger and deliver are (default build/release)")
    parser.add_argument("--disk", type=Path, default=Path("/var/tmp"), metavar="DIR",
                        help="a folder on the disk that durable messages go to (default /var/tmp)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the main figures and the goals")
    parser.add_argument("--quick", action="store_true",
                        help="one short round with few clients, to see that it works")
    parser.add_argument("--no-setup", action="store_true",
                        help="do not install the rivals; leave out what is missing")
    options = parser.parse_args(arguments)
    options.only = _chosen(parser, "--only", options.only, list(works.WORKS))
    options.servers = _chosen(parser, "--servers", options.servers, [s.name for s in SERVERS])
    if not 1 <= options.rounds <= 100 or not 0.5 <= options.seconds <= 60:
        parser.error("--rounds is 1 to 100, --seconds is 0.5 to 60")
    if not options.disk.is_dir():
        parser.error(f"--disk: there is no folder {options.disk}")
    return options


def _chosen(
    parser: argparse.ArgumentParser, option: str, given: str | None, known: list[str]
) -> list[str]:
    if given is None:
        return known
    unknown = sorted(set(given.split(",")) - set(known))
    if unknown:
        parser.error(f"{option}: {', '.join(unknown)} is none of {', '.join(known)}")
    return [one for one in known if one in given.split(",")]


def make_setting(options: argparse.Namespace, disk: Path, memory: Path) -> Setting:
    quick = options.quick
    return Setting(
        rounds=1 if quick else options.rounds,
        seconds=min(0.5, options.seconds) if quick else options.seconds,
        idle_seconds=2 if quick else 20,
        flash_seconds=2 if quick else 10,
        parked=1000 if quick else 10_000,
        parked_django=100 if quick else 1000,
        parked_most=2000 if quick else 19_000,
        subscribers=1000,
        crowd=1024,
        linger=options.build.resolve() / "linger",
        deliver=options.build.resolve() / "deliver",
        disk=disk,
        memory=memory,
    )

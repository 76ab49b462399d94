"""The command line options, and the settings that follow from them."""

from __future__ import annotations

import argparse
from pathlib import Path

from lib import command_line
from lib.side_by_side.candidates import CANDIDATES
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads import WORKLOADS


def parse_options(arguments: list[str] | None) -> argparse.Namespace:
    workloads, servers = list(WORKLOADS), [candidate.name for candidate in CANDIDATES]
    parser = argparse.ArgumentParser(
        prog="bench/side-by-side",
        description="Measures Linger beside nchan, Django and a bare epoll loop: in rounds, in "
        "turn, with the server on one core and the load on another. Only ratios within a run are "
        "meaningful. A full round takes about five minutes. Installs the rivals' packages first.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="1 to 100, default 5")
    parser.add_argument("--seconds", type=float, default=4,
                        help="duration of each load, 0.5 to 60, default 4")
    parser.add_argument("--only", metavar="WORK,...",
                        help=f"run only these workloads of {','.join(workloads)}")
    parser.add_argument("--servers", metavar="NAME,...",
                        help=f"compare only these servers of {','.join(servers)}")
    command_line.add_build_option(parser)
    command_line.add_disk_option(parser)
    command_line.add_json_option(parser)
    parser.add_argument("--svg", type=Path, metavar="FILE",
                        help="draw the main figures and the goals to FILE")
    parser.add_argument("--quick", action="store_true",
                        help="one short round with few clients: only to see that it works")
    parser.add_argument("--no-setup", action="store_true",
                        help="do not install packages; leave out servers that are not installed")
    options = parser.parse_args(arguments)
    options.only = _selection(parser, "--only", options.only, workloads)
    options.servers = _selection(parser, "--servers", options.servers, servers)
    if not 1 <= options.rounds <= 100 or not 0.5 <= options.seconds <= 60:
        parser.error("--rounds is 1 to 100, --seconds is 0.5 to 60")
    command_line.require_folder(parser, "--disk", options.disk)
    return options


def _selection(
    parser: argparse.ArgumentParser, option: str, given: str | None, known: list[str]
) -> list[str]:
    """The given names in the order of `known`; all of them if none are given."""
    if given is None:
        return known
    unknown = sorted(set(given.split(",")) - set(known))
    if unknown:
        parser.error(f"{option}: unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return [name for name in known if name in given.split(",")]


def make_settings(options: argparse.Namespace, disk: Path, memory: Path) -> Settings:
    quick = options.quick
    return Settings(
        rounds=1 if quick else options.rounds,
        seconds=min(0.5, options.seconds) if quick else options.seconds,
        idle_seconds=2 if quick else 20,
        flash_seconds=2 if quick else 10,
        parked=1000 if quick else 10_000,
        parked_django=100 if quick else 1000,
        parked_most=2000 if quick else 19_000,
        subscribers=1000,
        publishers_most=1024,
        linger=options.build.resolve() / "linger",
        deliver=options.build.resolve() / "deliver",
        disk=disk,
        memory=memory,
    )

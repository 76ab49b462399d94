"""Command line options that several commands have."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from lib.sources import ROOT

PROGRAMS = ("linger", "deliver")


def add_build_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release", metavar="DIR",
                        help="the folder with linger and deliver (default build/release)")


def add_disk_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--disk", type=Path, default=Path("/var/tmp"), metavar="DIR",
                        help="a folder on the disk that durable data is written to "
                        "(default /var/tmp)")


def add_json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE")


def require_folder(parser: argparse.ArgumentParser, option: str, folder: Path) -> None:
    if not folder.is_dir():
        parser.error(f"{option}: {folder} is not a folder")


def require_programs(build: Path) -> None:
    """Ends the command with exit code 2 if a program is missing from the build folder."""
    for name in PROGRAMS:
        if not os.access(build / name, os.X_OK):
            print(f"{build / name} does not exist. Build it with\n"
                  "  cmake --preset release && cmake --build build/release --target linger deliver",
                  file=sys.stderr)
            raise SystemExit(2)

"""The command bench/growth: its options, steps and output."""

from __future__ import annotations

import argparse
import dataclasses
import sys

from lib import command_line, report
from lib.growth import parked_clients, stored_messages
from lib.measure import machine, processes
from lib.measure.folders import TMPFS, temporary_folder

SPARE_FILES = 200  # open files of a process beside those of the parked clients

DESCRIPTION = """\
Measures what a message costs as parked clients and stored messages become more.

The server runs on one core and the load on another, all data is on tmpfs, all traffic on loopback.
Prints tables in Markdown. Compare within one run, on an otherwise idle machine."""
EXAMPLES = """\
  bench/growth                  both studies, about twelve minutes
  bench/growth --quick          small steps, about a minute: only to see that it works
  bench/growth --parked 100,1000 --stored 10000 --json FILE"""


def main() -> int:
    return processes.run(measure)


def measure() -> int:
    options = parse_options()
    command_line.require_programs(options.build)
    build = options.build.resolve()
    machine.move_to_load_core()
    open_files = machine.raise_open_files()
    parked_results: list[dict[str, object]] = []
    stored_results: list[dict[str, object]] = []
    results = {
        "schema": "linger-growth/1",
        "machine": machine.describe_cores(),
        "seconds": options.seconds,
        "parked": parked_results,
        "stored": stored_results,
    }

    if options.parked:
        print("### Parked clients\n\n" + report.table_head(parked_clients.COLUMNS), flush=True)
    for clients in options.parked or []:
        if clients + SPARE_FILES > open_files:
            print_progress(f"{clients:,} parked: left out, the limit is {open_files:,} open files")
            continue
        print_progress(f"{clients:,} parked …")
        parked = parked_clients.measure(build, clients, options.addressed, options.seconds)
        print(report.table_row(parked_clients.table_cells(parked)), flush=True)
        parked_results.append(dataclasses.asdict(parked))
        report.write_json(options.json, results)

    if options.stored:
        print("\n### Stored messages\n\n" + report.table_head(stored_messages.COLUMNS), flush=True)
        with temporary_folder("linger-bench-", TMPFS) as folder:
            study = stored_messages.Study(build, folder)
            for messages in options.stored:
                print_progress(f"{messages:,} stored …")
                stored = study.grow(messages, options.seconds)
                print(report.table_row(stored_messages.table_cells(stored)), flush=True)
                stored_results.append(dataclasses.asdict(stored))
                report.write_json(options.json, results)
    return 0


def print_progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/growth", description=DESCRIPTION, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    command_line.add_build_option(parser)
    parser.add_argument("--parked", type=_counts, metavar="N,...",
                        help="numbers of parked clients (default 100,1000,10000,19000)")
    parser.add_argument("--stored", type=_counts, metavar="N,...",
                        help="numbers of stored messages (default 10000,1000000,5000000)")
    parser.add_argument("--addressed", type=int, default=1000, metavar="N",
                        help="how many of the parked clients deliver writes to (default 1000)")
    parser.add_argument("--seconds", type=float, help="duration of each load (default 5)")
    parser.add_argument("--quick", action="store_true",
                        help="small numbers for the options that are not given")
    command_line.add_json_option(parser)
    options = parser.parse_args()
    quick = options.quick
    if options.parked is None and options.stored is None:
        options.parked = [100, 1000] if quick else [100, 1000, 10_000, 19_000]
        options.stored = [10_000, 50_000] if quick else [10_000, 1_000_000, 5_000_000]
    if options.seconds is None:
        options.seconds = 1.0 if quick else 5.0
    return options


def _counts(text: str) -> list[int]:
    return sorted(int(part) for part in text.split(",") if part)

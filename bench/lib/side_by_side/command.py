"""The command bench/side-by-side: set-up, rounds, and output."""

from __future__ import annotations

import argparse
import subprocess
import time

from lib import command_line, report, sources
from lib.measure import folders, machine, processes
from lib.measure.cores import LOAD_CPU, SERVER_CPU
from lib.side_by_side.candidates import CANDIDATES, Candidate
from lib.side_by_side.chart.chart import draw_chart
from lib.side_by_side.options import make_settings, parse_options
from lib.side_by_side.results.core_time_table import core_time_table
from lib.side_by_side.results.figures import Measurements
from lib.side_by_side.results.json_report import json_report
from lib.side_by_side.results.missed_goals import explain_missed_goals
from lib.side_by_side.results.tables import figures_table, goals_table
from lib.side_by_side.rounds import print_progress, run_rounds
from lib.side_by_side.settings import Settings

TMPFS_MIB = 512  # for Linger's database on tmpfs, which grows with each message


def main(arguments: list[str] | None = None) -> int:
    options = parse_options(arguments)
    command_line.require_programs(options.build)
    if not options.no_setup:
        install_rivals()
    machine.raise_open_files()
    return processes.run(lambda: measure_in_folders(options))


def install_rivals() -> None:
    argv = [str(sources.ROOT / "tools" / "setup"), "bench"]
    if subprocess.run(argv, stdin=subprocess.DEVNULL).returncode != 0:
        print_progress("Not every package could be installed.")


def measure_in_folders(options: argparse.Namespace) -> int:
    with folders.temporary_folder("linger-side-", options.disk) as disk:
        with folders.temporary_folder("linger-side-", folders.usable_tmpfs(TMPFS_MIB)) as memory:
            # Started by root, nginx runs its worker as another user, which must reach its folder.
            memory.chmod(0o711)
            return measure(options, make_settings(options, disk, memory))


def measure(options: argparse.Namespace, settings: Settings) -> int:
    notes: list[str] = []
    candidates = available_candidates(options, settings, notes)
    if SERVER_CPU == LOAD_CPU:
        notes.append("There is only one core: the load takes processor time from the servers.")
    if folders.is_in_memory(settings.disk):
        notes.append(f"{options.disk} is in memory: nothing here is durable. See --disk.")
    if not folders.is_in_memory(settings.memory):
        notes.append(f"{folders.TMPFS} is no tmpfs with {TMPFS_MIB} MiB free: \"Linger on tmpfs\" "
                     "ran on a disk, too.")
    if options.quick:
        notes.append("This was --quick: it shows that everything works; its figures are worthless.")
    about: dict[str, object] = {
        "commit": sources.commit(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine.describe_processor(),
        "rounds": settings.rounds,
        "seconds": settings.seconds,
        "parked": settings.parked,
        "parked_most": settings.parked_most,
        "parked_django": settings.parked_django,
    }
    measurements = run_rounds(settings, candidates, options.only, notes)
    about["load_average_after"] = machine.describe_processor()["load_average"]
    print_results(settings, measurements, candidates, notes)
    report.write_json(options.json, json_report(measurements, candidates, about, notes))
    if options.svg:
        options.svg.write_text(draw_chart(measurements, candidates), encoding="utf-8")
    return 0


def available_candidates(
    options: argparse.Namespace, settings: Settings, notes: list[str]
) -> list[Candidate]:
    """The selected candidates that are installed; the others are noted."""
    candidates: list[Candidate] = []
    for kind in CANDIDATES:
        if kind.name not in options.servers:
            continue
        candidate = kind(settings)
        missing = candidate.missing()
        if missing:
            notes.append(f"{candidate.title} is left out: {missing} is not installed")
            print_progress(notes[-1])
        else:
            candidates.append(candidate)
    return candidates


def print_results(
    settings: Settings, measurements: Measurements, candidates: list[Candidate], notes: list[str]
) -> None:
    here = machine.describe_processor()
    print(f"{here['cpu']}, {here['cores']} cores, Linux {here['kernel']}; "
          f"{settings.rounds} rounds of {settings.seconds:g} s; {settings.parked:,} parked clients "
          f"(Django {settings.parked_django:,}), {settings.parked_most:,} "
          "for Linger's footprint.\n")
    print(figures_table(measurements, candidates))
    print("\nRatios are medians of the ratios within each round. Memory is anonymous memory; for "
          "nchan, which\nkeeps its clients in a shared segment, shared memory is added. nginx's "
          "empty poll is `return 200`.")
    print("\n## Goals\n")
    print(goals_table(measurements))
    for explanation in explain_missed_goals(measurements):
        print(f"\n{explanation}")
    if table := core_time_table(measurements):
        print(f"\n### Where a message's time goes\n\n{table}")
    if notes:
        print("\n## Notes\n")
        print("\n".join(f"- {note}" for note in notes))

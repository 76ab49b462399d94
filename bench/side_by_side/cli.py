"""The command: the rounds, and what is printed at the end."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time

from measuring import files, folders, process
from measuring.cores import LOAD_CPU, SERVER_CPU
from measuring.failure import Failure
from side_by_side import machine, setting as settings, works
from side_by_side.figures import Measured
from side_by_side.obstacles import obstacles
from side_by_side.options import SERVERS, make_setting, parse
from side_by_side.picture import picture
from side_by_side.report import as_json
from side_by_side.server import Server
from side_by_side.setting import ROOT, Setting
from side_by_side.table import figures_table, goals_table
from side_by_side.where import where_table


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def install_rivals() -> None:
    done = subprocess.run([str(ROOT / "tools" / "setup"), "bench"], stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        say("Not every rival could be installed.")


def run_rounds(setting: Setting, servers: list[Server], only: list[str], notes: list[str]) -> Measured:
    """Each round all works, each work all servers; who begins moves on by one every round."""
    measured = Measured()
    for round_ in range(1, setting.rounds + 1):
        for work in only:
            suited = [s for s in servers if s.name in works.SUITED[work]]
            turn = (round_ - 1) % max(1, len(suited))
            for server in suited[turn:] + suited[:turn]:
                say(f"round {round_} of {setting.rounds}: {work}, {server.title}")

                def add(figure: str, value: float) -> None:
                    measured.add(figure, server.name, round_, value)

                try:
                    works.WORKS[work](setting, server, add)
                except (Failure, OSError, ValueError) as failure:
                    notes.append(f"round {round_}, {work}, {server.title}: {failure}")
                    say(f"  {failure}")
    return measured


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    for program in ("linger", "deliver"):
        if not (options.build / program).is_file():
            say(f"There is no {options.build / program}. Build it with\n"
                "  cmake --preset release && cmake --build build/release --target linger deliver")
            return 2
    if not options.no_setup:
        install_rivals()
    files.raise_limit()
    return process.run(lambda: measure_in_folders(options))


def measure_in_folders(options: argparse.Namespace) -> int:
    tmpfs = folders.TMPFS if os.access(folders.TMPFS, os.W_OK) else None
    with folders.fresh("linger-side-", options.disk) as disk:
        with folders.fresh("linger-side-", tmpfs) as memory:
            # Servers that change their user look into it.
            memory.chmod(0o711)
            return measure(options, make_setting(options, disk, memory))


def measure(options: argparse.Namespace, setting: Setting) -> int:
    notes: list[str] = []
    servers: list[Server] = []
    for kind in SERVERS:
        server = kind(setting)
        if server.name not in options.servers:
            continue
        missing = server.missing()
        if missing:
            notes.append(f"{server.title} is left out: {missing} is not installed")
            say(notes[-1])
        else:
            servers.append(server)
    if SERVER_CPU == LOAD_CPU:
        notes.append("There is only one core: the load takes from the servers.")
    if folders.is_in_memory(setting.disk):
        notes.append(f"{options.disk} is in memory: nothing here is durable. See --disk.")
    if not folders.is_in_memory(setting.memory):
        notes.append("There is no /dev/shm: Linger on tmpfs was on a disk, too.")
    if options.quick:
        notes.append("This was --quick: it shows that everything works, and no figure to keep.")
    about: dict[str, object] = {
        "commit": settings.commit(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine.describe(),
        "rounds": setting.rounds,
        "seconds": setting.seconds,
        "parked": setting.parked,
        "parked_most": setting.parked_most,
        "parked_django": setting.parked_django,
    }
    measured = run_rounds(setting, servers, options.only, notes)
    here = machine.describe()
    about["load_average_after"] = here["load_average"]

    print(f"{here['cpu']}, {here['cores']} cores, Linux {here['kernel']}; "
          f"{setting.rounds} rounds of {setting.seconds:g} s; {setting.parked:,} parked clients "
          f"(Django {setting.parked_django:,}), {setting.parked_most:,} for Linger's footprint.\n")
    print(figures_table(measured, servers))
    print("\nRatios are medians of the ratios within each round. Memory is anonymous, and shared for "
          "nchan,\nwhich keeps its clients in a shared segment. nginx's empty poll is `return 200`.")
    print("\n## Goals\n")
    print(goals_table(measured))
    for missed in obstacles(measured):
        print(f"\n{missed}")
    if table := where_table(measured):
        print(f"\n### Where a message's time goes\n\n{table}")
    if notes:
        print("\n## Notes\n")
        print("\n".join(f"- {note}" for note in notes))
    if options.json:
        text = json.dumps(as_json(measured, servers, about, notes), indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n")
    if options.svg:
        options.svg.write_text(picture(measured, servers))
    return 0

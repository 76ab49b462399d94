"""The command bench/idle: its options, the load, and the verdict."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time

from lib import command_line, report
from lib.idle.idle_cost import (
    CPU_PERCENT_MAX, IdleCost, cost_between, cost_table, take_snapshot,
)
from lib.linger.accounts import Accounts, add_accounts
from lib.linger.delivery import END_TIMEOUT_S, start_load
from lib.linger.deliver_program import finish_deliver
from lib.linger.server import LingerServer
from lib.measure import folders, machine, processes
from lib.measure.failure import Failure

SPARE_FILES = 200  # open files of a process beside those of the clients
WAVES_MIN = 10  # for a verdict
SETTLE_S = 3  # between the last client's poll and the first snapshot
CHECK_INTERVAL_S = 1.0  # of whether the clients still run
PROGRESS_INTERVAL_S = 600.0

DESCRIPTION = """\
Measures what the server costs in an hour without a message: 10,000 clients, each with an account of
its own and a parked poll, and the data on a real disk.

A poll whose hold time is over is answered, and its client polls again, as pages do: that is part of
the hour and is counted. Exit code 0: less than 0.5 % of a core and no byte written, or too short
for a verdict. Exit code 1: more than that, or a failure."""
EXAMPLES = """\
  bench/idle                               one hour
  bench/idle --seconds 150 --json FILE     slightly longer than a poll is held
  bench/idle --quick                       a few clients for seconds: only to see that it works"""


def main() -> int:
    return processes.run(measure)


def measure() -> int:
    options = parse_options()
    command_line.require_programs(options.build)
    build = options.build.resolve()
    machine.move_to_load_core()
    open_files = machine.raise_open_files()
    if open_files < options.parked + SPARE_FILES:
        raise Failure(f"{options.parked:,} clients need more than {open_files:,} open files, "
                      "which is the limit (ulimit -n)")
    about = machine.describe_cores()
    with folders.temporary_folder("linger-idle-", options.disk) as folder:
        with LingerServer(build, folder) as server:
            accounts = add_accounts(server, options.parked)
        with LingerServer(build, folder) as server:
            cost, load_results = watch(server, accounts, options)
    print(cost_table(cost))
    if folders.is_in_memory(options.disk):
        print(f"\n{options.disk} is in memory: written bytes are not counted there. See --disk.")
    if load_results["refused"] or cost.connected != options.parked:
        raise Failure(f"{load_results['refused']:.0f} polls were refused, "
                      f"{cost.connected:,} of {options.parked:,} clients are connected")
    # The server shortens a hold time by at most five percent, and the first polls began before the
    # interval: each client has polled again by now.
    if cost.seconds > options.wait + 1 and cost.polls_again < options.parked:
        raise Failure("polls whose hold time was over were not sent again")

    verdict = "met" if cost.is_met else "missed"
    # Polls come in waves, one for each hold time: with few waves, one more or less is decisive.
    if options.seconds < WAVES_MIN * options.wait or options.quick:
        verdict = "too short for a verdict"
    print(f"\n**{verdict}**: the goal is less than {CPU_PERCENT_MAX} % of a core and 0 bytes. "
          f"The load counted {load_results['answered']:,.0f} responses until its end.")
    report.write_json(options.json, {
        "schema": "linger-idle/1",
        "machine": about,
        "workload": {name: getattr(options, name) for name in ("seconds", "parked", "wait")},
        "idle": dataclasses.asdict(cost),
        "load": load_results,
        "verdict": verdict,
    })
    return 1 if verdict == "missed" else 0


def watch(
    server: LingerServer, accounts: Accounts, options: argparse.Namespace
) -> tuple[IdleCost, dict[str, float]]:
    """Parks the polls and watches the server. Returns the cost of the interval, and the results of
    the load, which ends a few seconds later."""
    clients, load_seconds = len(accounts.subscribers), options.seconds + 2 * SETTLE_S
    load = start_load(server, server.port, accounts, 0, load_seconds,
                      "--hold", "--wait", str(options.wait))
    try:
        load.wait_lines(1, 90)
        server.wait_for_metric("polls_held", clients, load)
        time.sleep(SETTLE_S)
        before = take_snapshot(server)
        next_progress = before.time_s + PROGRESS_INTERVAL_S
        while (remaining := before.time_s + options.seconds - time.monotonic()) > 0:
            time.sleep(min(CHECK_INTERVAL_S, remaining))
            if not load.is_running():
                raise Failure(f"the load ended too early: {load.last_error()}")
            if time.monotonic() > next_progress:
                next_progress += PROGRESS_INTERVAL_S
                so_far = cost_between(before, take_snapshot(server), clients, options.wait)
                print(f"{so_far.seconds:,.0f} s: {so_far.cpu_percent:.3f} % of a core, "
                      f"{so_far.written_bytes:,} bytes", file=sys.stderr, flush=True)
        cost = cost_between(before, take_snapshot(server), clients, options.wait)
        load_results = finish_deliver(load, 2 * SETTLE_S + END_TIMEOUT_S)
    finally:
        load.kill()
    return cost, load_results


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/idle", description=DESCRIPTION, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    command_line.add_build_option(parser)
    parser.add_argument("--seconds", type=float, help="1 to 86000, default 3600")
    parser.add_argument("--parked", type=int, metavar="N", help="clients, default 10000")
    parser.add_argument("--wait", type=int, metavar="SECONDS",
                        help="how long a poll is held, 1 to 100, default 100")
    command_line.add_disk_option(parser)
    parser.add_argument("--quick", action="store_true",
                        help="100 clients, 4 s, polls of one second")
    command_line.add_json_option(parser)
    options = parser.parse_args()
    quick = options.quick
    options.seconds = options.seconds or (4.0 if quick else 3600.0)
    options.parked = options.parked or (100 if quick else 10_000)
    options.wait = options.wait or (1 if quick else 100)
    if not 1 <= options.wait <= 100 or not 1 <= options.seconds <= 86_000:
        parser.error("--wait is 1 to 100, --seconds is 1 to 86000")
    command_line.require_folder(parser, "--disk", options.disk)
    return options

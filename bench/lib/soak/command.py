"""The command bench/soak: its options, the samples, and the verdict."""

from __future__ import annotations

import argparse
import dataclasses
import time
from dataclasses import dataclass

from lib import command_line, report
from lib.linger.accounts import PUBLISHERS, Accounts, add_accounts, add_friendships
from lib.linger.delivery import END_TIMEOUT_S, start_load
from lib.linger.deliver_program import finish_deliver
from lib.linger.server import LingerServer
from lib.measure import machine, process_stats, processes
from lib.measure.folders import TMPFS, temporary_folder
from lib.soak.drift import drift

LOAD_SECONDS_MAX = 590  # of one load; longer runs are a sequence of loads
SAMPLES_MIN = 8
SPARE_MIB = 2048

DESCRIPTION = """\
Measures whether the server's memory stays flat under a long load: 1,000 parked clients and 16
publishers in a closed loop, all data on tmpfs.

The verdict is about anonymous memory. Resident memory also counts pages of the mapped database
file, which grows with each message; the kernel reclaims them when it needs memory. The load ends
early when the tmpfs or the memory is nearly full. Exit code 0: flat. Exit code 1: not flat, or a
failure."""
EXAMPLES = """\
  bench/soak                ten minutes
  bench/soak --minutes 60 --publishers 1 --json FILE
  bench/soak --quick        half a minute: only to see that it works, too short for a verdict"""


@dataclass
class Sample:
    """The names are those of the JSON file."""

    second: float
    anonymous_kib: int
    rss_kib: int
    open_files: int
    data_kib: int
    messages: int
    polls_held: int


COLUMNS = (
    "s",
    "anonymous RSS, KiB",
    "RSS, KiB",
    "open files",
    "data file, KiB",
    "messages",
    "polls held",
)


def main() -> int:
    return processes.run(measure)


def measure() -> int:
    options = parse_options()
    command_line.require_programs(options.build)
    build = options.build.resolve()
    machine.move_to_load_core()
    machine.raise_open_files()
    with temporary_folder("linger-bench-", TMPFS) as folder:
        with LingerServer(build, folder) as server:
            accounts = add_accounts(server, options.parked)
            add_friendships(server, accounts)
        with LingerServer(build, folder) as server:
            print(report.table_head(COLUMNS))
            samples, load_results = watch(server, accounts, options)
    if len(samples) < SAMPLES_MIN:
        print(f"\nOnly {len(samples)} samples: no verdict")
        return 1

    found = drift([s.second for s in samples], [float(s.anonymous_kib) for s in samples])
    verdict = "flat" if found.is_flat else "not flat"
    print(
        f"\n**{verdict}**: anonymous RSS {found.second_quarter:,.0f} KiB in the second quarter, "
        f"{found.last_quarter:,.0f} KiB in the last (medians). Second half: "
        f"{found.slope_per_minute:+.2f} ± {found.slope_error:.2f} KiB/min, standard deviation "
        f"{found.noise:.1f} KiB."
    )
    report.write_json(options.json, {
        "schema": "linger-soak/1",
        "machine": machine.describe_cores(),
        "workload": {name: getattr(options, name)
                     for name in ("minutes", "parked", "publishers", "every")},
        "samples": [dataclasses.asdict(sample) for sample in samples],
        "loads": load_results,
        "anonymous_kib": dataclasses.asdict(found),
        "verdict": verdict,
    })
    return 0 if found.is_flat else 1


def watch(
    server: LingerServer, accounts: Accounts, options: argparse.Namespace
) -> tuple[list[Sample], list[dict[str, float]]]:
    """Runs loads until the time is over, and prints a sample at each interval. Returns the samples
    and the results of each load."""
    samples: list[Sample] = []
    load_results: list[dict[str, float]] = []
    begin = time.monotonic()
    end, next_sample = begin + options.minutes * 60, begin + options.every
    while end - time.monotonic() > 1:
        seconds = min(end - time.monotonic(), LOAD_SECONDS_MAX)
        load = start_load(server, server.port, accounts, options.publishers, seconds)
        try:
            load_end = time.monotonic() + seconds
            while next_sample < load_end and load.is_running():
                time.sleep(max(0.0, next_sample - time.monotonic()))
                next_sample += options.every
                samples.append(take_sample(server, begin))
                print(report.table_row([*dataclasses.astuple(samples[-1])]), flush=True)
                if machine.free_tmpfs_mib() < SPARE_MIB:
                    print("\nEnded early: memory is nearly full. Fewer --publishers write less.")
                    return samples, load_results
            load_results.append(finish_deliver(load, seconds + END_TIMEOUT_S))
        finally:
            load.kill()
    return samples, load_results


def take_sample(server: LingerServer, begin: float) -> Sample:
    memory, metrics = process_stats.memory(server.pid), server.metrics()
    return Sample(
        round(time.monotonic() - begin, 1),
        memory.anonymous,
        memory.resident,
        len(process_stats.open_files(server.pid)),
        server.data_kib(),
        metrics["messages_total"],
        metrics["polls_held"],
    )


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/soak", description=DESCRIPTION, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    command_line.add_build_option(parser)
    parser.add_argument("--minutes", type=float, help="default 10")
    parser.add_argument("--parked", type=int, default=1000, metavar="N",
                        help="clients, default 1000")
    parser.add_argument("--publishers", type=int, default=PUBLISHERS, metavar="N",
                        help=f"1 to {PUBLISHERS}, default {PUBLISHERS}")
    parser.add_argument("--every", type=float, metavar="SECONDS",
                        help="interval of the samples, default 10")
    parser.add_argument("--quick", action="store_true", help="half a minute, a sample each second")
    command_line.add_json_option(parser)
    options = parser.parse_args()
    options.minutes = options.minutes or (0.5 if options.quick else 10.0)
    options.every = options.every or (1.0 if options.quick else 10.0)
    if options.minutes * 60 / options.every < SAMPLES_MIN + 2:
        parser.error(f"fewer than {SAMPLES_MIN} samples: raise --minutes, or lower --every")
    if not 1 <= options.publishers <= PUBLISHERS:
        parser.error(f"--publishers is 1 to {PUBLISHERS}")
    return options

"""The processor cores: one for the server and one for the load, or one for both."""

import os
from pathlib import Path

USABLE = sorted(os.sched_getaffinity(0))
SERVER_CPU, LOAD_CPU = USABLE[0], USABLE[-1]


def idle_seconds(cpu: int) -> float:
    """The time since boot in which a core was idle; in steps of a clock tick."""
    for line in Path("/proc/stat").read_text().splitlines():
        fields = line.split()
        if fields[0] == f"cpu{cpu}":
            return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")
    return 0.0

"""One core for the server, another for the load; the same one where there is no other."""

import os

USABLE = sorted(os.sched_getaffinity(0))
SERVER_CPU, LOAD_CPU = USABLE[0], USABLE[-1]

"""The workloads. Each starts fresh servers of a candidate and adds its figures."""

from collections.abc import Callable

from lib.side_by_side.candidates import Candidate
from lib.side_by_side.settings import Settings
from lib.side_by_side.workloads import disk_writes, idle_clients, messages, short_polls
from lib.side_by_side.workloads.core_time_samples import AddFigure

WORKLOADS: dict[str, Callable[[Settings, Candidate, AddFigure], None]] = {
    "deliver": messages.deliver,
    "fan-out": messages.fan_out,
    "polls": short_polls.polls,
    "park": idle_clients.park,
    "flash": disk_writes.flash,
    "footprint": idle_clients.footprint,
}

# The candidates of each workload. Where the disk plays no part, one Linger is enough.
CANDIDATES_OF: dict[str, list[str]] = {
    "deliver": ["linger", "linger-tmpfs", "nchan", "django", "bare"],
    "fan-out": ["linger", "linger-tmpfs", "nchan", "bare"],
    "polls": ["linger", "nchan", "bare"],
    "park": ["linger", "nchan", "django", "bare"],
    "flash": ["linger"],
    "footprint": ["linger"],
}

"""Where a message's time goes, for each candidate: as a table and for the JSON file."""

from __future__ import annotations

from lib.side_by_side.results.core_time import PARTS, CoreTime, Source, median_core_time
from lib.side_by_side.results.figures import Measurements

ROWS = [
    ("a message, P=16, Linger on tmpfs", Source("deliver-16", "linger-tmpfs")),
    ("a message, P=16, Linger, durable", Source("deliver-16", "linger")),
    ("a message, P=1024, Linger, durable", Source("deliver-1024", "linger")),
    ("a message, P=16, nchan", Source("deliver-16", "nchan")),
    ("a message, P=16, bare loop", Source("deliver-16", "bare")),
    ("a delivery, fan-out, Linger, durable", Source("fan-out", "linger")),
    ("a delivery, fan-out, nchan", Source("fan-out", "nchan")),
    ("a delivery, fan-out, bare loop", Source("fan-out", "bare")),
    ("an empty poll, Linger, durable", Source("polls", "linger")),
    ("an empty poll, nginx", Source("polls", "nchan")),
]


def measured_rows(measurements: Measurements) -> list[tuple[str, Source, CoreTime]]:
    return [(title, source, time) for title, source in ROWS
            if (time := median_core_time(measurements, source)) is not None]


def core_time_table(measurements: Measurements) -> str:
    """Empty if nothing was measured."""
    rows = measured_rows(measurements)
    if not rows:
        return ""
    lines = [
        "| µs for | passed | server's core | loop, user | loop, system | storage, user "
        "| storage, system | idle | others | load's core |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for title, _source, time in rows:
        values = [time.passed, time.busy, *(time.parts.get(part) for part in PARTS)]
        cells = ("" if value is None else f"{value:.1f}" for value in values)
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def core_times_for_json(measurements: Measurements) -> list[dict[str, object]]:
    """In µs, medians over the rounds."""
    return [
        {"title": title, "figure": source.figure, "server": source.server, "unit": "µs",
         "passed": time.passed, "server_core": time.busy, **time.parts}
        for title, source, time in measured_rows(measurements)
    ]

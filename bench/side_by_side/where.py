"""Where a message's time goes, for each server that is compared, as a table and for programs."""

from __future__ import annotations

from side_by_side import spent
from side_by_side.figures import Measured
from side_by_side.spent import Source, Spent

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


def measured_rows(measured: Measured) -> list[tuple[str, Source, Spent]]:
    return [(title, source, found) for title, source in ROWS
            if (found := spent.median(measured, source)) is not None]


def where_table(measured: Measured) -> str:
    """Empty where nothing of it was measured."""
    rows = measured_rows(measured)
    if not rows:
        return ""
    lines = [
        "| µs for | passed | server's core | loop, user | loop, system | storage, user "
        "| storage, system | idle | others | load's core |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for title, _source, found in rows:
        values = [found.passed, found.busy, *(found.parts.get(part) for part in spent.PARTS)]
        cells = ("" if v is None else f"{v:.1f}" for v in values)
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def as_json(measured: Measured) -> list[dict[str, object]]:
    """µs, medians over the rounds."""
    return [
        {"title": title, "figure": source.figure, "server": source.server, "unit": "µs",
         "passed": found.passed, "server_core": found.busy, **found.parts}
        for title, source, found in measured_rows(measured)
    ]

"""The servers' main figures as bars, figure by figure."""

from __future__ import annotations

from side_by_side import svg
from side_by_side.figures import FIGURES, Measured
from side_by_side.server import Server
from side_by_side.table import number

# Figures of which more is better, and those of which less is.
MORE = ["deliver-16", "deliver-1024", "fan-out", "polls"]
LESS = ["polls-cpu", "park-long"]
LABEL, BAR_MOST, ROW, BAR, GAP = 190, 490, 22, 16, 18


def draw(measured: Measured, servers: list[Server], x: int, y: int) -> tuple[list[str], int]:
    """From there on down: a bar for each median, a thin line from the least to the most of the
    rounds. The shapes, and where the next thing may begin."""
    shapes: list[str] = []
    bars = x + LABEL
    for figure in (f for name in MORE + LESS for f in FIGURES if f.name == name):
        rows = [(s, summary) for s in servers
                if (summary := measured.summary(figure.name, s.name)) is not None]
        if not rows:
            continue
        better = ", less is better" if figure.name in LESS else ""
        shapes.append(svg.text("title", x, y + 13, f"{figure.title}, {figure.unit}{better}"))
        y += ROW
        scale = BAR_MOST / (max(summary.most for _, summary in rows) or 1)
        for server, summary in rows:
            kind = "ours" if server.name.startswith("linger") else "other"
            middle, base = y + ROW / 2, y + ROW / 2 + 4.5
            shapes += [
                svg.text("", bars - 10, base, server.title, "end"),
                svg.bar(kind, bars, middle - BAR / 2, max(1.0, summary.median * scale), BAR),
                svg.text("", bars + BAR_MOST + 14, base, number(summary.median, figure.decimals)),
            ]
            if summary.most > summary.least:
                shapes.append(svg.line("span", bars + summary.least * scale, middle,
                                       bars + summary.most * scale, middle))
            y += ROW
        y += GAP
    return shapes, y

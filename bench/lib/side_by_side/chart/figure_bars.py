"""The main figures as bars: for each figure a bar for each candidate."""

from __future__ import annotations

from lib.report import fixed
from lib.side_by_side.candidates.candidate import Candidate
from lib.side_by_side.chart import svg
from lib.side_by_side.results.figures import FIGURES, Measurements

MORE_IS_BETTER = ["deliver-16", "deliver-1024", "fan-out", "polls"]
LESS_IS_BETTER = ["polls-cpu", "park-long"]
LABEL_WIDTH, BAR_WIDTH, ROW_HEIGHT, BAR_HEIGHT, GAP = 190, 490, 22, 16, 18


def draw(
    measurements: Measurements, candidates: list[Candidate], x: int, y: int
) -> tuple[list[str], int]:
    """Draws from (x, y) down: a bar for each median, and a thin line from the least to the most of
    the rounds. Returns the shapes and the y below them."""
    shapes: list[str] = []
    bars_x = x + LABEL_WIDTH
    by_name = {figure.name: figure for figure in FIGURES}
    for figure in (by_name[name] for name in MORE_IS_BETTER + LESS_IS_BETTER):
        rows = [(candidate, summary) for candidate in candidates
                if (summary := measurements.summary(figure.name, candidate.name)) is not None]
        if not rows:
            continue
        hint = ", less is better" if figure.name in LESS_IS_BETTER else ""
        shapes.append(svg.text("title", x, y + 13, f"{figure.title}, {figure.unit}{hint}"))
        y += ROW_HEIGHT
        scale = BAR_WIDTH / (max(summary.most for _, summary in rows) or 1)
        for candidate, summary in rows:
            kind = "ours" if candidate.name.startswith("linger") else "other"
            middle, base = y + ROW_HEIGHT / 2, y + ROW_HEIGHT / 2 + 4.5
            width = max(1.0, summary.median * scale)
            shapes += [
                svg.text("", bars_x - 10, base, candidate.title, "end"),
                svg.bar(kind, bars_x, middle - BAR_HEIGHT / 2, width, BAR_HEIGHT),
                svg.text("", bars_x + BAR_WIDTH + 14, base, fixed(summary.median, figure.decimals)),
            ]
            if summary.most > summary.least:
                shapes.append(svg.line("span", bars_x + summary.least * scale, middle,
                                       bars_x + summary.most * scale, middle))
            y += ROW_HEIGHT
        y += GAP
    return shapes, y

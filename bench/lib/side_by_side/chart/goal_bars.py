"""The goals: for each a bar relative to its bound."""

from __future__ import annotations

from lib.side_by_side.chart import svg
from lib.side_by_side.results.figures import Measurements
from lib.side_by_side.results.goals import GOALS, Goal

TRACK_X, TRACK_WIDTH = 350, 150  # the bound is in its middle
VALUE_X, BOUND_X, VERDICT_X = 520, 625, 775
ROW_HEIGHT, BAR_HEIGHT, GAP = 22, 10, 18


def draw(measurements: Measurements, x: int, y: int) -> tuple[list[str], int]:
    """Draws the goals that were measured, from (x, y) down. Returns the shapes and the y below
    them."""
    rows = [(goal, value) for goal in GOALS if (value := goal.value(measurements)) is not None]
    if not rows:
        return [], y
    shapes = [svg.text("title", x, y + 13, "Goals"), svg.text("title", VALUE_X, y + 13, "is"),
              svg.text("", TRACK_X + TRACK_WIDTH / 2, y + 13, "wanted", "middle"),
              svg.text("title", BOUND_X, y + 13, "wanted")]
    y += ROW_HEIGHT
    for goal, value in rows:
        base = y + ROW_HEIGHT / 2 + 4.5
        kind = _kind(goal, value)
        shapes += [
            svg.text("", x, base, goal.title.replace("`", "")),
            *_bar_and_bound(goal, value, kind, y + ROW_HEIGHT / 2),
            svg.text("", VALUE_X, base, f"{value:.3g} {goal.unit}"),
            svg.text("", BOUND_X, base, goal.bound_text()),
            svg.text(f"title {kind}", VERDICT_X, base, kind if goal.bound is not None else ""),
        ]
        y += ROW_HEIGHT
    return shapes, y + GAP


def _kind(goal: Goal, value: float) -> str:
    if goal.bound is None:
        return "other"
    return "met" if goal.is_met(value) else "missed"


def _bar_and_bound(goal: Goal, value: float, kind: str, middle: float) -> list[str]:
    """A value beyond twice the bound ends at the track's end. Nothing without a bound, or with a
    bound of 0, to which no bar can be relative."""
    if not goal.bound:
        return []
    half = TRACK_WIDTH / 2
    width = min(value / goal.bound * half, TRACK_WIDTH)
    return [
        svg.bar("track", TRACK_X, middle - BAR_HEIGHT / 2, TRACK_WIDTH, BAR_HEIGHT),
        svg.bar(kind, TRACK_X, middle - BAR_HEIGHT / 2, max(1.0, width), BAR_HEIGHT),
        svg.line("bound", TRACK_X + half, middle - BAR_HEIGHT, TRACK_X + half, middle + BAR_HEIGHT),
    ]

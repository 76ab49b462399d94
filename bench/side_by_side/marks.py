"""The goals, each as a bar against its mark: up to it, or beyond it."""

from __future__ import annotations

from side_by_side import svg
from side_by_side.figures import Measured
from side_by_side.goals import GOALS, Goal

TRACK, TRACK_WIDTH = 350, 150  # the mark is in its middle
IS, WANTED, VERDICT = 520, 625, 775
ROW, BAR, GAP = 22, 10, 18


def draw(measured: Measured, x: int, y: int) -> tuple[list[str], int]:
    """From there on down, those that were measured. The shapes, and where the next thing may
    begin."""
    rows = [(goal, value) for goal in GOALS if (value := goal.value(measured)) is not None]
    if not rows:
        return [], y
    shapes = [svg.text("title", x, y + 13, "Goals"), svg.text("title", IS, y + 13, "is"),
              svg.text("", TRACK + TRACK_WIDTH / 2, y + 13, "wanted", "middle"),
              svg.text("title", WANTED, y + 13, "wanted")]
    y += ROW
    for goal, value in rows:
        base = y + ROW / 2 + 4.5
        kind = _kind(goal, value)
        shapes += [
            svg.text("", x, base, goal.title.replace("`", "")),
            *_against_mark(goal, value, kind, y + ROW / 2),
            svg.text("", IS, base, f"{value:.3g} {goal.unit}"),
            svg.text("", WANTED, base, goal.wanted()),
            svg.text(f"title {kind}", VERDICT, base, kind if goal.bound is not None else ""),
        ]
        y += ROW
    return shapes, y + GAP


def _kind(goal: Goal, value: float) -> str:
    if goal.bound is None:
        return "other"
    return "met" if goal.verdict(value) == "met" else "missed"


def _against_mark(goal: Goal, value: float, kind: str, middle: float) -> list[str]:
    """What is beyond twice the bound ends at the track's end. Nothing where there is no bound, and
    no mark to draw to where it is 0."""
    if not goal.bound:
        return []
    half = TRACK_WIDTH / 2
    width = min(value / goal.bound * half, TRACK_WIDTH)
    return [
        svg.bar("track", TRACK, middle - BAR / 2, TRACK_WIDTH, BAR),
        svg.bar(kind, TRACK, middle - BAR / 2, max(1.0, width), BAR),
        svg.line("bound", TRACK + half, middle - BAR, TRACK + half, middle + BAR),
    ]

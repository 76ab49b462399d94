"""The picture of a run: the servers' main figures, and below them the goals."""

from __future__ import annotations

from side_by_side import bars, marks, svg
from side_by_side.figures import Measured
from side_by_side.server import Server

WIDTH, EDGE, GAP = 860, 20, 22
TITLE = "Linger beside its rivals"
KEY = ("Medians; a thin line goes from the least to the most of the rounds. "
       "P: publishers in a closed loop.")


def picture(measured: Measured, servers: list[Server]) -> str:
    head = [svg.text("title head", EDGE, 34, TITLE), svg.text("", EDGE, 56, KEY)]
    figures, y = bars.draw(measured, servers, EDGE, 56 + GAP)
    goals, y = marks.draw(measured, EDGE, y)
    return svg.page(TITLE, WIDTH, y, head + figures + goals)

"""The picture of a run: the main figures of the candidates, and below them the goals."""

from __future__ import annotations

from lib.side_by_side.candidates.candidate import Candidate
from lib.side_by_side.chart import figure_bars, goal_bars, svg
from lib.side_by_side.results.figures import Measurements

WIDTH, EDGE, GAP = 860, 20, 22
TITLE = "Linger beside its rivals"
LEGEND = ("Medians; a thin line goes from the least to the most of the rounds. "
          "P: publishers in a closed loop.")


def draw_chart(measurements: Measurements, candidates: list[Candidate]) -> str:
    head = [svg.text("title head", EDGE, 34, TITLE), svg.text("", EDGE, 56, LEGEND)]
    figures, y = figure_bars.draw(measurements, candidates, EDGE, 56 + GAP)
    goals, y = goal_bars.draw(measurements, EDGE, y)
    return svg.page(TITLE, WIDTH, y, head + figures + goals)

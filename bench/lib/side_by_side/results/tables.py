"""The figures and the goals as tables in Markdown."""

from __future__ import annotations

from lib.report import fixed
from lib.side_by_side.candidates.candidate import Candidate
from lib.side_by_side.results.figures import FIGURES, Measurements
from lib.side_by_side.results.goals import GOALS


def figures_table(measurements: Measurements, candidates: list[Candidate]) -> str:
    """Each figure of each candidate: median, least and most of the rounds, and ratios."""
    lines = [
        "| figure | server | median | min | max | unit | × nchan | × bare |",
        "|---|---|--:|--:|--:|---|--:|--:|",
    ]
    for figure in FIGURES:
        title = figure.title
        for candidate in candidates:
            summary = measurements.summary(figure.name, candidate.name)
            if summary is None:
                continue
            values = (fixed(value, figure.decimals)
                      for value in (summary.median, summary.least, summary.most))
            ratios = (
                _ratio_text(measurements.ratio(figure.name, candidate.name, figure.name, rival))
                if figure.is_compared and candidate.name != rival else ""
                for rival in ("nchan", "bare")
            )
            cells = [title, candidate.title, *values, figure.unit, *ratios]
            lines.append("| " + " | ".join(cells) + " |")
            title = ""  # once for all candidates
    return "\n".join(lines)


def goals_table(measurements: Measurements) -> str:
    lines = ["| goal | wanted | is | |", "|---|---|---|---|"]
    for goal in GOALS:
        value = goal.value(measurements)
        if value is None:
            lines.append(f"| {goal.title} | {goal.bound_text()} | | not measured |")
        else:
            lines.append(f"| {goal.title} | {goal.bound_text()} | {value:.3g} {goal.unit} "
                         f"| {goal.verdict(value)} |")
    return "\n".join(lines)


def _ratio_text(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"

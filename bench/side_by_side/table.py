"""The figures as tables in Markdown."""

from __future__ import annotations

from side_by_side.figures import FIGURES, Measured
from side_by_side.goals import GOALS
from side_by_side.server import Server


def number(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def figures_table(measured: Measured, servers: list[Server]) -> str:
    """Each figure of each server: median, least and most over the rounds, and ratios in the round."""
    lines = [
        "| figure | server | median | min | max | unit | × nchan | × bare |",
        "|---|---|--:|--:|--:|---|--:|--:|",
    ]
    for figure in FIGURES:
        title = figure.title
        for server in servers:
            summary = measured.summary(figure.name, server.name)
            if summary is None:
                continue
            three = (number(v, figure.decimals)
                     for v in (summary.median, summary.least, summary.most))
            others = (
                _ratio(measured.ratio(figure.name, server.name, figure.name, other))
                if figure.compared and server.name != other else ""
                for other in ("nchan", "bare")
            )
            cells = [title, server.title, *three, figure.unit, *others]
            lines.append("| " + " | ".join(cells) + " |")
            title = ""
    return "\n".join(lines)


def goals_table(measured: Measured) -> str:
    """Each goal whose figures are there."""
    lines = ["| goal | wanted | is | |", "|---|---|---|---|"]
    for goal in GOALS:
        value = goal.value(measured)
        if value is None:
            lines.append(f"| {goal.title} | {goal.wanted()} | | not measured |")
        else:
            lines.append(f"| {goal.title} | {goal.wanted()} | {value:.3g} {goal.unit} "
                         f"| {goal.verdict(value)} |")
    return "\n".join(lines)

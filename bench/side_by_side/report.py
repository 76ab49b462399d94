"""All that was measured, as one JSON file for other programs."""

from __future__ import annotations

from side_by_side import where
from side_by_side.figures import FIGURES, Measured
from side_by_side.goals import GOALS
from side_by_side.obstacles import obstacle
from side_by_side.server import Server


def as_json(
    measured: Measured, servers: list[Server], about: dict[str, object], notes: list[str]
) -> dict[str, object]:
    """`rounds` has the values as they came; a round whose work failed is not among them."""
    figures: list[dict[str, object]] = []
    for figure in FIGURES:
        for server in servers:
            summary = measured.summary(figure.name, server.name)
            if summary is None:
                continue
            values = measured.values(figure.name, server.name)
            entry: dict[str, object] = {
                "figure": figure.name, "title": figure.title, "unit": figure.unit,
                "server": server.name, "median": summary.median, "min": summary.least,
                "max": summary.most, "rounds": {str(r): v for r, v in values.items()},
            }
            if figure.compared:
                for other in ("nchan", "bare"):
                    if other != server.name:
                        entry[f"ratio_to_{other}"] = measured.ratio(
                            figure.name, server.name, figure.name, other)
            figures.append(entry)
    goals: list[dict[str, object]] = []
    for goal in GOALS:
        value = goal.value(measured)
        goals.append({
            "goal": goal.title, "at_least": goal.at_least, "bound": goal.bound, "unit": goal.unit,
            "value": value,
            "met": None if value is None or goal.bound is None else goal.verdict(value) == "met",
            "in_the_way": obstacle(measured, goal),
        })
    return {"schema": "linger-side-by-side/1", **about, "figures": figures, "goals": goals,
            "where_time_goes": where.as_json(measured), "notes": notes}

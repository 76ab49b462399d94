"""All results of a run as one JSON object."""

from __future__ import annotations

from lib.side_by_side.candidates.candidate import Candidate
from lib.side_by_side.results.core_time_table import core_times_for_json
from lib.side_by_side.results.figures import FIGURES, Measurements
from lib.side_by_side.results.goals import GOALS
from lib.side_by_side.results.missed_goals import explain


def json_report(
    measurements: Measurements, candidates: list[Candidate], about: dict[str, object],
    notes: list[str],
) -> dict[str, object]:
    """`rounds` holds the values as measured; a round whose workload failed is not in it."""
    figures: list[dict[str, object]] = []
    for figure in FIGURES:
        for candidate in candidates:
            summary = measurements.summary(figure.name, candidate.name)
            if summary is None:
                continue
            values = measurements.values(figure.name, candidate.name)
            entry: dict[str, object] = {
                "figure": figure.name, "title": figure.title, "unit": figure.unit,
                "server": candidate.name, "median": summary.median, "min": summary.least,
                "max": summary.most, "rounds": {str(r): v for r, v in values.items()},
            }
            if figure.is_compared:
                for rival in ("nchan", "bare"):
                    if rival != candidate.name:
                        entry[f"ratio_to_{rival}"] = measurements.ratio(
                            figure.name, candidate.name, figure.name, rival)
            figures.append(entry)
    goals: list[dict[str, object]] = []
    for goal in GOALS:
        value = goal.value(measurements)
        goals.append({
            "goal": goal.title, "at_least": goal.is_lower_bound, "bound": goal.bound,
            "unit": goal.unit, "value": value,
            "met": None if value is None or goal.bound is None else goal.is_met(value),
            "in_the_way": explain(measurements, goal),
        })
    return {"schema": "linger-side-by-side/1", **about, "figures": figures, "goals": goals,
            "where_time_goes": core_times_for_json(measurements), "notes": notes}

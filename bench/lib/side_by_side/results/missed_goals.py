"""Explains a missed goal by where the time went in the same run."""

from __future__ import annotations

from lib.side_by_side.results.core_time import CoreTime, Source, median_core_time
from lib.side_by_side.results.figures import FIGURES, Measurements
from lib.side_by_side.results.goals import GOALS, Goal

UNITS_OF_WORK = {"deliver": "message", "fan-out": "delivery", "polls": "poll"}
WORKLOADS = {figure.name: figure.workload for figure in FIGURES}


def explain_missed_goals(measurements: Measurements) -> list[str]:
    """A paragraph for each missed goal."""
    return [f"**{goal.title}**: {text}" for goal in GOALS
            if (text := explain(measurements, goal)) is not None]


def explain(measurements: Measurements, goal: Goal) -> str | None:
    """None if the goal is met or was not measured."""
    value = goal.value(measurements)
    if value is None or goal.is_met(value):
        return None
    own = median_core_time(measurements, goal.own_source) if goal.own_source else None
    if goal.own_source is None or own is None:
        return "no core times were measured that explain it."
    rival = median_core_time(measurements, goal.rival_source) if goal.rival_source else None
    unit = UNITS_OF_WORK[WORKLOADS[goal.own_source.figure]]
    rival_name = goal.rival_source.server if goal.rival_source else ""
    return " ".join([
        _allowed_time(goal, own, rival, unit, rival_name),
        f"A {unit} takes {_compare(own.busy, rival and rival.busy, rival_name)} of the server's "
        "core: " + "; ".join(_busy_parts(own, rival, rival_name)) + ".",
        f"The core is idle for {_compare_part('idle', own, rival, rival_name)} and runs other "
        f"processes for {_compare_part('others', own, rival, rival_name)}"
        f"{_commit_time(measurements, goal.own_source)}.",
    ])


def _allowed_time(
    goal: Goal, own: CoreTime, rival: CoreTime | None, unit: str, rival_name: str
) -> str:
    """The time that passes, and the time that the goal allows."""
    if rival is None or not goal.bound:
        return f"{own.passed:.1f} µs pass per {unit}."
    if goal.is_lower_bound:
        return (f"{own.passed:.1f} µs pass per {unit}; the goal allows "
                f"{rival.passed / goal.bound:.1f} ({rival_name} {rival.passed:.1f}).")
    return f"The goal allows {rival.busy * goal.bound:.1f} µs of the server's core per {unit}."


def _busy_parts(own: CoreTime, rival: CoreTime | None, rival_name: str) -> list[str]:
    """The parts of the core's time, sorted by how far they exceed the rival's."""
    parts: list[tuple[float, float | None, str]] = [
        (own.parts[part], rival and rival.parts[part], place)
        for part, place in (("loop-user", "in the loop's code"),
                            ("loop-system", "in the kernel for the loop"))
    ]
    if own.storage:
        place = f"in the storage thread, {own.parts['storage-system']:.1f} of it in the kernel"
        rival_storage = rival.storage if rival else None
        if rival_storage == 0:
            rival_storage, place = None, f"{place} ({rival_name} has no such thread)"
        parts.append((own.storage, rival_storage, place))
    parts.sort(key=lambda part: part[0] - (part[1] or 0), reverse=True)
    return [f"{_compare(time, rival_time, rival_name)} {place}"
            for time, rival_time, place in parts]


def _compare(own: float, rival: float | None, rival_name: str) -> str:
    return f"{own:.1f} µs" + ("" if rival is None else f" ({rival_name} {rival:.1f})")


def _compare_part(part: str, own: CoreTime, rival: CoreTime | None, rival_name: str) -> str:
    return _compare(own.parts[part], rival and rival.parts[part], rival_name)


def _commit_time(measurements: Measurements, source: Source) -> str:
    """The time of a bare commit on the same disk, for messages that wait for one."""
    commit = measurements.summary("commit", source.server)
    if commit is None or WORKLOADS[source.figure] != "deliver":
        return ""
    return f"; one bare commit takes {commit.median:.3f} ms"

"""What stands in the way of a goal that is missed, said with the figures of the same run."""

from __future__ import annotations

from side_by_side import spent
from side_by_side.figures import FIGURES, Measured
from side_by_side.goals import GOALS, Goal
from side_by_side.spent import Source, Spent

ONE = {"deliver": "a message", "fan-out": "a delivery", "polls": "a poll"}
WORK = {figure.name: figure.work for figure in FIGURES}


def obstacles(measured: Measured) -> list[str]:
    """A paragraph for each missed goal."""
    return [f"**{goal.title}**: {said}" for goal in GOALS if (said := obstacle(measured, goal))]


def obstacle(measured: Measured, goal: Goal) -> str | None:
    """None where the goal is met, or was not measured."""
    value = goal.value(measured)
    if value is None or not goal.verdict(value).startswith("**missed"):
        return None
    mine = spent.median(measured, goal.mine) if goal.mine else None
    if goal.mine is None or mine is None:
        return "nothing was measured that says what stands in the way."
    theirs = spent.median(measured, goal.theirs) if goal.theirs else None
    one = ONE[WORK[goal.mine.figure]]
    rival = goal.theirs.server if goal.theirs else ""
    sentences = [
        _room(goal, mine, theirs, one, rival),
        f"Of the server's core {one} takes {_beside(mine.busy, theirs and theirs.busy, rival)}: "
        + "; ".join(_parts(mine, theirs, rival)) + ".",
        f"It is idle for {_of('idle', mine, theirs, rival)}, and others have it for "
        f"{_of('others', mine, theirs, rival)}{_commits(measured, goal.mine)}.",
    ]
    return " ".join(s for s in sentences if s)


def _room(goal: Goal, mine: Spent, theirs: Spent | None, one: str, rival: str) -> str:
    """What there is, and what the goal leaves room for."""
    if theirs is None or not goal.bound:
        return f"{mine.passed:.1f} µs pass for {one}."
    if goal.at_least:
        return (f"{mine.passed:.1f} µs pass for {one}, where the goal leaves "
                f"{theirs.passed / goal.bound:.1f} ({rival} {theirs.passed:.1f}).")
    return f"The goal leaves {theirs.busy * goal.bound:.1f} µs of the server's core for {one}."


def _parts(mine: Spent, theirs: Spent | None, rival: str) -> list[str]:
    """Of the core's time, first what is most beyond the rival's."""
    parts: list[tuple[float, float | None, str]] = [
        (mine.parts[part], theirs and theirs.parts[part], where)
        for part, where in (("loop-user", "in the loop's code"),
                            ("loop-system", "in the kernel for the loop"))
    ]
    if mine.storage:
        where = f"in the storage thread, {mine.parts['storage-system']:.1f} of it in the kernel"
        beside = theirs.storage if theirs else None
        if beside == 0:
            beside, where = None, f"{where}, which {rival} has not"
        parts.append((mine.storage, beside, where))
    parts.sort(key=lambda part: part[0] - (part[1] or 0), reverse=True)
    return [f"{_beside(here, there, rival)} {where}" for here, there, where in parts]


def _beside(mine: float, theirs: float | None, rival: str) -> str:
    return f"{mine:.1f} µs" + ("" if theirs is None else f" ({rival} {theirs:.1f})")


def _of(part: str, mine: Spent, theirs: Spent | None, rival: str) -> str:
    return _beside(mine.parts[part], theirs and theirs.parts[part], rival)


def _commits(measured: Measured, mine: Source) -> str:
    """A bare commit on the same disk, where messages wait for one."""
    commit = measured.summary("commit", mine.server)
    if commit is None or WORK[mine.figure] != "deliver":
        return ""
    return f"; one bare commit takes {commit.median:.3f} ms"

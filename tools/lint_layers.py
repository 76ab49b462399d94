#!/usr/bin/env python3
"""Holds the layers of the sources: which room may include which, and that no includes form a cycle.

    tools/lint_layers.py [ROOT]

A room is a folder with sources. It may include itself, the rooms named for it below, and what those
may include. A header and its source are one unit; units must not include each other in a circle.
Prints one line for each violation; exits with 1 where there are any.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# room -> rooms that it may include directly. A room that is missing here is a violation.
ALLOWED = {
    "core/base": [],
    "core/loop": ["core/base"],
    "core/state": ["core/base"],
    "core/chat": ["core/loop", "core/state"],
    "store/engine": ["core/chat"],
    "store/codec": ["store/engine"],
    "store/index": ["store/codec"],
    "store/commit": ["store/index"],
    "store/memory": ["store/commit"],
    "http/net": ["core/chat"],
    "http/protocol": ["http/net"],
    "http/connection": ["http/protocol"],
    "http/streams": ["http/connection"],
    "http/api": ["http/streams"],
    "sim/client": ["http/api"],
    "sim/report": ["sim/client"],
    "sim/report/model": ["sim/report"],
    "sim/report/html": ["sim/report/model"],
    "sim/load": ["sim/report/html"],
    "sim/world/time": ["sim/load"],
    "sim/world/net": ["sim/world/time"],
    "sim/world/disk": ["sim/world/time", "store/memory"],
    "sim/world/server": ["sim/world/net", "sim/world/disk"],
    "sim/world/check": ["sim/world/server"],
    "sim/world/users": ["sim/world/check"],
    "sim/world/run": ["sim/world/users"],
    "tools/linger/admin": ["http/api"],
    "tools/linger": ["tools/linger/admin", "store/commit"],
    "tools/linger_sim": ["sim/world/run"],
}
FOLDERS = ("core", "store", "http", "sim", "tools")
# Written by the build; it belongs to no room.
GENERATED = {"build_info.hpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def reachable(room: str) -> set[str]:
    """The room itself and every room that it may include."""
    found: set[str] = set()
    pending = [room]
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending += ALLOWED.get(current, [])
    return found


def includes(root: Path) -> dict[str, list[str]]:
    """Each source file and what it includes in quotes, as paths below `root`."""
    files = sorted(
        path
        for folder in FOLDERS
        for suffix in ("*.hpp", "*.cpp")
        for path in (root / folder).rglob(suffix)
    )
    return {
        path.relative_to(root).as_posix(): INCLUDE.findall(path.read_text(encoding="utf-8"))
        for path in files
    }


def wrong_arrows(graph: dict[str, list[str]]) -> list[str]:
    """Includes that lead to a room that is not allowed."""
    found = []
    for path, targets in graph.items():
        room = str(Path(path).parent)
        if room not in ALLOWED:
            found.append(f"{path}: the room {room} is not in tools/lint_layers.py")
            continue
        allowed = reachable(room)
        for target in targets:
            if target in GENERATED:
                continue
            if target not in graph:
                found.append(f"{path}: {target} does not exist below the root")
            elif str(Path(target).parent) not in allowed:
                found.append(f"{path}: {room} must not include {target}")
    return found


def units(graph: dict[str, list[str]]) -> dict[str, list[str]]:
    """The graph of units: a header and its source are one."""
    found: dict[str, list[str]] = {}
    for path, targets in graph.items():
        unit = str(Path(path).with_suffix(""))
        names = (str(Path(target).with_suffix("")) for target in targets)
        found.setdefault(unit, []).extend(name for name in names if name != unit)
    return found


def cycles(graph: dict[str, list[str]]) -> list[str]:
    """Units that include one another, directly or through others; the shortest way round each."""
    found: list[str] = []
    in_a_cycle: set[str] = set()
    for start in graph:
        if start in in_a_cycle:
            continue
        came_from: dict[str, str] = {}
        pending = [start]
        for node in pending:
            for target in graph.get(node, []):
                if target == start:
                    way = [start, node]
                    while way[-1] != start:
                        way.append(came_from[way[-1]])
                    in_a_cycle.update(way)
                    found.append("include cycle: " + " -> ".join(reversed(way)))
                    pending = []
                    break
                if target not in came_from:
                    came_from[target] = node
                    pending.append(target)
            if start in in_a_cycle:
                break
    return found


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    graph = includes(root)
    if not graph:
        print(f"tools/lint_layers.py: no sources below {root}", file=sys.stderr)
        return 2
    problems = wrong_arrows(graph) + cycles(units(graph))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

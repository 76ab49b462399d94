"""The people that a work needs, as lines for `linger import`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

# Publishers beyond this many write to a part of the subscribers only: with a thousand of them,
# everybody's friendship with everybody would be a million.
FULL_PUBLISHERS = 16
CIRCLES = 32


@dataclass(frozen=True)
class Cast:
    """`subscribers` who listen, then `publishers`, friends of those whom they write to; with
    publishers the first of them owns a group of all the subscribers."""

    subscribers: int
    publishers: int = 0

    @property
    def name(self) -> str:
        return f"{self.subscribers}-{self.publishers}"

    def lines(self) -> Iterator[str]:
        for i in range(self.subscribers):
            yield json.dumps({"user": f"s{i}"})
        for p in range(self.publishers):
            yield json.dumps({"user": f"p{p}"})
        for p in range(self.publishers):
            first, step = (0, 1) if p < FULL_PUBLISHERS else (p % CIRCLES, CIRCLES)
            for i in range(first, self.subscribers, step):
                yield json.dumps({"friends": [f"p{p}", f"s{i}"]})
        if self.publishers:
            members = [f"s{i}" for i in range(self.subscribers)]
            yield json.dumps(
                {"group": "all", "owner": "p0", "members": members, "max_members": len(members) + 1}
            )


def circles(publishers: int) -> int:
    """How many circles the load program is to make of them, on any server."""
    return 1 if publishers <= FULL_PUBLISHERS else CIRCLES

"""The people that a work needs, as lines for `linger import`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from measuring import people

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

    def lines(self) -> Iterator[people.Line]:
        subscribers = [people.subscriber(i) for i in range(self.subscribers)]
        publishers = [people.publisher(p) for p in range(self.publishers)]
        for name in subscribers + publishers:
            yield people.user(name)
        for p, publisher in enumerate(publishers):
            first, step = (0, 1) if p < FULL_PUBLISHERS else (p % CIRCLES, CIRCLES)
            for subscriber in subscribers[first::step]:
                yield people.friends(publisher, subscriber)
        if publishers:
            yield people.group("all", publishers[0], subscribers)


def circles(publishers: int) -> int:
    """How many circles the load program is to make of them, on any server."""
    return 1 if publishers <= FULL_PUBLISHERS else CIRCLES

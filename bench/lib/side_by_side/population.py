"""The accounts of a workload, and their friendships, as lines for `linger import`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lib.linger import import_lines

# Each publisher beyond this number writes only to a part of the subscribers, a "circle". A thousand
# publishers that are friends of all of them would take a million friendships.
FULL_PUBLISHERS = 16
CIRCLES = 32


@dataclass(frozen=True)
class Population:
    """`subscribers` poll; `publishers` send messages, and are friends of their recipients.
    The first publisher, if there is one, owns a group of all subscribers."""

    subscribers: int
    publishers: int = 0

    @property
    def name(self) -> str:
        return f"{self.subscribers}-{self.publishers}"

    def import_lines(self) -> Iterator[import_lines.Line]:
        subscribers = [import_lines.subscriber_name(i) for i in range(self.subscribers)]
        publishers = [import_lines.publisher_name(p) for p in range(self.publishers)]
        for name in subscribers + publishers:
            yield import_lines.account_line(name)
        for p, publisher in enumerate(publishers):
            first, step = (0, 1) if p < FULL_PUBLISHERS else (p % CIRCLES, CIRCLES)
            for subscriber in subscribers[first::step]:
                yield import_lines.friendship_line(publisher, subscriber)
        if publishers:
            yield import_lines.group_line("all", publishers[0], subscribers)


def circles(publishers: int) -> int:
    """The load generator's --circles for so many publishers, the same for every candidate."""
    return 1 if publishers <= FULL_PUBLISHERS else CIRCLES

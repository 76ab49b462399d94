"""Accounts that a load is signed in to, and the file that tells the load program of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Account:
    name: str
    id: int
    token: str


@dataclass
class Accounts:
    """`file` is as `deliver` wants it: first the subscribers, then the publishers."""

    file: Path
    subscribers: list[Account]
    publishers: list[Account]

    def part(self, begin: int, end: int) -> Accounts:
        """Some of the subscribers, in a file of their own; the publishers are in it, too."""
        subscribers = self.subscribers[begin:end]
        file = self.file.with_name(f"{self.file.name}.{begin}-{end}")
        rows = (f"{a.name}\t{a.id}\t{a.token}\n" for a in subscribers + self.publishers)
        file.write_text("".join(rows), encoding="utf-8")
        return Accounts(file, subscribers, self.publishers)


def read(file: Path, subscribers: int) -> Accounts:
    """What `linger import --tokens` wrote, when this many subscribers were imported first."""
    with open(file, encoding="utf-8") as lines:
        rows = [line.split() for line in lines]
    everyone = [Account(name, int(id), token) for name, id, token in rows]
    return Accounts(file, everyone[:subscribers], everyone[subscribers:])

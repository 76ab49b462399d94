"""The accounts of a load: subscribers poll, publishers send messages to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lib.linger import import_lines, linger_program
from lib.linger.server import LingerServer

PUBLISHERS = 16


@dataclass
class Account:
    name: str
    id: int
    token: str


@dataclass
class Accounts:
    """`file` is the token file for `deliver`: first the subscribers, then the publishers."""

    file: Path
    subscribers: list[Account]
    publishers: list[Account]

    def part(self, begin: int, end: int) -> Accounts:
        """The subscribers from `begin` to `end` and all publishers, with a token file of their
        own."""
        subscribers = self.subscribers[begin:end]
        file = self.file.with_name(f"{self.file.name}.{begin}-{end}")
        rows = (f"{a.name}\t{a.id}\t{a.token}\n" for a in subscribers + self.publishers)
        file.write_text("".join(rows), encoding="utf-8")
        return Accounts(file, subscribers, self.publishers)


def read_token_file(file: Path, subscribers: int) -> Accounts:
    """Reads a file of `linger import --tokens`, of an import of so many subscribers first."""
    with open(file, encoding="utf-8") as lines:
        rows = [line.split() for line in lines]
    accounts = [Account(name, int(id), token) for name, id, token in rows]
    return Accounts(file, accounts[:subscribers], accounts[subscribers:])


def add_accounts(server: LingerServer, subscribers: int) -> Accounts:
    """Imports so many subscribers, and PUBLISHERS publishers."""
    names = [import_lines.subscriber_name(i) for i in range(subscribers)]
    names += [import_lines.publisher_name(i) for i in range(PUBLISHERS)]
    token_file = server.data.parent / "tokens"
    lines = (import_lines.account_line(name) for name in names)
    linger_program.import_into(server.linger, server.data, lines, token_file)
    return read_token_file(token_file, subscribers)


def add_friendships(server: LingerServer, accounts: Accounts) -> None:
    """Makes every publisher a friend of every subscriber."""
    lines = (import_lines.friendship_line(publisher.name, subscriber.name)
             for publisher in accounts.publishers for subscriber in accounts.subscribers)
    linger_program.import_into(server.linger, server.data, lines)


def add_group(server: LingerServer, accounts: Accounts, name: str) -> None:
    """Makes a group of all subscribers, owned by the first publisher."""
    members = [subscriber.name for subscriber in accounts.subscribers]
    line = import_lines.group_line(name, accounts.publishers[0].name, members)
    linger_program.import_into(server.linger, server.data, [line])

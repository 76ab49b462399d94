"""Accounts for a load: subscribers s0 …, publishers p0 … who are friends of all of them."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .server import Server

IMPORT_TIMEOUT_S = 300
PUBLISHERS = 16


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

    def part(self, begin: int, end: int) -> "Accounts":
        """Some of the subscribers, in a file of their own; the publishers are in it, too."""
        subscribers = self.subscribers[begin:end]
        file = self.file.with_name(f"{self.file.name}.{begin}-{end}")
        rows = (f"{a.name}\t{a.id}\t{a.token}\n" for a in subscribers + self.publishers)
        file.write_text("".join(rows), encoding="utf-8")
        return Accounts(file, subscribers, self.publishers)


def subscriber(i: int) -> str:
    return f"s{i}"


def publisher(i: int) -> str:
    return f"p{i}"


def import_lines(server: Server, lines: Iterable[object], tokens: Path | None = None) -> None:
    """Through the running server, under its limits."""
    file = server.data.parent / "import.jsonl"
    with open(file, "w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line) + "\n")
    command = [str(server.build / "linger"), "import", str(file), "--data", str(server.data)]
    if tokens:
        command += ["--tokens", str(tokens)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=IMPORT_TIMEOUT_S)
    file.unlink()


def add_accounts(server: Server, subscribers: int) -> Accounts:
    names = [subscriber(i) for i in range(subscribers)] + [publisher(i) for i in range(PUBLISHERS)]
    file = server.data.parent / "tokens"
    import_lines(server, ({"user": name} for name in names), file)
    with open(file, encoding="utf-8") as lines:
        rows = [line.split() for line in lines]
    everyone = [Account(name, int(id), token) for name, id, token in rows]
    return Accounts(file, everyone[:subscribers], everyone[subscribers:])


def befriend(server: Server, accounts: Accounts) -> None:
    import_lines(
        server,
        ({"friends": [p.name, s.name]} for p in accounts.publishers for s in accounts.subscribers),
    )


def gather(server: Server, accounts: Accounts, group: str) -> None:
    """A group of all subscribers, owned by the first publisher."""
    members = [s.name for s in accounts.subscribers]
    owner = accounts.publishers[0].name
    line = {"group": group, "owner": owner, "members": members, "max_members": len(members) + 1}
    import_lines(server, [line])

"""The accounts of a store: subscribers, and publishers who are friends of all of them."""

from measuring import accounts, linger, people
from measuring.accounts import Accounts

from .server import Server

PUBLISHERS = 16


def add_accounts(server: Server, subscribers: int) -> Accounts:
    names = [people.subscriber(i) for i in range(subscribers)]
    names += [people.publisher(i) for i in range(PUBLISHERS)]
    file = server.data.parent / "tokens"
    linger.import_people(server.linger, server.data, (people.user(name) for name in names), file)
    return accounts.read(file, subscribers)


def befriend(server: Server, everyone: Accounts) -> None:
    pairs = ((p.name, s.name) for p in everyone.publishers for s in everyone.subscribers)
    linger.import_people(server.linger, server.data, (people.friends(*pair) for pair in pairs))


def gather(server: Server, everyone: Accounts, group: str) -> None:
    """A group of all subscribers, owned by the first publisher."""
    members = [s.name for s in everyone.subscribers]
    line = people.group(group, everyone.publishers[0].name, members)
    linger.import_people(server.linger, server.data, [line])

"""Lines of an import file (`linger import`). Accounts are named s0, s1 … (subscribers, which poll)
and p0, p1 … (publishers, which send messages)."""

from collections.abc import Sequence

Line = dict[str, object]


def subscriber_name(i: int) -> str:
    return f"s{i}"


def publisher_name(i: int) -> str:
    return f"p{i}"


def account_line(name: str) -> Line:
    return {"user": name}


def friendship_line(first: str, second: str) -> Line:
    return {"friends": [first, second]}


def group_line(name: str, owner: str, members: Sequence[str]) -> Line:
    """A group that is full with its owner and these members."""
    return {
        "group": name, "owner": owner, "members": list(members), "max_members": len(members) + 1
    }

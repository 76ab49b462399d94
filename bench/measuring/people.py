"""The people of a load as lines for `linger import`: subscribers s0 …, publishers p0 …"""

from collections.abc import Sequence

Line = dict[str, object]


def subscriber(i: int) -> str:
    return f"s{i}"


def publisher(i: int) -> str:
    return f"p{i}"


def user(name: str) -> Line:
    return {"user": name}


def friends(one: str, other: str) -> Line:
    return {"friends": [one, other]}


def group(name: str, owner: str, members: Sequence[str]) -> Line:
    """With just room for its owner and them."""
    return {
        "group": name, "owner": owner, "members": list(members), "max_members": len(members) + 1
    }

"""Fills a store through the front door, as fast as one core of Python can.

A connection is answered one message a commit, so there are many of them, each with a block of
requests under way: while one block's answers are read, the server works on the others.
"""

import itertools
import json
from collections.abc import Iterator, Sequence

from measuring import wire
from measuring.accounts import Account

CONNECTIONS = 256
BLOCK = 16  # requests under way on each connection
BODY_BYTES = 100


class Writer:
    """One use after the other; the publishers must be friends of all recipients."""

    def __init__(self, port: int, publishers: Sequence[Account]) -> None:
        speakers = itertools.cycle(publishers)
        self._connections = [wire.Connection(port) for _ in range(CONNECTIONS)]
        # All bodies are of one length, and so all heads of one speaker are the same.
        filler = b" " * BODY_BYTES
        self._heads = [
            wire.post("/api/messages", next(speakers).token, filler)[:-BODY_BYTES]
            for _ in self._connections
        ]
        self._bodies: dict[int, bytes] = {}

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        for c in self._connections:
            c.socket.close()

    def write(self, recipients: Iterator[int], count: int) -> None:
        """So many messages to the next so many recipients; returns when all are acknowledged."""
        under_way = [0] * CONNECTIONS
        for i in itertools.cycle(range(CONNECTIONS)):
            self._take_answers(i, under_way[i])
            under_way[i] = self._send_block(i, recipients, min(BLOCK, count))
            count -= under_way[i]
            if count == 0:
                break
        for i, sent in enumerate(under_way):
            self._take_answers(i, sent)

    def write_unheard(self, recipients: Iterator[int]) -> None:
        """A block on each connection, without waiting: something to be killed in the middle of."""
        for i in range(CONNECTIONS):
            self._send_block(i, recipients, BLOCK)

    def _send_block(self, i: int, recipients: Iterator[int], count: int) -> int:
        head, sent = self._heads[i], itertools.islice(recipients, count)
        self._connections[i].socket.sendall(b"".join([head + self._body(to) for to in sent]))
        return count

    def _take_answers(self, i: int, count: int) -> None:
        text = b""
        while text.count(b"HTTP/1.1 ") < count or (count and not text.endswith(b"}")):
            part = self._connections[i].socket.recv(65_536)
            if not part:
                raise wire.Refused("the server closed a connection")
            text += part
        if text.count(b"HTTP/1.1 201 ") != count:
            raise wire.Refused(text.decode(errors="replace"))

    def _body(self, to: int) -> bytes:
        if to not in self._bodies:
            frame = json.dumps({"type": "single", "to": to, "msg": ""}, separators=(",", ":"))
            text = frame[:-2] + "x" * (BODY_BYTES - len(frame)) + frame[-2:]
            self._bodies[to] = text.encode()
        return self._bodies[to]

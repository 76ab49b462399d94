"""Fills a store with messages over HTTP, as fast as one core can in Python.

The server acknowledges one message of a connection per commit. So there are many connections, each
with a block of pipelined requests: while the responses to one block are read, the server works on
the others.
"""

import itertools
import json
from collections.abc import Iterator, Sequence

from lib.linger.accounts import Account
from lib.linger.http_client import Connection, UnexpectedResponse, post_request

CONNECTIONS = 256
BLOCK = 16  # pipelined requests of a connection
BODY_BYTES = 100


class BulkWriter:
    """Writes messages to given recipients. The publishers must be friends of all of them. A context
    manager: closes its connections at the end."""

    def __init__(self, port: int, publishers: Sequence[Account]) -> None:
        senders = itertools.cycle(publishers)
        self._connections = [Connection(port) for _ in range(CONNECTIONS)]
        # All bodies have the same length, so all heads of one sender are the same.
        filler = b" " * BODY_BYTES
        self._heads = [
            post_request("/api/messages", next(senders).token, filler)[:-BODY_BYTES]
            for _ in self._connections
        ]
        self._bodies: dict[int, bytes] = {}

    def __enter__(self) -> "BulkWriter":
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.socket.close()

    def write(self, recipients: Iterator[int], count: int) -> None:
        """Writes a message to each of the next `count` recipients; returns when all messages are
        acknowledged."""
        pending = [0] * CONNECTIONS
        for i in itertools.cycle(range(CONNECTIONS)):
            self._read_responses(i, pending[i])
            pending[i] = self._send_block(i, recipients, min(BLOCK, count))
            count -= pending[i]
            if count == 0:
                break
        for i, sent in enumerate(pending):
            self._read_responses(i, sent)

    def send_without_waiting(self, recipients: Iterator[int]) -> None:
        """Sends a block on each connection and reads no response: the server can be killed in the
        middle of them."""
        for i in range(CONNECTIONS):
            self._send_block(i, recipients, BLOCK)

    def _send_block(self, i: int, recipients: Iterator[int], count: int) -> int:
        head, block = self._heads[i], itertools.islice(recipients, count)
        requests = b"".join([head + self._body(recipient) for recipient in block])
        self._connections[i].socket.sendall(requests)
        return count

    def _read_responses(self, i: int, count: int) -> None:
        text = b""
        while text.count(b"HTTP/1.1 ") < count or (count and not text.endswith(b"}")):
            part = self._connections[i].socket.recv(65_536)
            if not part:
                raise UnexpectedResponse("the server closed a connection")
            text += part
        if text.count(b"HTTP/1.1 201 ") != count:
            raise UnexpectedResponse(text.decode(errors="replace"))

    def _body(self, recipient: int) -> bytes:
        if recipient not in self._bodies:
            message = {"type": "single", "to": recipient, "msg": ""}
            empty = json.dumps(message, separators=(",", ":"))
            body = empty[:-2] + "x" * (BODY_BYTES - len(empty)) + empty[-2:]
            self._bodies[recipient] = body.encode()
        return self._bodies[recipient]

"""An open-loop sender: messages at a steady rate, whether or not earlier ones are acknowledged."""

from __future__ import annotations

import itertools
import json
import selectors
import time
from collections.abc import Iterator

from lib.linger.accounts import Account, Accounts
from lib.linger.http_client import Connection, post_request
from lib.measure.failure import Failure

RESPONSE_TIMEOUT_S = 10


class OpenLoopSender:
    """Sends messages from all publishers to all subscribers in turn; they must be friends. Each
    message takes a connection that waits for no response; as many are opened as that needs, and
    they are kept alive. A context manager: closes the connections at the end."""

    def __init__(self, port: int, accounts: Accounts, text_bytes: int) -> None:
        self._port = port
        self._text = "x" * text_bytes
        self._publishers = itertools.cycle(accounts.publishers)
        self._recipients = itertools.cycle(accounts.subscribers)
        self._free: list[tuple[Connection, Account]] = []
        self._waiting = selectors.DefaultSelector()

    def __enter__(self) -> OpenLoopSender:
        return self

    def __exit__(self, *_: object) -> None:
        busy = [key.data for key in self._waiting.get_map().values()]
        for connection, _publisher in self._free + busy:
            connection.socket.close()
        self._waiting.close()

    def send(self, per_s: float, seconds: float) -> int:
        """Returns the number of acknowledged messages, which is all of them; raises a `Failure`
        otherwise."""
        begin, acknowledged = time.monotonic(), 0
        for send_time in _send_times(begin, per_s, seconds):
            while (remaining := send_time - time.monotonic()) > 0:
                acknowledged += self._read_responses(remaining)
            self._send_message()
        deadline = time.monotonic() + RESPONSE_TIMEOUT_S
        while self._waiting.get_map():
            acknowledged += self._read_responses(1)
            if time.monotonic() > deadline:
                raise Failure(f"a message was not acknowledged within {RESPONSE_TIMEOUT_S} s")
        return acknowledged

    def _send_message(self) -> None:
        if not self._free:
            self._free.append((Connection(self._port), next(self._publishers)))
        connection, publisher = self._free.pop()
        message = {"type": "single", "to": next(self._recipients).id, "msg": self._text}
        body = json.dumps(message).encode()
        connection.socket.sendall(post_request("/api/messages", publisher.token, body))
        self._waiting.register(connection.socket, selectors.EVENT_READ, (connection, publisher))

    def _read_responses(self, timeout_s: float) -> int:
        """Waits for the next responses and returns their number. Raises `UnexpectedResponse` if a
        message is refused."""
        ready = self._waiting.select(timeout_s)
        for key, _ in ready:
            connection, _publisher = key.data
            connection.read_response()
            self._waiting.unregister(key.fileobj)
            self._free.append(key.data)
        return len(ready)


def _send_times(begin: float, per_s: float, seconds: float) -> Iterator[float]:
    return (begin + i / per_s for i in range(round(per_s * seconds)))

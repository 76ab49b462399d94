"""Messages at a steady rate, whether or not those before them were answered."""

from __future__ import annotations

import itertools
import json
import selectors
import time
from collections.abc import Iterator

from measuring import wire
from measuring.accounts import Account, Accounts
from measuring.failure import Failure

ANSWER_TIMEOUT_S = 10


class Sender:
    """Friends of all the subscribers, who write to them in turn. Each message takes a connection
    that has nothing to wait for; there are as many as that needs, and they are kept alive."""

    def __init__(self, port: int, people: Accounts, text_bytes: int) -> None:
        self._port = port
        self._text = "x" * text_bytes
        self._speakers = itertools.cycle(people.publishers)
        self._recipients = itertools.cycle(people.subscribers)
        self._idle: list[tuple[wire.Connection, Account]] = []
        self._waiting = selectors.DefaultSelector()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        busy = [key.data for key in self._waiting.get_map().values()]
        for connection, _speaker in self._idle + busy:
            connection.socket.close()
        self._waiting.close()

    def send(self, per_s: float, seconds: float) -> int:
        """How many were acknowledged: all, or a `Failure` tells why not."""
        begin, acknowledged = time.monotonic(), 0
        for due in _times(begin, per_s, seconds):
            while (left := due - time.monotonic()) > 0:
                acknowledged += self._take_answers(left)
            self._send_one()
        until = time.monotonic() + ANSWER_TIMEOUT_S
        while self._waiting.get_map():
            acknowledged += self._take_answers(1)
            if time.monotonic() > until:
                raise Failure(f"a message was not acknowledged within {ANSWER_TIMEOUT_S} s")
        return acknowledged

    def _send_one(self) -> None:
        if not self._idle:
            self._idle.append((wire.Connection(self._port), next(self._speakers)))
        connection, speaker = self._idle.pop()
        message = {"type": "single", "to": next(self._recipients).id, "msg": self._text}
        body = json.dumps(message).encode()
        connection.socket.sendall(wire.post("/api/messages", speaker.token, body))
        self._waiting.register(connection.socket, selectors.EVENT_READ, (connection, speaker))

    def _take_answers(self, seconds: float) -> int:
        """Waits so long for the next ones; raises `wire.Refused` where one is a refusal."""
        ready = self._waiting.select(seconds)
        for key, _ in ready:
            connection, _speaker = key.data
            connection.answer()
            self._waiting.unregister(key.fileobj)
            self._idle.append(key.data)
        return len(ready)


def _times(begin: float, per_s: float, seconds: float) -> Iterator[float]:
    return (begin + i / per_s for i in range(round(per_s * seconds)))

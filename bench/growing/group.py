"""Fan-out: one message to a group whose members all hold a poll.

The clock stops when the last member's answer can be read; reading and asking again come after it,
so that this slow client is not what is measured. Each socket is watched for one answer at a time.
"""

import itertools
import json
import select
import socket
import statistics
import time
from dataclasses import dataclass

from measuring import proc, wire
from measuring.accounts import Account, Accounts
from measuring.failure import Failure
from measuring.wait import wait_until

from .server import Server

ROUND_TIMEOUT_S = 60
LAST_POLLS_S = 0.01  # for the last polls to be held; asking the server would cost it more


@dataclass
class FanOut:
    members: int
    rounds: int
    last_heard_ms: float  # median, from the message's first byte to the last member's answer
    deliveries_per_s: float  # of the median round
    server_cpu_us_per_delivery: float  # the poll that follows it included


class Members:
    """Each with a connection and a held poll."""

    def __init__(
        self, ports: list[int], accounts: list[Account], cursor: int, epoch: str
    ) -> None:
        self._epoch = epoch
        self._sockets: dict[int, socket.socket] = {}
        self._owners: dict[int, Account] = {}
        self._epoll = select.epoll()
        for account, port in zip(accounts, itertools.cycle(ports)):
            s = socket.create_connection(("127.0.0.1", port), wire.TIMEOUT_S)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets[s.fileno()], self._owners[s.fileno()] = s, account
            self._epoll.register(s.fileno(), 0)
        self.poll_again(cursor)

    def __enter__(self) -> "Members":
        return self

    def __exit__(self, *_: object) -> None:
        self._epoll.close()
        for s in self._sockets.values():
            s.close()

    def poll_again(self, cursor: int) -> None:
        path = f"/api/events?after={cursor}&epoch={self._epoch}&wait=100"
        for fd, s in self._sockets.items():
            s.sendall(wire.get(path, self._owners[fd].token))
            self._epoll.modify(fd, select.EPOLLIN | select.EPOLLONESHOT)

    def wait_all(self) -> None:
        """Looks again and again, and never sleeps: to wake it would cost the server's core."""
        left, until = len(self._sockets), time.monotonic() + ROUND_TIMEOUT_S
        while left:
            heard = len(self._epoll.poll(0, len(self._sockets)))
            left -= heard
            if not heard and time.monotonic() > until:
                raise Failure(f"{left} members heard nothing")

    def read_all(self, id: int) -> None:
        """Takes the answers; each must have the message, and whole."""
        sign = b'"id":%d,' % id
        for s in self._sockets.values():
            text = s.recv(65_536)
            if sign not in text or not text.endswith(b"}"):
                raise Failure(f"a member got {text!r} instead of message {id}")


def measure(server: Server, accounts: Accounts, seconds: float) -> FanOut:
    """Rounds until the time is over, three at least. The owner of the only group speaks."""
    owner = accounts.publishers[0]
    with wire.Connection(server.port) as speaker:
        told = json.loads(speaker.ask(wire.get("/api/start", owner.token)))
        body = {"type": "group", "to": told["groups"][0]["id"], "msg": "x" * 50}
        request = wire.post("/api/messages", owner.token, json.dumps(body).encode())
        members = Members(server.ports, accounts.subscribers, told["cursor"], told["epoch"])
        with members:
            n, rounds = len(accounts.subscribers), []
            wait_until(f"{n} polls are held", ROUND_TIMEOUT_S,
                       lambda: server.metrics()["polls_held"] >= n, 0.001)
            cpu, until = proc.cpu_seconds(server.pid), time.monotonic() + seconds
            while len(rounds) < 3 or time.monotonic() < until:
                begin = time.perf_counter()
                speaker.socket.sendall(request)
                members.wait_all()
                rounds.append(time.perf_counter() - begin)
                id = json.loads(speaker.answer())["id"]
                members.read_all(id)
                members.poll_again(id)
                time.sleep(LAST_POLLS_S)
            cpu = proc.cpu_seconds(server.pid) - cpu
    median = statistics.median(rounds)
    return FanOut(n, len(rounds), median * 1e3, n / median, cpu / n / len(rounds) * 1e6)

"""Fan-out: one message to a group whose members all hold a poll.

The clock stops when the response of the last member is readable. Reading and polling again come
after that, so that this client's own speed is not measured. Each socket is watched for one response
at a time.
"""

import itertools
import json
import select
import socket
import statistics
import time
from dataclasses import dataclass

from lib.linger import http_client
from lib.linger.accounts import Account, Accounts
from lib.linger.http_client import get_request, post_request
from lib.linger.server import LingerServer
from lib.measure import process_stats
from lib.measure.failure import Failure
from lib.measure.wait import wait_until

ROUND_TIMEOUT_S = 60
PARK_S = 0.01  # until the last polls are parked; asking the server would cost it more


@dataclass
class FanOut:
    members: int
    rounds: int
    last_heard_ms: float  # median, from the message's first byte to the last member's response
    deliveries_per_s: float  # of the median round
    server_cpu_us_per_delivery: float  # including the member's next poll


class Members:
    """A connection with a parked poll for each member."""

    def __init__(
        self, ports: list[int], accounts: list[Account], cursor: int, epoch: str
    ) -> None:
        self._epoch = epoch
        self._sockets: dict[int, socket.socket] = {}
        self._accounts: dict[int, Account] = {}
        self._epoll = select.epoll()
        for account, port in zip(accounts, itertools.cycle(ports)):
            s = socket.create_connection(("127.0.0.1", port), http_client.TIMEOUT_S)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets[s.fileno()], self._accounts[s.fileno()] = s, account
            self._epoll.register(s.fileno(), 0)
        self.send_polls(cursor)

    def __enter__(self) -> "Members":
        return self

    def __exit__(self, *_: object) -> None:
        self._epoll.close()
        for s in self._sockets.values():
            s.close()

    def send_polls(self, cursor: int) -> None:
        path = f"/api/events?after={cursor}&epoch={self._epoch}&wait=100"
        for fd, s in self._sockets.items():
            s.sendall(get_request(path, self._accounts[fd].token))
            self._epoll.modify(fd, select.EPOLLIN | select.EPOLLONESHOT)

    def wait_for_responses(self) -> None:
        """Busy-waits until every member has a response: waking this process would take time from
        the server's core."""
        remaining, deadline = len(self._sockets), time.monotonic() + ROUND_TIMEOUT_S
        while remaining:
            readable = len(self._epoll.poll(0, len(self._sockets)))
            remaining -= readable
            if not readable and time.monotonic() > deadline:
                raise Failure(f"{remaining} members did not receive a message")

    def read_responses(self, message_id: int) -> None:
        """Reads a response of each member; each must be complete and contain the message."""
        expected = b'"id":%d,' % message_id
        for s in self._sockets.values():
            response = s.recv(65_536)
            if expected not in response or not response.endswith(b"}"):
                raise Failure(f"a member received {response!r} instead of message {message_id}")


def measure(server: LingerServer, accounts: Accounts, seconds: float) -> FanOut:
    """Sends messages to the only group, from its owner; for `seconds`, at least three."""
    owner = accounts.publishers[0]
    with http_client.Connection(server.port) as publisher:
        start = json.loads(publisher.exchange(get_request("/api/start", owner.token)))
        body = {"type": "group", "to": start["groups"][0]["id"], "msg": "x" * 50}
        request = post_request("/api/messages", owner.token, json.dumps(body).encode())
        members = Members(server.ports, accounts.subscribers, start["cursor"], start["epoch"])
        with members:
            count, durations = len(accounts.subscribers), []
            wait_until(f"{count} polls are parked", ROUND_TIMEOUT_S,
                       lambda: server.metrics()["polls_held"] >= count, 0.001)
            cpu, deadline = process_stats.cpu_seconds(server.pid), time.monotonic() + seconds
            while len(durations) < 3 or time.monotonic() < deadline:
                begin = time.perf_counter()
                publisher.socket.sendall(request)
                members.wait_for_responses()
                durations.append(time.perf_counter() - begin)
                message_id = json.loads(publisher.read_response())["id"]
                members.read_responses(message_id)
                members.send_polls(message_id)
                time.sleep(PARK_S)
            cpu = process_stats.cpu_seconds(server.pid) - cpu
    median = statistics.median(durations)
    rounds = len(durations)
    return FanOut(count, rounds, median * 1e3, count / median, cpu / count / rounds * 1e6)

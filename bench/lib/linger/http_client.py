"""A minimal HTTP client: requests as bytes over one kept-alive connection. It costs the load's core
less than Python's own client."""

import json
import re
import socket

from lib.measure.failure import Failure

TIMEOUT_S = 60
_CONTENT_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")


def get_request(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def post_request(path: str, token: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class UnexpectedResponse(Failure):
    """A response that is not a success, or a connection that was closed instead of it."""


class Connection:
    """A connection to 127.0.0.1. Waits at most TIMEOUT_S for each response."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def exchange(self, request: bytes) -> bytes:
        """Sends a request and returns the body of its response."""
        self.socket.sendall(request)
        return self.read_response()

    def read_response(self) -> bytes:
        """The body of the next response."""
        parts: list[bytes] = [self._receive()]
        while b"\r\n\r\n" not in parts[0]:
            parts[0] += self._receive()
        head, _, body = parts[0].partition(b"\r\n\r\n")
        length = _CONTENT_LENGTH.search(head + b"\r\n")
        if not length or not head.startswith(b"HTTP/1.1 2"):
            raise UnexpectedResponse(parts[0][:500].decode(errors="replace"))
        parts, remaining = [body], int(length.group(1)) - len(body)
        while remaining > 0:
            part = self._receive()
            parts.append(part)
            remaining -= len(part)
        return b"".join(parts)

    def _receive(self) -> bytes:
        part = self.socket.recv(262_144)
        if not part:
            raise UnexpectedResponse("the server closed a connection")
        return part


def start_of_stream(port: int, token: str) -> tuple[str, int]:
    """The epoch and the cursor with which an account's events begin."""
    with Connection(port) as connection:
        start = json.loads(connection.exchange(get_request("/api/start", token)))
    return start["epoch"], start["cursor"]

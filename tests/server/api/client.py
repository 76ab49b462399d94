"""A small client of the real program for the tests of the API's documents: plain requests, an SSE
stream and a WebSocket, on Python's standard library alone. Every wait ends."""

import base64
import ctypes
import http.client
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

PATIENCE_S = 20  # for anything that should come at once
PR_SET_PDEATHSIG = 1


def _end_with_the_test():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """`linger serve` or `linger demo` on a free port, with a folder that goes when it ends."""

    def __init__(self, lines=None, arguments=(), command="serve"):
        self.program = os.environ["LINGER_BIN"]
        self.folder = Path(tempfile.mkdtemp(prefix="linger_test."))
        self.tokens = {}
        self.ids = {}
        try:
            data = [] if command == "demo" else ["--data", str(self.folder / "data")]
            if lines:
                self._import(lines, data)
            self._output = open(self.folder / "output", "w+")
            self._process = subprocess.Popen(
                [self.program, command, "--listen", "127.0.0.1:0", *data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                preexec_fn=_end_with_the_test,
            )
            self.port = self._wait_for_port()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _import(self, lines, data):
        (self.folder / "lines").write_text("\n".join(json.dumps(one) for one in lines))
        tokens = self.folder / "tokens"
        subprocess.run(
            [self.program, "import", self.folder / "lines", "--tokens", tokens, *data],
            check=True,
            timeout=PATIENCE_S,
            stdout=subprocess.DEVNULL,
        )
        for line in tokens.read_text().splitlines():
            name, number, token = line.split("\t")
            self.tokens[name] = token
            self.ids[name] = int(number)

    def _wait_for_port(self):
        mark = "listening on http://127.0.0.1:"
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self._process.poll() is None:
            text = (self.folder / "output").read_text()
            if mark in text:
                line = text[text.index(mark) + len(mark) :]
                if "\n" in line:
                    return int(line.split("\n")[0])
            time.sleep(0.01)
        raise AssertionError("the server does not listen")

    def begin_to_stop(self):
        self._process.terminate()

    def wait(self):
        return self._process.wait(PATIENCE_S)

    def stop(self):
        self.begin_to_stop()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.media_type = self.headers.get("Content-Type", "").split(";")[0]

    def json(self):
        return json.loads(self.body)


def ask(port, method, target, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request(method, target, body, headers or {})
        return Answer(connection.getresponse())
    finally:
        connection.close()


class _Stream:
    def __init__(self, port, target, headers):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        lines = [f"GET {target} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._bytes = b""
        head = self._until(b"\r\n\r\n").decode()
        self.status = int(head.split()[1])
        self.head = head

    def _more(self):
        part = self._socket.recv(65536)
        if not part:
            raise EOFError
        self._bytes += part

    def _until(self, end):
        while end not in self._bytes:
            self._more()
        text, self._bytes = self._bytes.split(end, 1)
        return text

    def _take(self, count):
        while len(self._bytes) < count:
            self._more()
        taken, self._bytes = self._bytes[:count], self._bytes[count:]
        return taken

    def close(self):
        self._socket.close()


class EventStream(_Stream):
    """Server-Sent Events."""

    def __init__(self, port, target, headers):
        super().__init__(port, target, {"Accept": "text/event-stream", **headers})

    def block(self):
        """The next block that is no comment, as {field: value}; None at the end."""
        while True:
            try:
                text = self._until(b"\n\n").decode()
            except EOFError:
                return None
            fields = [line.split(":", 1) for line in text.split("\n") if not line.startswith(":")]
            if fields:
                return {name: value.lstrip(" ") for name, value in fields}


class WebSocket(_Stream):
    def __init__(self, port, target, headers):
        key = base64.b64encode(os.urandom(16)).decode()
        handshake = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
        }
        super().__init__(port, target, {**handshake, **headers})

    def send(self, text, opcode=1, masked=True):
        payload = text if isinstance(text, bytes) else text.encode()
        mask = os.urandom(4) if masked else b""
        bit = 0x80 if masked else 0
        if len(payload) < 126:
            head = struct.pack("!BB", 0x80 | opcode, bit | len(payload))
        elif len(payload) < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, bit | 126, len(payload))
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, bit | 127, len(payload))
        if masked:
            payload = bytes(c ^ mask[i % 4] for i, c in enumerate(payload))
        self._socket.sendall(head + mask + payload)

    def frame(self):
        """("text", JSON) or ("close", code) of the next frame that is neither ping nor pong."""
        while True:
            first, length = struct.unpack("!BB", self._take(2))
            if length == 126:
                (length,) = struct.unpack("!H", self._take(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._take(8))
            payload = self._take(length)
            if first & 15 == 1:
                return "text", json.loads(payload)
            if first & 15 == 8:
                return "close", struct.unpack("!H", payload[:2])[0]

"""The refusals that depend on the kind of an operation, and the addresses without a user."""

import itertools
import json
import re
import socket
import time
import urllib.parse

import documents
from client import PATIENCE_S, ask
from live import FOREIGN, NOBODY, Live, recorder


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class EveryOperation(Live):
    """The refusals that depend on an operation's kind, not on what it does."""

    metrics_port = free_port()
    arguments = ("--send-burst", "1", "--send-per-second", "1", "--change-burst", "1",
                 "--change-per-second", "1", "--sign-in-failures-name", "2",
                 "--metrics-listen", f"127.0.0.1:{metrics_port}")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Ten seconds pass before it is answered: they begin here.
        cls.stalling = socket.create_connection(("127.0.0.1", cls.server.port), PATIENCE_S)
        cls.addClassCleanup(cls.stalling.close)
        cls.stalling.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\n")

    def body_for(self, route):
        """Something that goes to an operation as its body, and the header that goes with it."""
        content = recorder.operations[route].get("requestBody", {}).get("content", {})
        media = next(iter(content), None)
        if media == "application/json":
            return "{}", {"Content-Type": media}
        if media:
            data = {"type": "single", "to": self.ids["han"], "msg": "hello"}
            return urllib.parse.urlencode({"data": json.dumps(data)}), {"Content-Type": media}
        return None, {}

    def call_any(self, route, user, body=None, headers=None, query=None):
        ids = {"group": self.ids["lab"], "user": self.ids["han"]}
        ids.update(session=1, hash="x", file="x")
        path = recorder.operations[route]["path"]
        return self.call(user, route[0], path, body, headers, query, **ids)

    def routes_with(self, code):
        return [r for r, o in recorder.operations.items() if code in o["x-error-codes"]]

    def test_without_a_session(self):
        for route in self.routes_with("not_signed_in"):
            with self.subTest(route=route):
                body, headers = self.body_for(route)
                if route == ("POST", "/api/session"):
                    body = '{"name":"nobody","password":"x"}'
                answer = self.call_any(route, None, body, headers)
                self.assertEqual("not_signed_in", self.code_of(answer))

    def test_from_another_site(self):
        start = self.start("zoe")
        for route in self.routes_with("cross_site"):
            for foreign in ({"Origin": FOREIGN}, {"Sec_Fetch_Site": "cross-site"}):
                with self.subTest(route=route):
                    body, headers = self.body_for(route)
                    query = None
                    if route == ("GET", "/api/events"):
                        headers = {"Upgrade": "websocket", "Connection": "Upgrade",
                                   "Sec-WebSocket-Version": "13",
                                   "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
                        query = {"after": start["cursor"], "epoch": start["epoch"]}
                    headers = {**headers, **self.cookie("zoe", **foreign)}
                    answer = self.call_any(route, None, body, headers, query)
                    self.assertEqual("cross_site", self.code_of(answer))

    def test_without_an_origin_the_cookie_needs_a_json_body(self):
        self.refused("cross_site", None, "DELETE", "/api/friends/{user}",
                     headers=self.cookie("zoe"), user=self.ids["han"])
        answer = self.call(None, "POST", "/api/typing", {"type": "group", "to": NOBODY},
                           headers=self.cookie("zoe"))
        self.assertEqual("not_found", self.code_of(answer))

    def test_with_another_type_of_body(self):
        for route in self.routes_with("not_json"):
            with self.subTest(route=route):
                answer = self.call_any(route, "zoe", "{}", {"Content-Type": "text/plain"})
                self.assertEqual("not_json", self.code_of(answer))

    def test_with_a_body_that_is_no_object(self):
        users = itertools.cycle(sorted(self.server.tokens))
        for route in self.routes_with("bad_request"):
            if "requestBody" not in recorder.operations[route]:
                continue
            for text in ("[]", "{", "data=x"):
                with self.subTest(route=route, text=text):
                    headers = self.body_for(route)[1]
                    for user in users:  # one who has not used up the allowance
                        code = self.code_of(self.call_any(route, user, text, headers))
                        if code != "too_many":
                            break
                        time.sleep(0.02)
                    self.assertEqual("bad_request", code)

    def test_too_often(self):
        for route in self.routes_with("too_many"):
            with self.subTest(route=route):
                body, headers = self.body_for(route)
                if route == ("POST", "/api/session"):
                    body = '{"name":"jim","password":"wrong"}'
                if route == ("POST", "/api/messages"):
                    body = json.dumps({"type": "single", "to": self.ids["han"], "msg": "hello"})
                codes = [self.code_of(self.call_any(route, "li", body, headers)) for _ in range(4)]
                self.assertEqual("too_many", codes[-1])

    def test_every_route_without_a_user(self):
        page = self.call(None, "GET", "/")
        self.assertIn("Content-Security-Policy", page.headers)
        for path in ("/", "/webchat", "/webchat/"):
            self.call(None, "GET", path)
            known = {"If-None-Match": page.headers["ETag"]}
            self.assertEqual(304, self.call(None, "GET", path, headers=known).status)
        asset = re.search(rb"/assets/(\w+)/(\w+\.js)", page.body)
        answer = self.call(None, "GET", "/assets/{hash}/{file}",
                           hash=asset[1].decode(), file=asset[2].decode())
        self.assertIn("immutable", answer.headers["Cache-Control"])
        self.refused("not_found", None, "GET", "/assets/{hash}/{file}", hash="x", file="main.js")
        self.call(None, "GET", "/healthz")
        metrics = self.call(None, "GET", "/metrics", port=self.metrics_port)
        page = (documents.ROOT / "docs" / "api.md").read_text()
        self.assertEqual(
            set(re.findall(rb"^# TYPE (\w+)", metrics.body, re.MULTILINE)),
            {name.encode() for name in re.findall(r"`(linger_\w+)`", page)})

    def test_another_method(self):
        for path, item in recorder.document["paths"].items():
            if path == "/metrics":
                continue
            with self.subTest(path=path):
                target = re.sub(r"\{\w+\}", "1", path)
                answer = ask(self.server.port, "PUT", target, b"", {})
                self.assertEqual(405, answer.status)
                recorder.note_event("Error", answer.json())
                allowed = set(answer.headers["Allow"].split(", "))
                documented = {m.upper() for m in documents.METHODS if m in item}
                self.assertEqual(documented | ({"HEAD"} if "GET" in documented else set()), allowed)
                if "GET" in documented and path not in ("/api/events", "/webchat/new_msgs/"):
                    with_head = ask(self.server.port, "HEAD", target, None, self.token("zoe"))
                    get = ask(self.server.port, "GET", target, None, self.token("zoe"))
                    self.assertEqual((get.status, b""), (with_head.status, with_head.body))

    def test_what_is_too_large_or_malformed(self):
        route = ("POST", "/api/messages")
        self.assertEqual(
            "too_large", self.code_of(self.call_any(route, "zoe", "x" * 65537,
                                                    {"Content-Type": "application/json"})))
        self.assertEqual(
            "header_too_large", self.code_of(self.call_any(route, "zoe", "{}", {"X": "x" * 9000})))
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S) as s:
            s.sendall(b"nonsense\r\n\r\n")
            self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 400 "))

    def test_what_stalls(self):
        answer = b""
        while b"}}" not in answer:
            answer += self.stalling.recv(4096)
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "))
        self.assertIn(b'"code":"stalled"', answer)

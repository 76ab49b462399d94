"""GET /api/events in its four forms."""

import json
import threading
import time

from client import EventStream, WebSocket
from live import FOREIGN, Live, recorder


class Streams(Live):
    arguments = ("--streams-max", "2")

    def test_polls(self):
        start = self.start("mei")
        self.assertEqual([], self.events("mei", start)["events"])
        sent = self.send("li", "mei", "wake up", cid="c1").json()["id"]
        self.assertEqual(sent, self.events("mei", start, wait=20)["events"][-1]["id"])
        own = [e for e in self.events("li", start)["events"] if e["event"] == "message"]
        self.assertEqual("c1", own[-1]["cid"])
        before = time.monotonic()
        quiet = self.events("mei", {**start, "cursor": self.start("mei")["cursor"]}, wait=1)
        self.assertEqual([], quiet["events"])
        self.assertLess(time.monotonic() - before, 5)

    def test_every_kind_of_event(self):
        start = self.start("han")
        self.send("han", "li", "hello")
        answer = self.call("li", "POST", "/api/friends", {"name": "jim"})
        self.assertEqual(200, answer.status)
        self.call("li", "PATCH", "/api/me", {"display": "L"})
        read = {"type": "single", "with": self.ids["han"], "up_to": 10**15}
        self.call("li", "POST", "/api/read", read)
        self.start("li")  # writes the mark at once
        group = {"name": "pair", "members": [self.ids["han"]]}
        made = self.call("li", "POST", "/api/groups", group).json()["id"]
        kinds = [(e["event"], "left" in e) for e in self.events("han", start)["events"]]
        for kind in ("message", "profile", "read", "group"):
            self.assertIn((kind, False), kinds)
        self.call("li", "DELETE", "/api/groups/{group}", group=made)
        kinds = [(e["event"], "left" in e) for e in self.events("han", start)["events"]]
        self.assertIn(("group", True), kinds)
        asked = [e for e in self.events("jim", start)["events"] if e["event"] == "friend"]
        self.assertEqual(["asked_me"], [e["state"] for e in asked])

    def test_a_long_answer_is_cut(self):
        start = self.start("amy")
        self.call("amy", "POST", "/api/friends", {"name": "joe"})
        self.call("joe", "POST", "/api/friends", {"name": "amy"})

        def send_many():
            for i in range(65):
                self.send("amy", "joe", f"number {i}")

        threads = [threading.Thread(target=send_many) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        answer = self.events("joe", start)
        self.assertTrue(answer["more"])
        self.assertEqual(500, len(answer["events"]))
        self.assertEqual(answer["next"], answer["events"][-1]["id"])
        rest = self.events("joe", {**start, "cursor": answer["next"]})
        self.assertNotIn("more", rest)

    def test_bad_cursors(self):
        start = self.start("li")
        for name, value in (
            ("after", "-1"),
            ("after", "x"),
            ("after", ""),
            ("epoch", ""),
            ("wait", "1.5"),
            ("presence", "x"),
        ):
            query = {"after": 0, "epoch": start["epoch"], name: value}
            self.refused("bad_request", "li", "GET", "/api/events", query=query)
        for query in ({"after": 10**15, "epoch": start["epoch"]}, {"after": 0, "epoch": "other"}):
            self.refused("cursor_expired", "li", "GET", "/api/events", query=query)

    def test_presence_and_typing(self):
        start = self.start("li")
        first = self.events("li", start, presence=0)
        rev = first["presence"]["rev"]
        self.events("han", start, presence=0)
        told = self.events("li", start, presence=rev, wait=20)["presence"]
        self.assertIn(self.ids["han"], told["online"])
        self.call("han", "POST", "/api/typing", {"type": "single", "to": self.ids["li"]})
        cursor = {**start, "cursor": self.start("li")["cursor"]}
        answer = self.events("li", cursor, presence=told["rev"], wait=20)
        self.assertEqual(
            {"event": "typing", "user": self.ids["han"], "type": "single", "to": self.ids["li"]},
            answer["events"][-1])

    def test_too_many_held_polls(self):
        start = self.start("joe")
        answers = []

        def poll():
            answers.append(self.events("joe", start, wait=2))

        threads = [threading.Thread(target=poll) for _ in range(3)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(1, sum(a.get("pause") == 5 for a in answers))

    def test_server_sent_events(self):
        start = self.start("li")
        stream = self.stream(EventStream, "li", start, presence=0)
        self.assertIn("X-Accel-Buffering: no", stream.head)
        block = self.next_named(stream, "presence")
        recorder.note_event("Presence", json.loads(block["data"]))
        sent = self.send("mei", "li", "by SSE").json()["id"]
        block = self.next_message(stream)
        self.assertEqual(f"{start['epoch']}.{sent}", block["id"])
        self.call("mei", "POST", "/api/typing", {"type": "single", "to": self.ids["li"]})
        block = self.next_named(stream, None)
        self.assertNotIn("id", block)
        recorder.note_event("TypingEvent", json.loads(block["data"]))
        stream.close()
        resumed = self.stream(
            EventStream, "li", {"cursor": 10**15, "epoch": "x"},
            Last_Event_ID=f"{start['epoch']}.{start['cursor']}")
        self.assertEqual(f"{start['epoch']}.{sent}", self.next_message(resumed)["id"])

    def next_named(self, stream, name):
        while True:
            block = stream.block()
            if block is None or block.get("event") == name:
                return block

    def next_message(self, stream):
        while True:
            block = self.next_named(stream, None)
            event = json.loads(block["data"])
            recorder.note_event("Event", event)
            if event["event"] == "message":
                return block

    def test_how_server_sent_events_end(self):
        start = self.start("joe")
        for user, cursor, code in (
            (None, start, "not_signed_in"),
            ("joe", {**start, "cursor": 10**15}, "cursor_expired"),
        ):
            stream = self.stream(EventStream, user, cursor)
            self.assertEqual(200, stream.status)
            block = stream.block()
            self.assertEqual("error", block["event"])
            recorder.note_event("Error", json.loads(block["data"]))
            self.assertEqual(code, json.loads(block["data"])["error"]["code"])
            self.assertIsNone(stream.block())
        streams = [self.stream(EventStream, "joe", start) for _ in range(3)]
        block = streams[0].block()
        self.assertEqual({"retry": "5000", "event": "pause", "data": '{"pause":5}'}, block)

    def test_websocket(self):
        start = self.start("li")
        stream = self.stream(WebSocket, "li", start, presence=0)
        self.assertEqual(101, stream.status)
        self.assertIn("presence", self.text(stream))
        to = self.ids["mei"]
        for send, name in (
            ({"type": "single", "to": to, "msg": "by WebSocket", "cid": "w1"}, "sent"),
            ({"type": "single", "to": to, "msg": "another", "cid": "w1"}, "refused"),
            ({"type": "single", "to": to, "msg": "no cid"}, "refused"),
        ):
            stream.send(json.dumps({"send": send}))
            frame = self.text(stream)
            while "events" in frame:
                frame = self.text(stream)
            self.assertIn(name, frame)
            if name == "refused" and "cid" not in send:
                self.assertIsNone(frame["refused"]["cid"])
        stream.send("{}")
        self.assertIsNone(self.text(stream)["refused"]["cid"])
        stream.send(b"\x03\xe8", opcode=8)
        self.assertEqual(("close", 1000), stream.frame())

    def text(self, stream):
        kind, frame = stream.frame()
        self.assertEqual("text", kind)
        recorder.note_event("SocketFrame", frame)
        return frame

    def test_how_a_websocket_ends(self):
        start = self.start("joe")
        for user, cursor, code, close in (
            (None, start, "not_signed_in", 4401),
            ("joe", {**start, "cursor": 10**15}, "cursor_expired", 4410),
        ):
            stream = self.stream(WebSocket, user, cursor)
            self.assertEqual(code, self.text(stream)["error"]["code"])
            self.assertEqual(("close", close), stream.frame())
        for text, opcode, masked, close in (
            (b"x", 2, True, 1003),
            (b"x", 1, False, 1002),
            (b"\xff", 1, True, 1007),
            (b"x" * 65537, 1, True, 1009),
        ):
            stream = self.stream(WebSocket, "joe", start)
            stream.send(text, opcode, masked)
            self.assertEqual(("close", close), stream.frame())
            stream.close()
        streams = [self.stream(WebSocket, "joe", start) for _ in range(3)]
        self.assertEqual(5, self.text(streams[0])["pause"])
        self.assertEqual(("close", 1000), streams[0].frame())

    def test_a_bad_handshake(self):
        start = self.start("li")
        query = {"after": start["cursor"], "epoch": start["epoch"]}
        headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "12"}
        self.refused("bad_request", "li", "GET", "/api/events", headers=headers, query=query)
        foreign = self.stream(WebSocket, None, start, **self.cookie("li", Origin=FOREIGN))
        self.assertEqual(403, foreign.status)


class EndOfTheServer(Live):
    def test_open_streams_are_told(self):
        start = self.start("li")
        socket_stream = self.stream(WebSocket, "li", start)
        events = self.stream(EventStream, "li", start)
        held = []
        poll = threading.Thread(target=lambda: held.append(self.events("li", start, wait=60)))
        poll.start()
        time.sleep(1)  # until the poll is held
        self.server.begin_to_stop()
        self.assertEqual(("close", 1001), socket_stream.frame())
        self.assertIsNone(events.block())
        poll.join()
        self.assertEqual([], held[0]["events"])
        self.assertEqual(0, self.server.wait())

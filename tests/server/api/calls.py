"""What each operation does, and the refusals that depend on it."""

import json
import threading
import urllib.parse

from live import FOREIGN, NOBODY, Live


class Session(Live):
    def sign_in(self, name, password):
        return self.call(None, "POST", "/api/session", {"name": name, "password": password})

    def test_signing_in_and_out(self):
        answer = self.sign_in("LI", "li's own password")
        token = answer.json()["token"]
        self.assertEqual(
            f"linger={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000",
            answer.headers["Set-Cookie"],
        )
        own = {"Origin": f"http://127.0.0.1:{self.server.port}"}
        answer = self.call(
            None, "DELETE", "/api/session", headers={"Cookie": f"linger={token}", **own}
        )
        self.assertIn("Max-Age=0", answer.headers["Set-Cookie"])

    def test_a_wrong_name_and_a_wrong_password_are_told_the_same(self):
        wrong = [self.sign_in("li", "something else"), self.sign_in("nobody", "something else")]
        self.assertEqual(wrong[0].body, wrong[1].body)
        self.assertEqual("not_signed_in", self.code_of(wrong[0]))

    def test_account(self):
        self.call("li", "PATCH", "/api/me", {"display": "Li Lei"})
        self.refused("bad_name", "li", "PATCH", "/api/me", {"display": " "})
        self.refused("bad_name", "li", "PATCH", "/api/me", {"display": "x" * 129})
        token = self.sign_in("li", "li's own password").json()["token"]
        sessions = self.call("li", "GET", "/api/me/sessions").json()["sessions"]
        self.assertEqual([False, True], sorted(s["current"] for s in sessions))
        other = next(s["id"] for s in sessions if not s["current"])
        self.call("li", "DELETE", "/api/me/sessions/{session}", session=other)
        self.refused("not_found", "li", "DELETE", "/api/me/sessions/{session}", session=other)
        gone = self.call(None, "GET", "/api/start", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual("not_signed_in", self.code_of(gone))

    def test_the_password(self):
        path = "/api/me/password"
        change = {"old": "jim's own password", "new": "jim's new password"}
        self.refused("weak_password", "jim", "POST", path, {**change, "new": "short"})
        self.refused("weak_password", "jim", "POST", path, {**change, "new": "x" * 1025})
        self.refused("forbidden", "jim", "POST", path, {**change, "old": "not the old one"})
        self.sign_in("jim", "jim's own password")
        self.call("jim", "POST", path, change)
        self.assertEqual(1, len(self.call("jim", "GET", "/api/me/sessions").json()["sessions"]))


class Messages(Live):
    def test_sending(self):
        first = self.send("li", "han", "hello", cid="k1")
        self.assertEqual(201, first.status)
        again = self.send("li", "han", "hello", cid="k1")
        self.assertEqual((200, first.json()), (again.status, again.json()))
        self.assertEqual("cid_conflict", self.code_of(self.send("li", "han", "other", cid="k1")))
        self.assertEqual(201, self.send("li", "lab", "hello all").status)
        strings = {"type": "single", "to": str(self.ids["han"]), "msg": "digits"}
        strings["from"] = str(self.ids["li"])
        self.assertEqual(201, self.call("li", "POST", "/api/messages", strings).status)

    def test_what_may_not_be_sent(self):
        to_han = {"type": "single", "to": self.ids["han"], "msg": "x"}
        for code, change in (
            ("bad_request", {"msg": "  "}),
            ("bad_request", {"to": self.ids["li"]}),
            ("bad_request", {"cid": ""}),
            ("bad_request", {"cid": "x" * 65}),
            ("bad_request", {"type": "other"}),
            ("forbidden", {"from": self.ids["mei"]}),
            ("not_friends", {"to": self.ids["zoe"]}),
            ("not_found", {"to": NOBODY}),
            ("too_large", {"msg": "x" * (16 * 1024 + 1)}),
        ):
            with self.subTest(code=code, change=change):
                self.refused(code, "li", "POST", "/api/messages", {**to_han, **change})
        self.assertEqual("not_member", self.code_of(self.send("zoe", "lab", "x")))

    def test_history(self):
        for i in range(3):
            self.send("mei", "han", f"number {i}")
        query = {"type": "single", "with": self.ids["han"], "limit": 2}
        newest = self.call("mei", "GET", "/api/messages", query=query).json()
        self.assertEqual(["number 1", "number 2"], [m["msg"] for m in newest["messages"]])
        self.assertTrue(newest["more"])
        query["before"] = newest["messages"][0]["id"]
        oldest = self.call("mei", "GET", "/api/messages", query=query).json()
        self.assertEqual((1, False), (len(oldest["messages"]), oldest["more"]))
        one = {"type": "single", "with": self.ids["han"], "limit": 0}
        answer = self.call("mei", "GET", "/api/messages", query=one)
        self.assertEqual(1, len(answer.json()["messages"]))
        stranger = {"type": "single", "with": self.ids["zoe"]}
        self.assertEqual(
            {"messages": [], "more": False},
            self.call("li", "GET", "/api/messages", query=stranger).json(),
        )
        for bad in (
            {},
            {"type": "single"},
            {"type": "x", "with": 1},
            {"type": "single", "with": "-1"},
            {**query, "limit": "x"},
            {**query, "before": "x"},
        ):
            self.refused("bad_request", "mei", "GET", "/api/messages", query=bad)
        lab = {"type": "group", "with": self.ids["lab"]}
        self.refused("not_member", "zoe", "GET", "/api/messages", query=lab)
        self.refused("not_found", "zoe", "GET", "/api/messages", query={**lab, "with": NOBODY})

    def test_reading(self):
        sent = self.send("mei", "li", "read me").json()["id"]
        mark = {"type": "single", "with": self.ids["mei"], "up_to": sent}
        self.call("li", "POST", "/api/read", mark)
        self.call("li", "POST", "/api/read", {**mark, "up_to": 1})
        shown = next(c for c in self.start("li")["conversations"] if c["with"] == self.ids["mei"])
        self.assertEqual((0, sent), (shown["unread"], shown["read"]))
        shown = next(c for c in self.start("mei")["conversations"] if c["with"] == self.ids["li"])
        self.assertEqual(sent, shown["seen"])
        lab = {"type": "group", "with": self.ids["lab"], "up_to": 1}
        self.refused("not_member", "zoe", "POST", "/api/read", lab)
        self.refused("not_found", "zoe", "POST", "/api/read", {**lab, "with": NOBODY})

    def test_typing(self):
        self.call("li", "POST", "/api/typing", {"type": "single", "to": self.ids["han"]})
        for code, user, kind, to in (
            ("not_friends", "li", "single", self.ids["zoe"]),
            ("not_member", "zoe", "group", self.ids["lab"]),
            ("not_found", "zoe", "group", NOBODY),
        ):
            self.refused(code, user, "POST", "/api/typing", {"type": kind, "to": to})

    def send_form(self, user, change=None, headers=None, fields=None):
        if fields is None:
            message = {
                "from": str(self.ids["li"]),
                "to": str(self.ids["han"]),
                "type": "single",
                "msg": "hello",
            }
            fields = {"data": json.dumps({**message, **(change or {})})}
        headers = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        text = urllib.parse.urlencode(fields)
        return self.call(user, "POST", "/webchat/msg_send/", text, headers)

    def test_the_tutorials_poll(self):
        answers = []

        def poll():
            answers.append(self.call("han", "GET", "/webchat/new_msgs/").json())

        polling = threading.Thread(target=poll)
        polling.start()
        while not answers:  # the first poll sets the cursor: send until it has
            self.assertEqual(b"ok", self.send_form("li").body)
            polling.join(0.05)
        polling.join()
        self.assertEqual("hello", answers[0][0]["msg"])

    def test_what_the_tutorials_form_may_not_send(self):
        full = {"type": "group", "to": self.ids["full"], "from": self.ids["han"]}
        for code, user, change in (
            ("forbidden", "li", {"from": NOBODY}),
            ("not_friends", "li", {"to": self.ids["zoe"]}),
            ("not_found", "li", {"to": NOBODY}),
            ("too_large", "li", {"msg": "x" * 16385}),
            ("bad_request", "li", {"msg": " "}),
            ("not_member", "han", full),
        ):
            with self.subTest(code=code):
                self.assertEqual(code, self.code_of(self.send_form(user, change)))
        answer = self.send_form("li", fields={"other": "x"})
        self.assertEqual("bad_request", self.code_of(answer))

    def test_where_the_tutorials_form_may_come_from(self):
        own = f"http://127.0.0.1:{self.server.port}"
        for headers, code in (
            ({}, "cross_site"),
            ({"Referer": FOREIGN + "/page"}, "cross_site"),
            ({"Referer": own + "/webchat/"}, None),
            ({"Origin": own}, None),
            ({"X-Requested-With": "XMLHttpRequest"}, None),
            ({"X-CSRFToken": "x"}, None),
        ):
            with self.subTest(headers=headers):
                answer = self.send_form(None, headers={**self.cookie("li"), **headers})
                self.assertEqual(code, self.code_of(answer))


class FriendsAndGroups(Live):
    arguments = ("--friends-max", "2", "--groups-max", "3")

    def test_friends(self):
        asked = self.call("zoe", "POST", "/api/friends", {"name": "JIM"}).json()
        self.assertEqual(("asked", self.ids["jim"]), (asked["state"], asked["user"]["id"]))
        self.assertEqual([self.ids["jim"]], self.start("zoe")["asked"])
        self.assertEqual(self.ids["zoe"], self.start("jim")["requests"][0]["user"])
        agreed = self.call("jim", "POST", "/api/friends", {"name": "zoe"}).json()
        self.assertEqual("agreed", agreed["state"])
        self.call("zoe", "DELETE", "/api/friends/{user}", user=self.ids["jim"])
        self.call("zoe", "DELETE", "/api/friends/{user}", user=self.ids["jim"])
        self.refused("not_found", "zoe", "DELETE", "/api/friends/{user}", user=self.ids["mei"])
        self.refused("not_found", "zoe", "POST", "/api/friends", {"name": "nobody"})
        self.refused("bad_request", "zoe", "POST", "/api/friends", {"name": "zoe"})
        self.refused("limit_reached", "li", "POST", "/api/friends", {"name": "zoe"})

    def test_making_groups(self):
        ids = self.ids
        trio = {"name": "trio", "brief": "three", "members": [ids["han"]], "max_members": 2}
        made = self.call("mei", "POST", "/api/groups", trio).json()
        self.assertEqual(sorted([ids["mei"], ids["han"]]), sorted(made["members"]))
        self.assertEqual([ids["mei"]], made["admins"])
        for code, change in (
            ("bad_name", {"name": " "}),
            ("too_large", {"brief": "x" * 1025}),
            ("bad_request", {"max_members": 10_001}),
            ("not_friends", {"members": [ids["zoe"]]}),
            ("not_found", {"members": [NOBODY]}),
            ("group_full", {"max_members": 1}),
        ):
            with self.subTest(code=code):
                self.refused(code, "mei", "POST", "/api/groups", {**trio, **change})
        for _ in range(2):
            self.call("mei", "POST", "/api/groups", {"name": "more"})
        self.refused("limit_reached", "mei", "POST", "/api/groups", {"name": "x"})

        handed = {"owner": str(ids["han"])}
        group = {"group": made["id"]}
        shown = self.call("mei", "PATCH", "/api/groups/{group}", handed, **group).json()
        self.assertEqual(ids["han"], shown["owner"])
        self.refused("forbidden", "mei", "DELETE", "/api/groups/{group}", **group)
        self.refused("not_member", "zoe", "DELETE", "/api/groups/{group}", **group)
        self.call("han", "DELETE", "/api/groups/{group}", **group)
        self.refused("not_found", "han", "DELETE", "/api/groups/{group}", **group)

    def test_editing_a_group(self):
        path = "/api/groups/{group}"
        group = {"group": self.ids["lab"]}
        change = {"name": "the lab", "brief": "b", "max_members": 3}
        shown = self.call("li", "PATCH", path, change, **group).json()
        self.assertEqual(change, {name: shown[name] for name in change})
        for code, user, change in (
            ("bad_name", "li", {"name": ""}),
            ("too_large", "li", {"brief": "x" * 1025}),
            ("group_full", "li", {"max_members": 1}),
            ("forbidden", "han", {"name": "x"}),
            ("not_member", "zoe", {"name": "x"}),
            ("not_member", "li", {"owner": self.ids["zoe"]}),
        ):
            with self.subTest(code=code):
                self.refused(code, user, "PATCH", path, change, **group)
        self.refused("not_found", "li", "PATCH", path, {"name": "x"}, group=NOBODY)

    def test_members_and_admins(self):
        ids = self.ids
        lab = {"group": ids["lab"]}
        member = "/api/groups/{group}/members/{user}"
        admin = "/api/groups/{group}/admins/{user}"
        for method in ("POST", "DELETE"):
            self.refused("not_found", "li", method, admin, user=ids["mei"], **lab)
            self.refused("forbidden", "han", method, admin, user=ids["li"], **lab)
            self.refused("not_member", "zoe", method, admin, user=ids["li"], **lab)
            self.call("li", method, admin, user=ids["han"], **lab)
        self.refused("owner_must_stay", "li", "DELETE", admin, user=ids["li"], **lab)

        self.refused("group_full", "li", "POST", member, user=ids["han"], group=ids["full"])
        self.refused("forbidden", "han", "POST", member, user=ids["mei"], **lab)
        self.refused("not_member", "zoe", "POST", member, user=ids["mei"], **lab)
        self.refused("not_friends", "li", "POST", member, user=ids["zoe"], **lab)
        self.refused("not_found", "li", "POST", member, user=NOBODY, **lab)

        self.refused("owner_must_stay", "li", "DELETE", member, user=ids["li"], **lab)
        self.refused("forbidden", "han", "DELETE", member, user=ids["li"], **lab)
        self.refused("not_member", "zoe", "DELETE", member, user=ids["li"], **lab)
        self.refused("not_found", "li", "DELETE", member, user=ids["mei"], **lab)

        self.send("li", "lab", "before leaving")
        self.call("han", "DELETE", member, user=ids["han"], **lab)
        left = next(c for c in self.start("han")["conversations"] if c.get("left"))
        self.assertEqual("before leaving", left["last"]["msg"])
        self.call("li", "POST", member, user=ids["han"], **lab)
        for _ in range(3):
            self.call("jim", "POST", "/api/groups", {"name": "one of many"})
        self.call("li", "DELETE", "/api/friends/{user}", user=ids["mei"])
        self.call("li", "POST", "/api/friends", {"name": "jim"})
        self.call("jim", "POST", "/api/friends", {"name": "li"})
        self.refused("limit_reached", "li", "POST", member, user=ids["jim"], **lab)

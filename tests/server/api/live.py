"""Calls the running program by the operations of docs/openapi.yaml: each status must be documented,
and each body must fit its schema, without a field that is not documented."""

import json
import unittest
import urllib.parse

import documents
from client import Server, ask

NOBODY = 4_000_000_000  # an id that no user and no group has
FOREIGN = "http://elsewhere.example"

CAST = [
    {"user": "li", "display": "李雷", "password": "li's own password"},
    {"user": "han", "display": "韩梅梅"},
    {"user": "mei"},
    {"user": "zoe"},
    {"user": "jim", "password": "jim's own password"},
    {"user": "joe"},
    {"user": "amy"},
    {"friends": ["li", "han"]},
    {"friends": ["li", "mei"]},
    {"friends": ["han", "mei"]},
    {"group": "lab", "owner": "li", "members": ["li", "han"], "brief": "all of us"},
    {"group": "full", "owner": "li", "members": ["li"], "max_members": 1},
]


class Recorder:
    """Holds answers against the document, and keeps what was seen."""

    def __init__(self):
        self.document = documents.openapi()
        self.operations = documents.operations(self.document)
        self.schemas = documents.Schemas(self.document)
        self.status = documents.error_codes_in_code()
        self.common = set(self.document["x-common-error-codes"])
        self.seen = set()  # (route, status) and (route, code)

    def note(self, route, answer):
        operation = self.operations[route]
        self.seen.add((route, answer.status))
        if answer.status >= 400:
            return self._note_error(route, operation, answer)
        documented = operation["responses"]
        assert str(answer.status) in documented, f"{route}: {answer.status} is not documented"
        response = documents.resolved(self.document, documented[str(answer.status)])
        content = response.get("content")
        if not content:
            assert answer.body == b"", f"{route}: a body is not documented"
            return
        media = content.get(answer.media_type) or content.get("*/*")
        assert media, f"{route}: {answer.media_type} is not documented"
        is_json = answer.media_type == "application/json"
        body = answer.json() if is_json else answer.body.decode(errors="replace")
        self.schemas.check(media["schema"], body)

    def _note_error(self, route, operation, answer):
        self.schemas.check(self.schemas.named("Error"), answer.json())
        code = answer.json()["error"]["code"]
        allowed = set(operation["x-error-codes"]) | self.common
        assert code in allowed, f"{route}: {code} is not documented"
        assert self.status[code] == answer.status, f"{route}: {code} came with {answer.status}"
        if code in ("too_many", "overloaded"):
            assert int(answer.headers["Retry-After"]) >= 1
        self.seen.add((route, code))

    def note_event(self, name, body):
        self.schemas.check(self.schemas.named(name), body)


recorder = Recorder()


class Live(unittest.TestCase):
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(CAST, cls.arguments)
        cls.addClassCleanup(cls.server.stop)
        cls.ids = dict(cls.server.ids)
        for group in cls.start("li")["groups"]:
            cls.ids[group["name"]] = group["id"]

    @classmethod
    def call(cls, signer, method, path, body=None, headers=None, query=None, port=None, **ids):
        """Calls an operation by its documented path; `body` becomes JSON unless it is a string."""
        route = (method, documents.pattern_of(path))
        headers = dict(headers or {})
        if signer:
            headers.setdefault("Authorization", f"Bearer {cls.server.tokens[signer]}")
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        target = path.format(**ids)
        if query:
            target += "?" + urllib.parse.urlencode(query)
        body = None if body is None else body.encode()
        answer = ask(port or cls.server.port, method, target, body, headers)
        recorder.note(route, answer)
        return answer

    @classmethod
    def start(cls, user):
        return cls.call(user, "GET", "/api/start").json()

    def refused(self, code, *arguments, **keywords):
        answer = self.call(*arguments, **keywords)
        self.assertEqual((code, recorder.status[code]), (self.code_of(answer), answer.status))

    @staticmethod
    def code_of(answer):
        return answer.json()["error"]["code"] if answer.status >= 400 else None

    def send(self, sender, to, text, **more):
        kind = "group" if to in ("lab", "full") else "single"
        body = {"type": kind, "to": self.ids[to], "msg": text, **more}
        return self.call(sender, "POST", "/api/messages", body)

    def events(self, user, start, **query):
        query = {"after": start["cursor"], "epoch": start["epoch"], **query}
        return self.call(user, "GET", "/api/events", query=query).json()

    def token(self, user):
        return {"Authorization": f"Bearer {self.server.tokens[user]}"}

    def cookie(self, user, **headers):
        fields = {k.replace("_", "-"): v for k, v in headers.items()}
        return {"Cookie": f"linger={self.server.tokens[user]}", **fields}

    def stream(self, kind, user, start, presence=None, **headers):
        target = f"/api/events?after={start['cursor']}&epoch={start['epoch']}"
        if presence is not None:
            target += f"&presence={presence}"
        fields = {k.replace("_", "-"): v for k, v in headers.items()}
        if user:
            fields.update(self.token(user))
        stream = kind(self.server.port, target, fields)
        self.addCleanup(stream.close)
        recorder.seen.add((("GET", "/api/events"), stream.status))
        return stream

"""Reads what the API's documents and the server's sources say, for the tests that compare them.

A route is a pair of method and pattern, as in ("DELETE", "/api/friends/#"): '#' stands for a path
parameter, whatever its name.
"""

import copy
import re
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[3]
METHODS = ("get", "post", "put", "patch", "delete")


def pattern_of(path):
    return re.sub(r"\{[^}]*\}", "#", path)


# --- the sources -----------------------------------------------------------------------------


def _sources(folder, name="*.cpp"):
    return "".join(f.read_text() for f in sorted((ROOT / folder).rglob(name)))


def routes_in_code():
    router = _sources("http", "router.cpp")
    names = {"get": "GET", "post": "POST", "patch": "PATCH", "del": "DELETE", "delete_": "DELETE"}
    table = re.findall(r'\{method::(\w+),\s*"([^"]+)"', router)
    if not table or len(table) != router.count("{method::"):
        raise AssertionError("the table of routes is not understood")
    routes = {(names[method], pattern_of(path)) for method, path in table}
    # Beside the table: the page's files, and the figures on an address of their own.
    for prefix in re.findall(r'starts_with\("(/[^"]+)"\)', router):
        routes.add(("GET", prefix + "#/#"))
    for path in re.findall(r'path\(\) != "(/[^"]+)"', _sources("http", "metrics.cpp")):
        routes.add(("GET", path))
    return routes


def error_codes_in_code():
    """{code: status} of everything that the server can refuse with."""
    names = dict(re.findall(r'case error::(\w+):\s*return "(\w+)"', _sources("core")))
    status = {}
    for cases, number in re.findall(
        r"((?:case error::\w+:\s*)+)return (\d{3});", _sources("http")
    ):
        status.update({names[e]: int(number) for e in re.findall(r"error::(\w+)", cases)})
    if not names or set(status) != set(names.values()):
        raise AssertionError("a code has no status, or a status no code")
    return status


# --- docs/openapi.yaml -----------------------------------------------------------------------


def openapi():
    return yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())


def operations(document):
    """{route: operation}; an operation has its path's parameters, too."""
    found = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = dict(item[method])
                operation["parameters"] = item.get("parameters", []) + operation.get(
                    "parameters", []
                )
                operation["path"] = path
                found[(method.upper(), pattern_of(path))] = operation
    return found


def resolved(document, node):
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _strict(node):
    """Closes every object that names its properties: what is not documented is then an error."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            node.setdefault("additionalProperties", False)
        for child in node.values():
            _strict(child)
    elif isinstance(node, list):
        for child in node:
            _strict(child)


class Schemas:
    """Validates bodies strictly, and notes which documented properties were seen."""

    def __init__(self, document):
        self._document = copy.deepcopy(document)
        _strict(self._document["components"]["schemas"])
        self._resolver = jsonschema.RefResolver("", self._document)
        self.seen = set()

    def named(self, name):
        return {"$ref": f"#/components/schemas/{name}"}

    def check(self, schema, instance):
        error = jsonschema.exceptions.best_match(self._validator(schema).iter_errors(instance))
        if error is not None:
            raise AssertionError(f"{instance!r}\ndoes not fit {schema}:\n{error.message}")
        self._note(schema, instance, "")

    def properties_of(self, name):
        """The documented properties of a component, as they come in `seen`."""
        return {
            (place, p)
            for place, node in self._objects(self.named(name), "")
            for p in node["properties"]
        }

    def _validator(self, schema):
        return jsonschema.Draft202012Validator(schema, resolver=self._resolver)

    def _open(self, schema, place):
        while "$ref" in schema:
            place = schema["$ref"].rsplit("/", 1)[-1]
            schema = self._resolver.resolve(schema["$ref"])[1]
        return schema, place

    def _note(self, schema, instance, place):
        schema, place = self._open(schema, place)
        for choice in schema.get("oneOf", []):
            if self._validator(choice).is_valid(instance):
                self._note(choice, instance, place)
        if isinstance(instance, list) and "items" in schema:
            for one in instance:
                self._note(schema["items"], one, place)
        if isinstance(instance, dict) and "properties" in schema:
            for name, value in instance.items():
                self.seen.add((place, name))
                self._note(schema["properties"][name], value, f"{place}.{name}")

    def _objects(self, schema, place, known=None):
        known = set() if known is None else known
        schema, place = self._open(schema, place)
        if place in known:
            return
        if "properties" in schema:
            known.add(place)
            yield place, schema
        for choice in schema.get("oneOf", []):
            yield from self._objects(choice, place, known)
        if "items" in schema:
            yield from self._objects(schema["items"], place, known)
        for name, child in schema.get("properties", {}).items():
            yield from self._objects(child, f"{place}.{name}", known)


# --- docs/api.md -----------------------------------------------------------------------------


class ApiPage:
    def __init__(self):
        self.text = (ROOT / "docs" / "api.md").read_text()
        # {route: its section's text}: a section has a heading "### METHOD /path".
        self.sections = {}
        parts = re.split(r"^(#{2,4} .*)$", self.text, flags=re.MULTILINE)
        for heading, body in zip(parts[1::2], parts[2::2]):
            m = re.fullmatch(r"### (GET|POST|PATCH|DELETE) (/\S*)", heading)
            if m:
                route = (m[1], pattern_of(m[2]))
                if route in self.sections:
                    raise AssertionError(f"docs/api.md has two sections {route}")
                self.sections[route] = body

    def error_codes(self, route):
        """The codes of a section's line "Errors: `a`, `b`."; none where there is "Errors: none"."""
        m = re.search(r"^Errors: (.*?)\.$", self.sections[route], re.MULTILINE | re.DOTALL)
        if not m:
            raise AssertionError(f"docs/api.md: {route} has no line that begins with Errors:")
        return set(re.findall(r"`(\w+)`", m[1]))

    def error_table(self):
        """{code: status} of the table of errors."""
        rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", self.text, re.MULTILINE)
        return {code: int(status) for status, code in rows}

    def _blocks(self, language):
        return re.findall(
            rf"^```{language}([^\n]*)\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL
        )

    def shell_examples(self):
        return [body for _, body in self._blocks("sh")]

    def json_examples(self):
        """(name of the component, text) of each block that begins with ```json NAME."""
        return [(name.strip(), body) for name, body in self._blocks("json")]

"""docs/simulator.md explains every field that bench/report.schema.json has."""

import json
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def names_in(schema):
    names = set()
    for name, child in schema.get("properties", {}).items():
        names |= {name} | names_in(child)
    if "items" in schema:
        names |= names_in(schema["items"])
    for child in schema.get("$defs", {}).values():
        names |= names_in(child)
    return names


class Fields(unittest.TestCase):
    def test_each_field_is_explained(self):
        schema = json.loads((ROOT / "bench" / "report.schema.json").read_text())
        page = (ROOT / "docs" / "simulator.md").read_text()
        explained = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", page))))
        explained |= set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
        self.assertEqual(set(), names_in(schema) - explained)


if __name__ == "__main__":
    unittest.main()

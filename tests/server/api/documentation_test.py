"""docs/api.md and docs/openapi.yaml name every route and every error that the server has, and no
other; they agree with each other, and the examples in the page fit the schemas."""

import json
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

try:
    import documents
except ModuleNotFoundError as missing:
    print(f"SKIPPED: {missing}. tools/setup test installs it.", file=sys.stderr)
    sys.exit(77)


class Routes(unittest.TestCase):
    def test_the_openapi_document_has_the_routers_routes(self):
        described = set(documents.operations(documents.openapi()))
        self.assertEqual(documents.routes_in_code(), described)

    def test_the_page_has_the_routers_routes(self):
        self.assertEqual(documents.routes_in_code(), set(documents.ApiPage().sections))


class Errors(unittest.TestCase):
    def test_the_openapi_document_has_the_codes(self):
        error = documents.openapi()["components"]["schemas"]["Error"]
        codes = error["properties"]["error"]["properties"]["code"]["enum"]
        self.assertEqual(set(documents.error_codes_in_code()), set(codes))
        for code, status in documents.error_codes_in_code().items():
            place = error["description"].replace("\n", " ")
            group = place[place.index(f"{status} ") :].split(";")[0]
            self.assertIn(code, group)

    def test_the_pages_table_has_the_codes_with_their_status(self):
        self.assertEqual(documents.error_codes_in_code(), documents.ApiPage().error_table())

    def test_an_operations_codes_go_with_its_statuses(self):
        status = documents.error_codes_in_code()
        for route, operation in documents.operations(documents.openapi()).items():
            with self.subTest(route=route):
                codes = operation["x-error-codes"]
                self.assertEqual(len(codes), len(set(codes)))
                described = {int(s) for s in operation["responses"] if s[0] in "45"}
                self.assertEqual({status[c] for c in codes}, described)
                self.assertIn("default", operation["responses"])

    def test_the_page_and_the_openapi_document_agree_on_an_operations_codes(self):
        page = documents.ApiPage()
        for route, operation in documents.operations(documents.openapi()).items():
            with self.subTest(route=route):
                self.assertEqual(set(operation["x-error-codes"]), page.error_codes(route))


class Form(unittest.TestCase):
    def test_no_key_of_the_openapi_document_is_without_a_value(self):
        # What a text in braces becomes that has a comma and no quotes.
        def check(node, place):
            self.assertIsNotNone(node, place)
            children = node.items() if isinstance(node, dict) else []
            children = enumerate(node) if isinstance(node, list) else children
            for name, child in children:
                check(child, f"{place}/{name}")

        check(documents.openapi(), "#")


class Parameters(unittest.TestCase):
    def test_a_paths_parameters_are_described(self):
        document = documents.openapi()
        for route, operation in documents.operations(document).items():
            with self.subTest(route=route):
                in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
                self.assertEqual(set(re.findall(r"\{(\w+)\}", operation["path"])), in_path)

    def test_the_page_names_every_parameter_and_body_field(self):
        document = documents.openapi()
        page = documents.ApiPage()
        for route, operation in documents.operations(document).items():
            names = [p["name"] for p in operation["parameters"] if p["in"] == "query"]
            for media in operation.get("requestBody", {}).get("content", {}).values():
                names += documents.resolved(document, media["schema"])["properties"]
            for name in names:
                with self.subTest(route=route, name=name):
                    self.assertIn(f"`{name}`", page.sections[route])

    def test_operation_ids_are_unique(self):
        ids = [o["operationId"] for o in documents.operations(documents.openapi()).values()]
        self.assertEqual(len(ids), len(set(ids)))


class Examples(unittest.TestCase):
    def test_the_pages_json_fits_the_schemas(self):
        schemas = documents.Schemas(documents.openapi())
        examples = documents.ApiPage().json_examples()
        self.assertGreater(len(examples), 20)
        for name, text in examples:
            with self.subTest(name=name):
                schemas.check(schemas.named(name), json.loads(text))


if __name__ == "__main__":
    unittest.main()

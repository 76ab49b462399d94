"""The program `linger`: serves, and imports accounts into a running server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from lib.linger.import_lines import Line
from lib.measure.cores import LOAD_CPU, SERVER_CPU
from lib.measure.processes import Process

IMPORT_TIMEOUT_S = 300
DATABASE = "linger.mdb"  # in the data folder


def serve(program: Path, data: Path, options: Sequence[str], error_file: Path) -> Process:
    """Starts a server. Returns before it answers."""
    return Process([str(program), "serve", "--data", str(data), *options], SERVER_CPU, error_file)


def import_into(
    program: Path, data: Path, lines: Iterable[Line], token_file: Path | None = None
) -> None:
    """Imports through the server that runs on the data folder, within its limits. Writes a session
    of each new account to `token_file`."""
    file = data.parent / "import.jsonl"
    with open(file, "w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line) + "\n")
    argv = [str(program), "import", str(file), "--data", str(data)]
    if token_file:
        argv += ["--tokens", str(token_file)]
    Process(argv, LOAD_CPU, data.parent / "import-errors").wait(IMPORT_TIMEOUT_S)
    file.unlink()

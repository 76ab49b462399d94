"""How Linger's program is called: as a server, and to import people into one that runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from measuring.cores import LOAD_CPU, SERVER_CPU
from measuring.people import Line
from measuring.process import Process

IMPORT_TIMEOUT_S = 300
DATABASE = "linger.mdb"  # in the data folder


def serve(program: Path, data: Path, options: Sequence[str], errors: Path) -> Process:
    """It need not answer yet."""
    return Process([str(program), "serve", "--data", str(data), *options], SERVER_CPU, errors)


def import_people(
    program: Path, data: Path, lines: Iterable[Line], tokens: Path | None = None
) -> None:
    """Through the running server, under its limits; their sessions are written to `tokens`."""
    file = data.parent / "import.jsonl"
    with open(file, "w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line) + "\n")
    argv = [str(program), "import", str(file), "--data", str(data)]
    if tokens:
        argv += ["--tokens", str(tokens)]
    Process(argv, LOAD_CPU, data.parent / "import-errors").wait(IMPORT_TIMEOUT_S)
    file.unlink()

"""Tables in Markdown, and the same figures as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path


def number(value: object) -> str:
    """1,234 · 12.3 · 0.123: three digits that mean something."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(number(cell) for cell in cells) + " |"


def head(columns: Sequence[str]) -> str:
    return row(columns) + "\n" + row(["---:"] * len(columns))


def write_json(file: Path | None, figures: object) -> None:
    if file:
        file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")

"""Results as tables in Markdown and as JSON files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path


def significant(value: object) -> str:
    """A number with three significant digits, at least all digits before the point: 1,234 · 12.3 ·
    0.123. Other values as text."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def fixed(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}"


def table_row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(significant(cell) for cell in cells) + " |"


def table_head(columns: Sequence[str]) -> str:
    return table_row(columns) + "\n" + table_row(["---:"] * len(columns))


def write_json(file: Path | None, results: object) -> None:
    """Does nothing without a file."""
    if file:
        text = json.dumps(results, indent=1, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")

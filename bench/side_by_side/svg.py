"""The main figures as bars: one SVG that reads on a light and on a dark page."""

from __future__ import annotations

from html import escape

from side_by_side.figures import FIGURES, Measured
from side_by_side.server import Server
from side_by_side.table import number

SHOWN = ["deliver-16", "deliver-1024", "fan-out", "polls", "park-long"]
WIDTH, LABEL, BAR_MOST, ROW, GAP = 760, 190, 400, 22, 34

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #555 }
  .title { font-weight: 600; fill: #333 }
  .other { fill: #9aa4ad } .ours { fill: #2b8a5f }
  .span { stroke: #555; stroke-opacity: .7 }
  @media (prefers-color-scheme: dark) {
    text { fill: #aaa } .title { fill: #ddd } .other { fill: #66707a } .ours { fill: #3fae7c }
    .span { stroke: #ccc }
  }
"""


def bars(measured: Measured, servers: list[Server]) -> str:
    """A bar for each median, a thin line from the least to the most of the rounds."""
    parts: list[str] = []
    y = 10
    for figure in (f for name in SHOWN for f in FIGURES if f.name == name):
        rows = [(s, summary) for s in servers
                if (summary := measured.summary(figure.name, s.name)) is not None]
        if not rows:
            continue
        y += 16
        parts.append(f'<text class="title" x="10" y="{y}">'
                     f"{escape(figure.title)}, {escape(figure.unit)}</text>")
        y += 8
        scale = BAR_MOST / (max(summary.most for _, summary in rows) or 1)
        for server, summary in rows:
            kind = "ours" if server.name.startswith("linger") else "other"
            middle = y + ROW / 2
            width = max(1.0, summary.median * scale)
            parts += [
                f'<text x="{LABEL - 8}" y="{middle + 4:.1f}" text-anchor="end">'
                f"{escape(server.title)}</text>",
                f'<rect class="{kind}" x="{LABEL}" y="{y + 3}" width="{width:.1f}" '
                f'height="{ROW - 6}" rx="2"/>',
                f'<line class="span" x1="{LABEL + summary.least * scale:.1f}" y1="{middle}" '
                f'x2="{LABEL + summary.most * scale:.1f}" y2="{middle}"/>',
                f'<text x="{LABEL + BAR_MOST + 12}" y="{middle + 4:.1f}">'
                f"{number(summary.median, figure.decimals)}</text>",
            ]
            y += ROW
        y += GAP - 16
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" '
            f'width="{WIDTH}" height="{y}" role="img">\n'
            f"<title>Linger beside its rivals</title>\n<style>{STYLE}</style>\n"
            + "\n".join(parts) + "\n</svg>\n")

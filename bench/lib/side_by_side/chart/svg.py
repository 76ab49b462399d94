"""Shapes of an SVG picture for light and dark pages: styled by class, on its own background."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

STYLE = """
  text { font: 13px system-ui, -apple-system, "DejaVu Sans", sans-serif; fill: #4b535c }
  .title { font-weight: 600; fill: #1f2328 } .head { font-size: 17px }
  .page { fill: #fff; stroke: #d5dae0 }
  .other { fill: #a6afb8 } .ours, .met { fill: #2b8a5f } .missed { fill: #bf5a1f }
  .track { fill: #8a949e; fill-opacity: .18 }
  .span, .bound { stroke: #1f2328; stroke-opacity: .75 } .bound { stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #b3bcc5 } .title { fill: #e8edf2 }
    .page { fill: #14181d; stroke: #323a43 }
    .other { fill: #5d6873 } .ours, .met { fill: #3fae7c } .missed { fill: #e58b4e }
    .span, .bound { stroke: #fff }
  }
"""


def text(kind: str, x: float, y: float, content: str, anchor: str = "start") -> str:
    return (f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">'
            f"{escape(content)}</text>")


def bar(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:g}" '
            'rx="2"/>')


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:g}" x2="{x2:.1f}" y2="{y2:g}"/>'


def page(title: str, width: int, height: int, shapes: Iterable[str]) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img">\n'
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
            f'<rect class="page" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="6"/>\n'
            + "\n".join(shapes) + "\n</svg>\n")

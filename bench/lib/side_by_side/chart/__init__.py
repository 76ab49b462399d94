"""The SVG picture of a run."""

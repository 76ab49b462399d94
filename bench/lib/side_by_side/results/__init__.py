"""The figures of a run, the goals, and both as tables and JSON."""

"""How measuring fails."""


class Failure(Exception):
    """A program did not do what it was started for. The text says which and why."""

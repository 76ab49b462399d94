"""The error of a measurement."""


class Failure(Exception):
    """A program or server did not do what the measurement needs. The text says which and why."""

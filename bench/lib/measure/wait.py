"""Waiting for a condition."""

import time
from collections.abc import Callable

from lib.measure.failure import Failure


def wait_until(
    description: str, timeout_s: float, condition: Callable[[], bool], interval_s: float = 0.05
) -> None:
    """Checks the condition at intervals until it holds. Raises a `Failure` after the timeout."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"{description}: not within {timeout_s:.0f} s")
        time.sleep(interval_s)

"""Waiting for something to be so."""

import time
from collections.abc import Callable

from measuring.failure import Failure


def wait_until(
    condition: str, seconds: float, is_so: Callable[[], bool], every_s: float = 0.05
) -> None:
    """Asks `is_so()` now and then; a `Failure` names the condition when time is over."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise Failure(f"{condition}: not within {seconds:.0f} s")
        time.sleep(every_s)

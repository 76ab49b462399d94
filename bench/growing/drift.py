"""Does a row of samples rise? A line through its second half, and quarter against quarter."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

FLAT_PART, FLAT_KIB = 0.02, 256.0


@dataclass
class Drift:
    """KiB. The slope is of the second half, by least squares."""

    slope_per_minute: float
    slope_error: float  # one standard error of the slope, per minute
    noise: float  # standard deviation around the line
    second_quarter: float  # medians
    last_quarter: float

    @property
    def flat(self) -> bool:
        apart = abs(self.last_quarter - self.second_quarter)
        return apart <= max(FLAT_KIB, FLAT_PART * self.second_quarter)


def drift(seconds: Sequence[float], kib: Sequence[float]) -> Drift:
    """REQUIRES: eight samples at least."""
    n = len(kib)
    minutes, values = [s / 60 for s in seconds[n // 2 :]], kib[n // 2 :]
    slope, begin = statistics.linear_regression(minutes, values)
    left = [v - (begin + slope * m) for m, v in zip(minutes, values)]
    noise = math.sqrt(sum(x * x for x in left) / max(len(left) - 2, 1))
    spread = math.sqrt(sum((m - statistics.fmean(minutes)) ** 2 for m in minutes))
    return Drift(
        slope,
        noise / spread,
        noise,
        statistics.median(kib[n // 4 : n // 2]),
        statistics.median(kib[n - n // 4 :]),
    )

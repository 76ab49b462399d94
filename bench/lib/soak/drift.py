"""Whether a series of memory samples rises: quarter against quarter, and a line through its second
half."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

FLAT_SHARE, FLAT_KIB = 0.02, 256.0  # the larger of both is still flat


@dataclass
class Drift:
    """KiB. The line is fitted to the second half by least squares."""

    slope_per_minute: float
    slope_error: float  # one standard error of the slope, per minute
    noise: float  # standard deviation around the line
    second_quarter: float  # medians
    last_quarter: float

    @property
    def is_flat(self) -> bool:
        difference = abs(self.last_quarter - self.second_quarter)
        return difference <= max(FLAT_KIB, FLAT_SHARE * self.second_quarter)


def drift(seconds: Sequence[float], kib: Sequence[float]) -> Drift:
    """REQUIRES: at least eight samples."""
    n = len(kib)
    minutes, values = [s / 60 for s in seconds[n // 2 :]], kib[n // 2 :]
    slope, intercept = statistics.linear_regression(minutes, values)
    residuals = [v - (intercept + slope * m) for m, v in zip(minutes, values)]
    noise = math.sqrt(sum(x * x for x in residuals) / max(len(residuals) - 2, 1))
    spread = math.sqrt(sum((m - statistics.fmean(minutes)) ** 2 for m in minutes))
    return Drift(
        slope,
        noise / spread,
        noise,
        statistics.median(kib[n // 4 : n // 2]),
        statistics.median(kib[n - n // 4 :]),
    )

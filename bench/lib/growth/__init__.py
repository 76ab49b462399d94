"""bench/growth: what a message costs as parked clients and stored messages become more."""

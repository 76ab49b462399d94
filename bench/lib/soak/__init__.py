"""bench/soak: whether the server's memory stays flat under a long load."""

"""What bench/growth, bench/soak and bench/idle share: a server, the loads on it, and what they cost."""

"""What bench/growth and bench/soak share: a server on tmpfs, the loads on it, and what they cost."""

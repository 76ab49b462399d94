"""What bench/growth and bench/soak share: a server on tmpfs, its accounts, its clients."""

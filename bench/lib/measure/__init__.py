"""Starts, pins and ends processes, and reads what the kernel counts for them."""

"""Runs Linger's server under load: its accounts, its HTTP interface, its metrics, and the load
generator `deliver`."""

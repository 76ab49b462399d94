"""The benchmarks of bench/: side-by-side, growth, soak and idle.

measure       processes, cores, and the kernel's counters; knows nothing of Linger
linger        Linger's server, its accounts, and the load generator `deliver`
side_by_side, growth, soak, idle
              one package for each command; `command.main` runs it
"""

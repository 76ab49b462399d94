"""bench/side-by-side: Linger and its rivals under the same load, in turn on one machine.

A *candidate* is a server that is compared. A *workload* is what it is measured under. A *figure* is
one kind of result. Each round runs every workload on every candidate, and ratios are taken within a
round, so that changes of the machine's speed affect both sides of a ratio.

candidates   starts each server
workloads    runs the loads and collects the figures
results      figures, goals, and their tables
chart        the SVG picture
"""

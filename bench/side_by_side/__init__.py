"""Linger beside its rivals, in turn on one machine, for ratios that the machine's mood does not bend.

A *server* is one of those that are compared, a *work* is what it is given to do, a *figure* is what
comes out of that. Each round gives every work to every server; ratios are taken within a round.
"""

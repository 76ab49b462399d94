"""How many files a process may have open: a connection is one."""

import resource


def raise_limit() -> int:
    """Takes all that are allowed, and returns how many. What is started from here inherits them;
    not every server asks for itself."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most

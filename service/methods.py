"""HTTP methods as they may be told: a client can send any word in place of one."""

KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


def shown(method: str) -> str:
    """The method, or ``other`` if it is none of RFC 9110 and RFC 5789."""
    return method if method in KNOWN else "other"

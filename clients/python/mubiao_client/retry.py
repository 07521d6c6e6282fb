"""When and how long after a failure a call is sent again.

All calls may be: extracting changes nothing, and what would be made twice carries an Idempotency-Key.
"""

import email.utils
import random
import time
from dataclasses import dataclass

import httpx

_AGAIN = frozenset({408, 429, 502, 503, 504})
_CONFLICT = 409
"""With Retry-After: the same request, sent before, is not done yet, or its process has died over it."""


@dataclass(frozen=True, slots=True)
class Retry:
    """At most ``attempts`` of a call. Between two, ``first_wait`` doubled each time, up to ``longest_wait``, and no less
    than the service names (Retry-After, whose date the clock here may be past); up to a quarter is added, by chance, so
    that clients that were refused together do not come back together. Where the service says to wait longer than
    ``longest_wait``, the call fails at once. As it is set, a call goes on for about a minute: a service that is started
    again is back by then."""

    attempts: int = 8
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def after(self, attempt: int, outcome: httpx.Response | httpx.RequestError) -> float | None:
        """Seconds to wait after so many attempts (from 1); None if this outcome is the last."""
        if attempt >= self.attempts:
            return None
        named = None
        if isinstance(outcome, httpx.Response):
            named = retry_after(outcome)
            if outcome.status_code not in _AGAIN and (outcome.status_code != _CONFLICT or named is None):
                return None
        elif isinstance(outcome, httpx.UnsupportedProtocol):
            return None
        if named is not None and named > self.longest_wait:
            return None
        # Of very many attempts the power would not be a float any more.
        wait = min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 64))
        return max(wait, named or 0.0) * random.uniform(1.0, 1.25)


def retry_after(response: httpx.Response) -> float | None:
    """The seconds of a Retry-After header, which is a number or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None

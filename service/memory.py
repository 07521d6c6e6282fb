"""Memory that is not needed any more goes back to the system."""

import contextlib
import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Of malloc.h."""
_BYTES = 128 * 1024


def give_back() -> None:
    """Let glibc keep to its first thresholds: it would raise them with each large block that is freed, up to 32 MB, and keep
    what lies between the blocks that are still used. Elsewhere nothing happens."""
    with contextlib.suppress(AttributeError, OSError):
        allocator = ctypes.CDLL(None)
        for option in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
            allocator.mallopt(option, _BYTES)

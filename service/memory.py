"""Memory that is not needed any more goes back to the system. Where the allocator is not glibc's, nothing happens."""

import contextlib
import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Of malloc.h."""
_BYTES = 128 * 1024
_ARENAS = 1


def keep_little() -> None:
    """Let glibc keep to its first thresholds: it would raise them with each large block that is freed, up to 32 MB, and keep
    what lies between the blocks that are still used. One arena for all threads, because each further one keeps gaps of its
    own; Python's small objects and the network's tensors have allocators of their own. Call it before threads start."""
    with contextlib.suppress(AttributeError, OSError):
        allocator = ctypes.CDLL(None)
        for option in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
            allocator.mallopt(option, _BYTES)
        allocator.mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give the system the free pages between blocks that are used, too: a millisecond or so, for times of rest."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)

"""How many cores this process may use."""

import math
import os
from pathlib import Path

_QUOTAS = (Path("/sys/fs/cgroup/cpu.max"),)


def usable() -> int:
    """Cores that may be used: those that it is bound to, or fewer if a control group (a container) has a quota."""
    bound = len(os.sched_getaffinity(0))
    for path in _QUOTAS:
        try:
            quota, period = path.read_text().split()
            return max(1, min(bound, math.ceil(int(quota) / int(period))))
        except (OSError, ValueError):  # another kind of control group, or "max"
            continue
    return bound

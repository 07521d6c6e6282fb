"""Checkpoints: a run that was stopped goes on from the last one as if it had not been."""

import os
import time
from pathlib import Path
from typing import Any

import torch


class Stopwatch:
    """How long a run has taken, in seconds, with what it took before it was stopped: a part of its checkpoints."""

    def __init__(self) -> None:
        self._before = 0.0
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """The time up to now."""
        return self._before + time.monotonic() - self._began

    def state_dict(self) -> dict[str, float]:
        """What a checkpoint needs to go on."""
        return {"seconds": self.seconds}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Go on from a checkpoint."""
        self._before, self._began = state["seconds"], time.monotonic()


def save(folder: Path, step: int, **parts: Any) -> None:
    """Write the state of every part (model, optimizer …) after a step; the file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "checkpoint.pt"
    torch.save({"step": step} | {name: part.state_dict() for name, part in parts.items()}, path.with_suffix(".part"))
    os.replace(path.with_suffix(".part"), path)


def resume(folder: Path, **parts: Any) -> int:
    """Load the state of every part and return the step it was saved after; 0 if there is no checkpoint."""
    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return int(state["step"])

"""Running the exported network on ONNX Runtime.

Each window is one run of its own, without padding, on one core, and as many windows run at once as there are
threads. Padded into a batch, a window's sums would run in another order beside other neighbours, and its answer with them.
"""

import os
import platform
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotations.errors import ModelError
from models.inputs import Tokens
from models.tags import TAG_COUNT

# Else its wheels write an identifier of the machine into the home folder and send events to Microsoft. It reads this once.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime as ort

INPUTS = ("ids", "words", "columns", "heads", "segments")
"""The exported network's inputs: one window, see models.inputs.Batch."""
OUTPUT: list[str | int] = [1, "text", TAG_COUNT]
"""The shape of its output, ``scores``: the window's text and the token that ends it."""


class Runtime:
    """An exported network, ready to score windows. Safe to use from several threads."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        """Load the network; ``threads`` is how many windows run at once (default: the usable cores).

        Raises ModelError if the file is missing or no network with the expected inputs.
        """
        try:
            self._session = _load(path, exact=_overflows())
        except Exception as error:  # noqa: BLE001 - onnxruntime has no common error class
            raise ModelError(f"{path}: the network cannot be loaded ({type(error).__name__})") from None
        expected = list(INPUTS)
        if [i.name for i in self._session.get_inputs()] != expected:
            raise ModelError(f"{path}: the network's inputs must be {', '.join(expected)}")
        if [o.shape for o in self._session.get_outputs()] != [OUTPUT]:
            raise ModelError(
                f"{path}: the network is of another version of mubiao; `python -m training export` writes it anew"
            )
        self.threads = threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="mubiao-run")

    def score(self, windows: Sequence[Tokens]) -> Iterator[NDArray[np.float32]]:
        """Tag scores of each window's text, shape (code points, TAG_COUNT), in the order given.

        A single window is run in the caller's thread.
        """
        return map(self._run, windows) if len(windows) == 1 else self._pool.map(self._run, windows)

    def _run(self, window: Tokens) -> NDArray[np.float32]:
        segments = np.zeros((1, len(window)), np.int64)
        segments[0, window.text_start :] = 1
        inputs = {
            "ids": window.ids[None].astype(np.int64),
            "words": window.words[None].astype(np.int64),
            "columns": window.columns[None].astype(np.int64),
            "heads": window.heads.astype(np.int64),
            "segments": segments,
        }
        (scores,) = self._session.run(["scores"], inputs)
        if scores.shape != (1, len(window) - window.text_start, TAG_COUNT):
            raise ModelError(f"the network gave scores of shape {scores.shape}")
        return np.asarray(scores[0, :-1], np.float32)


def _load(path: Path, exact: bool) -> ort.InferenceSession:
    """The network, to be run on one core; ``exact`` for slower INT8 products that do not overflow on any processor."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    # A plan of the memory for each length of window ever met would be kept for ever, and is no faster.
    options.enable_mem_pattern = False
    if exact:  # one of the extended optimisations
        options.add_session_config_entry("session.x64quantprecision", "1")
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    else:
        # The exported network has the fused operators that are fast; of the others ONNX Runtime would make some that are
        # slower than their parts.
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _overflows() -> bool:
    """Whether the processor's fastest INT8 products overflow: x86 without VNNI sums pairs of them in 16 bits."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return True
    return "avx512_vnni" not in flags and "avx_vnni" not in flags

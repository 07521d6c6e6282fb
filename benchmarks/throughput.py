"""``make bench``: the served model against the same weights in plain torch, in one run on the same texts.

Baseline: the trained network in float32 torch, windows padded into batches of eight, decoded by the same code: what one
gets from the weights with the training library alone. Ours: the tagger as the service runs it, in process. Each text is
annotated in turn by both, several times; the median of the ratios counts. Writes benchmarks/latest.json and the table in
docs/benchmarks.md.
"""

import json
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from annotations import corpus
from models.inputs import Tokens, pad
from models.network import TaggerNetwork
from models.tagger import SHIPPED, Tagger
from training import export

_ROOT = Path(__file__).parents[1]
_LENGTHS = (100, 500, 2_500, 20_000)
_ROUNDS = 5
_BATCH = 8
_TABLE = "<!-- table -->"


class PaddedTorch:
    """The network in float32 torch, on padded batches."""

    def __init__(self, network: TaggerNetwork) -> None:
        self._network = network.eval()

    @torch.inference_mode()
    def score(self, windows: Sequence[Tokens]) -> Iterator[NDArray[np.float32]]:
        """Tag scores of each window's text, as models.tagger.Scorer."""
        for start in range(0, len(windows), _BATCH):
            chunk = windows[start : start + _BATCH]
            batch = pad(chunk)
            scores = self._network(*map(torch.from_numpy, batch.arrays())).numpy()
            yield from (s[w.text_start : len(w) - 1] for s, w in zip(scores, chunk, strict=True))


def main() -> None:
    """Measure, print, and write the results."""
    network, vocabulary = export.load(SHIPPED)
    began = time.perf_counter()
    ours = Tagger.load()
    ours.annotate(["新建"])
    ready = time.perf_counter() - began
    baseline = Tagger(vocabulary, PaddedTorch(network), "torch", "0")
    text = "\n".join(document.text for document in corpus.load([corpus.AUTHORED]))
    figures: dict[str, object] = {"ready_s": round(ready, 2), "processor": platform.processor() or platform.machine()}
    rows = ["| characters | torch float32, characters/s | mubiao, characters/s | ratio |", "| --- | --- | --- | --- |"]
    for length in _LENGTHS:
        pairs = [(_seconds(ours, text[:length]), _seconds(baseline, text[:length])) for _ in range(_ROUNDS)]
        ratio = statistics.median(b / a for a, b in pairs)
        speed, base_speed = (length / statistics.median(column) for column in zip(*pairs, strict=True))
        figures[f"tagger_over_torch_{length}"] = round(ratio, 2)
        figures[f"chars_per_s_{length}"] = round(speed)
        rows.append(f"| {length:,} | {base_speed:,.0f} | {speed:,.0f} | {ratio:.1f} |")
    table = "\n".join(rows)
    print(table)
    (_ROOT / "benchmarks" / "latest.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    page = _ROOT / "docs" / "benchmarks.md"
    page.write_text(page.read_text(encoding="utf-8").split(_TABLE)[0] + f"{_TABLE}\n{table}\n", encoding="utf-8")


def _seconds(tagger: Tagger, text: str) -> float:
    annotate: Callable[[list[str]], object] = tagger.annotate
    began = time.perf_counter()
    annotate([text])
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

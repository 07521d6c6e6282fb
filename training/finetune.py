"""Training a saved model further on a few dozen documents of one's own."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations import corpus
from annotations.errors import TrainingError
from annotations.schema import Document
from annotations.scoring import Report
from models.tagger import Tagger
from training import export, limits
from training.config import TrainConfig
from training.run import evaluate_exported
from training.train import train

FEWEST = 5
"""Fewer documents than this cannot be split into some to train on and some to score."""
CONFIG = TrainConfig(rate=5e-5, head_rate=3e-4)
"""Gentler than a run from scratch: what the model knows is to stay."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scores on the held-out documents before and after, and how many documents were trained on."""

    before: Report
    after: Report
    trained: int
    held_out: int

    def table(self) -> str:
        """F1 before and after as a Markdown table."""
        lines = ["| | before | after | gold |", "| --- | --- | --- | --- |"]
        for name, count in self.after.strict.items():
            lines.append(f"| {name} | {self.before.strict[name].f1:.3f} | {count.f1:.3f} | {count.gold} |")
        return "\n".join(lines)


def finetune(
    documents: Sequence[Document],
    init: Path,
    output: Path,
    version: str,
    config: TrainConfig = CONFIG,
    held_out: float = 0.2,
    seed: int = 7,
    bfloat16: bool = False,
) -> Comparison:
    """Train the model in the folder ``init`` on all but a share of ``documents`` and save it to ``output``.

    As much of the authored corpus is mixed in, so that what the model knew is not forgotten (rehearsal, Robins 1995).
    Confidences keep their calibration. Checkpoints lie in ``output`` until the end; an interrupted run goes on from
    them. Raises TrainingError for too few documents, ModelError for a folder that holds no model.
    """
    if len(documents) < FEWEST:
        raise TrainingError(f"data: {len(documents)} documents; at least {FEWEST} are needed")
    order = random.Random(seed)
    shuffled = order.sample(list(documents), len(documents))
    count = max(1, round(held_out * len(documents)))
    scored, trained = shuffled[:count], shuffled[count:]

    network, vocabulary = export.load(init)
    name, calibration = (tagger := Tagger.load(init)).name, tagger.calibration
    before = evaluate_exported(init, scored)
    checkpoints = output / "checkpoints"
    rehearsed = _rehearsal(sum(len(d.text) for d in trained), {d.text for d in scored}, order)
    train(network, vocabulary, [*trained, *rehearsed], [], config, seed, checkpoints, bfloat16)
    sample = limits.draw([*trained, *rehearsed], vocabulary, seed)
    export.save(network, vocabulary, output, name, version, sample)
    export.set_calibration(output, calibration)
    shutil.rmtree(checkpoints)
    return Comparison(before, evaluate_exported(output, scored), len(trained), len(scored))


def _rehearsal(size: int, excluded: set[str], order: random.Random) -> list[Document]:
    """About ``size`` characters of the authored corpus."""
    chosen: list[Document] = []
    authored = corpus.load([corpus.AUTHORED])
    for document in order.sample(authored, len(authored)):
        if sum(len(d.text) for d in chosen) >= size:
            break
        if document.text not in excluded:
            chosen.append(document)
    return chosen

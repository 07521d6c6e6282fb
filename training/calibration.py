"""Fitting and measuring how well confidences agree with the share of right spans."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.schema import Document, Entity, Label
from models.calibration import Calibration, Curve, logit

_BINS = 10
_STEPS = 100
_LONGEST = 0.5
"""The most that a step changes: far from the solution, Newton's method would jump beyond it."""
_PRIOR = 1.0
"""How strongly a curve is held to the identity: the variance of its slope and intercept about 1 and 0."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A predicted span's label and the network's probability, and whether the gold document has it too."""

    label: Label
    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The spans of one tenth of the scale: how many, their mean confidence, and the share that is right."""

    count: int
    confidence: float
    right: float


def judge(document: Document, predicted: Sequence[Entity]) -> list[Judged]:
    """Which of the spans predicted for a document are right (label, start and end agree)."""
    gold = {(e.label, e.start, e.end) for e in document.entities}
    return [Judged(e.label, e.confidence, (e.label, e.start, e.end) in gold) for e in predicted]


def fit(judged: Sequence[Judged]) -> dict[Label, Curve]:
    """One curve a label: the likeliest with a Gaussian prior about the identity, by Newton's method with short steps."""
    return {label: _fit([j for j in judged if j.label is label]) for label in Label}


def _fit(judged: Sequence[Judged]) -> Curve:
    inputs = np.array([[logit(j.probability), 1.0] for j in judged]).reshape(-1, 2)
    right = np.array([j.right for j in judged], dtype=float)
    identity = np.array([1.0, 0.0])
    weights = identity.copy()
    for _ in range(_STEPS):
        probabilities = (1 + np.tanh(inputs @ weights / 2)) / 2
        gradient = inputs.T @ (probabilities - right) + (weights - identity) / _PRIOR
        curvature = inputs.T @ (inputs * (probabilities * (1 - probabilities))[:, None]) + np.eye(2) / _PRIOR
        step = np.linalg.solve(curvature, gradient)
        weights -= step * min(1.0, _LONGEST / (np.abs(step).max() + 1e-12))
    return Curve(round(float(weights[0]), 4), round(float(weights[1]), 4))


def held_out(documents: Sequence[Sequence[Judged]]) -> list[Judged]:
    """All spans with confidences from curves that were fitted on the other documents only."""
    result = []
    for index, judged in enumerate(documents):
        curves = fit([j for i, other in enumerate(documents) if i != index for j in other])
        result += apply(judged, curves)
    return result


def apply(judged: Sequence[Judged], calibration: Calibration) -> list[Judged]:
    """The spans with their probabilities on their labels' curves."""
    return [Judged(j.label, calibration[j.label](j.probability), j.right) for j in judged]


def bins(judged: Sequence[Judged]) -> list[Bin]:
    """The spans by tenths of confidence; empty tenths are left out."""
    confidences = np.array([j.probability for j in judged])
    right = np.array([j.right for j in judged])
    places = np.minimum((confidences * _BINS).astype(int), _BINS - 1)

    def one(chosen: NDArray[np.bool_]) -> Bin:
        return Bin(int(chosen.sum()), float(confidences[chosen].mean()), float(right[chosen].mean()))

    return [one(places == place) for place in range(_BINS) if (places == place).any()]


def calibration_error(judged: Sequence[Judged]) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017); 0 without spans."""
    return sum(b.count * abs(b.confidence - b.right) for b in bins(judged)) / max(1, len(judged))


def table(before: Sequence[Judged], after: Sequence[Judged]) -> str:
    """The errors by label, and the curve of all labels together, as Markdown tables."""
    lines = ["| | spans | as the network says | calibrated |", "| --- | --- | --- | --- |"]
    for name, labels in [(label.value, [label]) for label in Label] + [("all", list(Label))]:
        chosen = [[j for j in part if j.label in labels] for part in (before, after)]
        lines.append(
            f"| {name} | {len(chosen[1])} | " + " | ".join(f"{calibration_error(c):.3f}" for c in chosen) + " |"
        )
    lines += ["", "| confidence | spans | mean confidence | right |", "| --- | --- | --- | --- |"]
    for part in bins(after):
        lower = min(int(part.confidence * _BINS), _BINS - 1) / _BINS
        lines.append(
            f"| {lower:.1f}–{lower + 1 / _BINS:.1f} | {part.count} | {part.confidence:.3f} | {part.right:.3f} |"
        )
    return "\n".join(lines)

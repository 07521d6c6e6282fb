"""Confidence that means what it says: of the spans given 0.9, nine in ten are right.

A network's own probabilities are too sure of themselves. A logistic curve a label, fitted on documents that the network
was not trained on (training.calibration), maps them to shares of right spans (Platt 1999, "Probabilistic outputs for
support vector machines").
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from annotations.schema import Label, Span

LIKELY = 0.4
"""Spans of less confidence are wrong more often than right. F1 is best where half of the best F1 is asked of a probability
(Lipton et al. 2014, "Optimal thresholding of classifiers to maximize F1 measure"); this is a little less than that of
every label, for in short texts more of the doubtful spans are right (docs/experiments.md)."""
_SURE = 1e-6


@dataclass(frozen=True, slots=True)
class Curve:
    """``probability -> 1 / (1 + exp(-(slope x logit(probability) + intercept)))``; by default the same again."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, probability: float) -> float:
        # The logistic function, written so that nothing overflows.
        return (1 + math.tanh((self.slope * logit(probability) + self.intercept) / 2)) / 2


Calibration = Mapping[Label, Curve]


def logit(probability: float) -> float:
    """Log odds, finite for 0 and 1 too."""
    bounded = min(max(probability, _SURE), 1 - _SURE)
    return math.log(bounded / (1 - bounded))


def likely(spans: Iterable[Span], calibration: Calibration) -> list[Span]:
    """The spans that are LIKELY, with their confidence on their label's curve. Where a label has none its spans stay as
    they are: how likely they are is not known."""
    kept = []
    for span in spans:
        if curve := calibration.get(span.label):
            span = replace(span, confidence=curve(span.confidence))
            if span.confidence < LIKELY:
                continue
        kept.append(span)
    return kept


def to_json(calibration: Calibration) -> dict[str, list[float]]:
    """Slope and intercept by label."""
    return {label.value: [curve.slope, curve.intercept] for label, curve in calibration.items()}


def from_json(raw: Mapping[str, list[float]]) -> dict[Label, Curve]:
    """What ``to_json`` gave; ValueError or TypeError for anything else."""
    return {Label(label): Curve(*map(float, numbers)) for label, numbers in raw.items()}

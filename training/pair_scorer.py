"""Links learned from annotated documents: a small scorer of pairs of spans on the encoder's states.

What the service's rules are measured against (``python -m benchmarks.links``); it is not served. For each span that can
have a role, the scorer looks at the nearest spans that can fill it and decides pair by pair, after Dozat and Manning's
biaffine arc scorer (2017) with what a layout tells in front: distance, what stands between, rows and columns.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from annotations.schema import LINKED, Document, Entity, Label, Link, Role
from models import windows
from models.inputs import pad, tokens
from models.network import TaggerNetwork
from models.structure import Structure
from models.vocabulary import Vocabulary

SINGLE = frozenset({Role.UNIT, Role.METRIC, Role.TARGET})
"""Roles that one span fills at most."""
_NEAREST = 12
"""Spans before, and spans behind, that are candidates."""
_SEPARATORS = ("，,、", "。；;", "\n", "|\t", "：:")
_PROJECTED = 48


@dataclass(frozen=True, slots=True)
class Pairs:
    """The candidate pairs of one role in one document.

    ``sources`` and ``targets`` are entities, ``features`` has shape (pairs, features), ``states`` (pairs, 2, hidden),
    ``linked`` (pairs,) is 1 where gold links them.
    """

    sources: tuple[Entity, ...]
    targets: tuple[Entity, ...]
    features: Tensor
    states: Tensor
    linked: Tensor


class PairScorer(nn.Module):
    """The odds, as a logit, that the second span of a pair fills a role of the first."""

    def __init__(self, hidden_size: int, features: int) -> None:
        super().__init__()
        self.source = nn.Linear(hidden_size, _PROJECTED)
        self.target = nn.Linear(hidden_size, _PROJECTED)
        self.dropout = nn.Dropout(0.2)
        self.hidden = nn.Linear(3 * _PROJECTED + features, 64)
        self.score = nn.Linear(64, 1)

    def forward(self, features: Tensor, states: Tensor) -> Tensor:
        """Logits, shape (pairs,)."""
        source = self.dropout(torch.tanh(self.source(states[:, 0])))
        target = self.dropout(torch.tanh(self.target(states[:, 1])))
        joined = torch.cat([source, target, source * target, features], 1)
        scores: Tensor = self.score(torch.relu(self.hidden(joined)))
        return scores.squeeze(1)


@torch.inference_mode()
def encode(network: TaggerNetwork, vocabulary: Vocabulary, text: Structure) -> Tensor:
    """What the tag heads read of each code point, shape (code points, hidden size)."""
    network.eval()
    weights = torch.softmax(network.mix, 0)
    states = torch.zeros(len(text.text), network.norm.normalized_shape[0])
    for window in windows.cut(text):
        one = tokens(vocabulary, text.text, window)
        layers = network.encoder(*map(torch.from_numpy, pad([one]).arrays()))
        mixed = network.norm(sum(w * s for w, s in zip(weights, layers, strict=True)))
        states[window.start : window.end] = mixed[0, one.text_start : -1]
    return states


def pairs(document: Document, text: Structure, states: Tensor) -> dict[Role, Pairs]:
    """The candidate pairs of each role, of gold entities and links."""
    places = _Places(text)
    means = {e.id: states[e.start : e.end].mean(0) for e in document.entities}
    linked = {(link.source, link.role, link.target) for link in document.links or ()}
    found = {}
    for role, (source_label, target_label) in LINKED.items():
        sources, targets, rows = [], [], []
        candidates = _by_place(document.entities, target_label)
        for source in _by_place(document.entities, source_label):
            at = bisect_left(candidates, source.start, key=lambda e: e.start)
            near = range(max(0, at - _NEAREST), min(len(candidates), at + _NEAREST))
            for index in near:
                sources.append(source)
                targets.append(candidates[index])
                rows.append(places.features(source, candidates[index], index - at))
        if rows:
            found[role] = Pairs(
                tuple(sources),
                tuple(targets),
                torch.tensor(np.array(rows, np.float32)),
                torch.stack([torch.stack([means[s.id], means[t.id]]) for s, t in zip(sources, targets, strict=True)]),
                torch.tensor([float((s.id, role, t.id) in linked) for s, t in zip(sources, targets, strict=True)]),
            )
    return found


def fit(examples: Sequence[Pairs], seed: int, epochs: int = 15, batch: int = 1024) -> PairScorer:
    """Train a scorer of one role."""
    torch.manual_seed(seed)
    features, states = torch.cat([e.features for e in examples]), torch.cat([e.states for e in examples])
    linked = torch.cat([e.linked for e in examples])
    scorer = PairScorer(states.shape[-1], features.shape[1])
    optimizer = torch.optim.AdamW(scorer.parameters(), 4e-3, weight_decay=0.01)
    for _ in range(epochs):
        for chosen in torch.randperm(len(linked)).split(batch):
            loss = nn.functional.binary_cross_entropy_with_logits(
                scorer(features[chosen], states[chosen]), linked[chosen]
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
    return scorer.eval()


@torch.inference_mode()
def predict(scorers: Mapping[Role, PairScorer], found: Mapping[Role, Pairs]) -> set[Link]:
    """The links of one document: all pairs more likely than not, of a single role the likeliest only."""
    links = set()
    for role, candidates in found.items():
        scores = scorers[role](candidates.features, candidates.states).tolist()
        best: dict[str, tuple[float, str]] = {}
        for source, target, score in zip(candidates.sources, candidates.targets, scores, strict=True):
            if score <= 0:
                continue
            if role not in SINGLE:
                links.add(Link(source.id, role, target.id))
            elif score > best.get(source.id, (0.0, ""))[0]:
                best[source.id] = score, target.id
        links |= {Link(source, role, target) for source, (_, target) in best.items()}
    return links


class _Places:
    """Where spans stand in a document's lines and tables."""

    def __init__(self, text: Structure) -> None:
        self._text = text.text
        self._blocks = text.blocks
        self._starts = [block.start for block in text.blocks]

    def features(self, source: Entity, target: Entity, rank: int) -> list[float]:
        """What the layout tells about a pair; ``rank`` is 0 for the first candidate behind, -1 for the last before."""
        first, second = sorted((source, target), key=lambda e: (e.start, -e.end))
        between = self._text[first.end : second.start]
        here, there = self._place(source), self._place(target)
        same_table = here[1] is not None and there[1] is not None
        return [
            float(target.start >= source.end),
            float(target.end <= source.start),
            float(second.end <= first.end),
            np.log1p(len(between)),
            *(np.log1p(sum(between.count(c) for c in separators)) for separators in _SEPARATORS),
            float(here[0] == there[0]),
            float(same_table and here[1] == there[1]),
            float(same_table and here[2] == there[2]),
            float(same_table),
            *(float(rank == r) for r in range(-3, 3)),
            rank / _NEAREST,
        ]

    def _place(self, entity: Entity) -> tuple[int, int | None, int | None]:
        """The line, and in a table the row and the column."""
        index = max(0, bisect_left(self._starts, entity.start + 1) - 1)
        block = self._blocks[index]
        column = next((c.column for c in block.cells if c.start <= entity.start < c.end), None)
        return index, block.row, column


def _by_place(entities: Sequence[Entity], label: Label) -> list[Entity]:
    return sorted((e for e in entities if e.label is label), key=lambda e: e.start)

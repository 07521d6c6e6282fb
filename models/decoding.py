"""From tag scores to spans: the best path through the tags of each head, for all windows of a batch at once."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from annotations.schema import Label, Span
from models.joints import Joint
from models.names import join_names
from models.tags import HEADS, OUTSIDE, TAG_COUNT, Head, begin, inside

Scores = NDArray[np.float32]
TOUCHING = -5.0
"""Log score of a span that begins where another of its label ends: in the training corpus one TARGET in 150 does, one
DEPARTMENT in 85, of the others hardly any. Without it a doubtful border inside a name makes two spans of one."""
WITHIN_WORD = -3.0
"""Log score of a span that begins or ends within a word of the lexicon: in the training corpus four METRICs in 1,000 do,
three TARGETs, one DEPARTMENT."""
_AT_LEAST_TWO = frozenset({Label.TARGET, Label.DEADLINE, Label.DEPARTMENT})
"""The labels whose spans have more than one code point: of 30,000 in the training corpora none has one."""
_MOST_TAGS = max(head.count for head in HEADS)
_LEAST = 1e-30
"""What a probability is taken to be at least, so that it has a logarithm."""
_OPENING, _CLOSING = frozenset("（(【［[「『《〈“‘"), frozenset("）)】］]」』》〉”’")
_WORDS_DIVIDE = frozenset(Label) - {Label.NUMBER, Label.UNIT}
"""The labels whose borders respect words. Those of numbers do not: 一次 and 两个 are words."""


def decode(scores: Sequence[Scores], joints: Sequence[NDArray[np.int8]]) -> list[list[Span]]:
    """The spans of each window, offsets from the window's first code point.

    ``scores`` holds one array of shape (code points, TAG_COUNT) a window, ``joints`` one of shape (code points,), see
    models.joints; no span begins or ends inside a run. A span's confidence is the smallest probability among its tags
    and that of ending where it ends. Windows do not influence each other.
    """
    lengths = np.array([len(s) for s in scores], dtype=np.int64)
    # One column more than the longest window: every span ends inside the array.
    padded = np.zeros((len(scores), int(lengths.max(initial=0)) + 1, TAG_COUNT), np.float32)
    joined = np.zeros(padded.shape[:2], np.int8)
    for row, (window, window_joints) in enumerate(zip(scores, joints, strict=True)):
        padded[row, : len(window)] = window
        joined[row, : len(window)] = window_joints
    valid = np.arange(padded.shape[1]) < lengths[:, None]
    spans: list[list[Span]] = [[] for _ in scores]
    probabilities = [_probabilities(padded[..., head.start : head.start + head.count], valid) for head in HEADS]
    for head, of_head, tags in zip(HEADS, probabilities, _best_tags(probabilities, joined), strict=True):
        _collect(of_head, tags, head, spans)
    return spans


def _best_tags(probabilities: Sequence[Scores], joints: NDArray[np.int8]) -> list[NDArray[np.int64]]:
    """The tags of each head, shape (windows, length) each."""
    tags = [of_head.argmax(-1) for of_head in probabilities]
    # A greedy path whose transitions are all free is the best path, so only the others need the search.
    costly = [~_is_free(greedy, joints, head) for greedy, head in zip(tags, HEADS, strict=True)]
    counts = [rows.sum() for rows in costly]
    if any(counts):
        found = _best_paths(
            np.concatenate([_widened(p[rows]) for p, rows in zip(probabilities, costly, strict=True)]),
            np.concatenate([joints[rows] for rows in costly]),
            np.repeat(np.arange(len(HEADS)), counts),
        )
        for greedy, rows, best in zip(tags, costly, np.split(found, np.cumsum(counts)[:-1]), strict=True):
            greedy[rows] = best
    return tags


def _widened(probabilities: Scores) -> Scores:
    """With as many tags as the head that has most; those that are too many are impossible."""
    missing = _MOST_TAGS - probabilities.shape[-1]
    return np.pad(probabilities, ((0, 0), (0, 0), (0, missing)), constant_values=0)


def _collect(probabilities: Scores, tags: NDArray[np.int64], head: Head, spans: list[list[Span]]) -> None:
    flat, chosen = tags.ravel(), np.take_along_axis(probabilities, tags[..., None], -1).ravel()
    is_inside = (flat > OUTSIDE) & (flat % 2 == 0)
    starts = np.flatnonzero(flat % 2 == 1)
    if not starts.size:
        return
    others = np.flatnonzero(~is_inside)
    ends = others[np.searchsorted(others, starts, side="right")]
    # Odd positions of reduceat are the gaps between spans; they are not used.
    confidences = np.minimum.reduceat(chosen, np.column_stack([starts, ends]).ravel())[::2]
    kinds = (flat[starts] - 1) // 2
    goes_on = probabilities.reshape(-1, head.count)[ends, inside(0) + 2 * kinds]
    confidences = np.minimum(confidences, 1 - goes_on)
    width = tags.shape[1]
    for start, end, kind, confidence in zip(
        starts.tolist(), ends.tolist(), kinds.tolist(), confidences.tolist(), strict=True
    ):
        row, offset = divmod(start, width)
        spans[row].append(Span(offset, offset + end - start, head.label, head.kinds[kind], confidence))


def _probabilities(scores: Scores, valid: NDArray[np.bool_]) -> Scores:
    """Softmax over the tags of a head; beyond the end of a window all is outside."""
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    probabilities = np.asarray(shifted / shifted.sum(-1, keepdims=True), np.float32)
    probabilities[~valid] = 0
    probabilities[~valid, OUTSIDE] = 1
    return probabilities


def _is_free(tags: NDArray[np.int64], joints: NDArray[np.int8], head: Head) -> NDArray[np.bool_]:
    """For each row, whether every inside tag follows a tag of its own kind, every begin tag an outside tag, no border
    lies at a joint, and no span is too short."""
    before = np.pad(tags[:, :-1], ((0, 0), (1, 0)))
    is_inside = (tags > OUTSIDE) & (tags % 2 == 0)
    same_kind = (before == tags) | (before == tags - 1)
    touches = (tags % 2 == 1) & (before != OUTSIDE)
    joined = joints > (Joint.NONE if head.label in _WORDS_DIVIDE else Joint.WORD)
    divides = joined & ~is_inside & ((before != OUTSIDE) | (tags != OUTSIDE))
    free = (~is_inside | same_kind) & ~touches & ~divides
    if head.label in _AT_LEAST_TWO:
        free[:, 1:] &= (before[:, 1:] % 2 == 0) | is_inside[:, 1:]
    return np.asarray(free.all(-1))


def _best_paths(probabilities: Scores, joints: NDArray[np.int8], heads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Viterbi search over all rows at once; ``heads`` is the number of the head of each."""
    logs = np.log(np.maximum(probabilities, _LEAST))
    for number, head in enumerate(HEADS):
        logs[heads == number, :, head.count :] = -np.inf
    rows, length, count = logs.shape
    transitions = np.zeros((len(HEADS), len(Joint), count, count), np.float32)
    for number, head in enumerate(HEADS):
        for joint in Joint:
            transitions[number, joint, : head.count, : head.count] = transition_scores(head, joint)
    best = logs[:, 0] + transitions[heads, Joint.NONE, OUTSIDE]
    back = np.zeros((rows, length, count), np.int8)
    for position in range(1, length):
        paths = best[:, :, None] + transitions[heads, joints[:, position]]
        back[:, position] = paths.argmax(1)
        best = paths.max(1) + logs[:, position]
    tags = np.zeros((rows, length), np.int64)
    tags[:, -1] = best.argmax(-1)
    for position in range(length - 1, 0, -1):
        tags[:, position - 1] = back[np.arange(rows), position, tags[:, position]]
    return tags


def transition_scores(head: Head, joint: Joint = Joint.NONE) -> Scores:
    """Log score of each tag (column) after each tag (row) at a ``joint``: free, forbidden, or what TOUCHING and
    WITHIN_WORD say."""
    scores = np.zeros((head.count, head.count), np.float32)
    for kind in range(len(head.kinds)):
        scores[OUTSIDE + 1 :, begin(kind)] = TOUCHING
        others = [tag for tag in range(head.count) if tag not in (begin(kind), inside(kind))]
        scores[others, inside(kind)] = -np.inf
        if head.label in _AT_LEAST_TWO:
            scores[begin(kind), [tag for tag in range(head.count) if tag != inside(kind)]] = -np.inf
    if joint is Joint.RUN or (joint is Joint.WORD and head.label in _WORDS_DIVIDE):
        border = WITHIN_WORD if joint is Joint.WORD else -np.inf
        scores[:, [begin(kind) for kind in range(len(head.kinds))]] += border
        scores[OUTSIDE + 1 :, OUTSIDE] += border
    return scores


def settle(text: str, spans: Sequence[Span]) -> list[Span]:
    """Make spans a valid annotation of ``text``: names whole, no white space or half of a pair of brackets at their edges, nested, never crossing.

    Of two spans that cross, the less confident one goes. Offsets are those of ``text``.
    """
    kept = join_names(text, [s for s in (_strip(text, s) for s in spans) if s.start < s.end])
    order = {label: i for i, label in enumerate(Label)}
    kept.sort(key=lambda s: (s.start, -s.end, order[s.label]))
    while losers := _crossing(kept):
        kept = [s for i, s in enumerate(kept) if i not in losers]
    return kept


def _strip(text: str, span: Span) -> Span:
    """Without white space at its edges, and without what cannot belong to it there: 县民政局（ of 县民政局（牵头）."""
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or text[start] in _CLOSING):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _OPENING):
        end -= 1
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _crossing(spans: Sequence[Span]) -> set[int]:
    """Indices of the less confident of each two sorted spans that cross where one pass meets them."""
    losers: set[int] = set()
    open_spans: list[int] = []
    for index, span in enumerate(spans):
        while open_spans and spans[open_spans[-1]].end <= span.start:
            open_spans.pop()
        if open_spans and span.end > spans[open_spans[-1]].end:
            other = open_spans[-1]
            losers.add(index if span.confidence <= spans[other].confidence else other)
            if index in losers:
                continue
            open_spans.pop()
        open_spans.append(index)
    return losers

"""From tag scores to spans: the best path through the tags of each head, for all windows of a batch at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from annotations.schema import Label, Span
from models.joints import Joint
from models.names import join_names
from models.tags import HEADS, OUTSIDE, TAG_COUNT, Head, begin, inside

Scores = NDArray[np.float32]
TOUCHING = -2.0
"""Log score of a span that begins where another of its label ends. In the training corpus one DEPARTMENT in 32 does and one
TARGET in 74, more than half of them in a dozen tables whose rows or cells run together; without it a doubtful border inside a
name makes two spans of one."""
WITHIN_WORD = -3.0
"""Log score of a span that begins or ends within a word of the lexicon: in the training corpus four METRICs in 1,000 do,
three TARGETs, one DEPARTMENT."""
_TWO_OR_MORE = frozenset({Label.TARGET, Label.DEADLINE, Label.DEPARTMENT})
"""The labels whose spans have more than one code point: of 30,000 in the training corpora none has one."""
_LEAST = 1e-30
"""What a probability is taken to be at least, so that it has a logarithm."""
_OPENING_OF = dict(zip("）)】］]」』》〉”’", "（(【［[「『《〈“‘", strict=True))
_OPENING, _CLOSING = frozenset(_OPENING_OF.values()), frozenset(_OPENING_OF)
_WORDS_DIVIDE = frozenset(Label) - {Label.NUMBER, Label.UNIT}
"""The labels whose borders respect words. Those of numbers do not: 一次 and 两个 are words."""


def decode(scores: Sequence[Scores], joints: Sequence[NDArray[np.int8]]) -> list[list[Span]]:
    """The spans of each window, offsets from the window's first code point.

    ``scores`` holds one array of shape (code points, TAG_COUNT) a window, ``joints`` one of shape (code points,), see
    models.joints; no span begins or ends inside a run. A span's confidence is the smallest probability among its tags
    and that of ending where it ends. Windows do not influence each other.
    """
    # One position more than the longest window has: every span ends inside the array.
    shape = len(scores), max(map(len, scores), default=0) + 1
    by_tag = np.full((*shape, TAG_COUNT + 1), -np.inf, np.float32)
    by_tag[..., _OUTSIDES] = 0
    joined = np.zeros(shape, np.int8)
    for row, (window, window_joints) in enumerate(zip(scores, joints, strict=True)):
        by_tag[row, : len(window), :TAG_COUNT] = window
        joined[row, : len(window)] = window_joints
    # A row is now a head's tags of a window: all windows of the first head, then of the next.
    probabilities = _softmax(by_tag[..., _TAGS].transpose(2, 0, 1, 3).reshape(-1, shape[1], _TAGS.shape[1]))
    heads = np.repeat(np.arange(len(HEADS)), len(scores))
    tags = _best_tags(probabilities, np.tile(joined, (len(HEADS), 1)), heads)
    spans: list[list[Span]] = [[] for _ in scores]
    for row, span in _spans(probabilities, tags, heads):
        spans[row % len(scores)].append(span)
    return spans


def _softmax(scores: Scores) -> Scores:
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True), np.float32)


def _best_tags(probabilities: Scores, joints: NDArray[np.int8], heads: NDArray[np.int64]) -> NDArray[np.int64]:
    """The tags of each row, shape (rows, length); ``heads`` is the number of the head of each."""
    tags: NDArray[np.int64] = probabilities.argmax(-1)
    # A greedy path whose transitions are all free is the best path, so only the others need the search.
    costly = ~_is_free(tags, joints, heads)
    if costly.any():
        tags[costly] = _best_paths(probabilities[costly], joints[costly], heads[costly])
    return tags


def _is_free(tags: NDArray[np.int64], joints: NDArray[np.int8], heads: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each row, whether every inside tag follows a tag of its own kind, every begin tag an outside tag, no border
    lies at a joint, and no span is too short."""
    before = np.zeros_like(tags)
    before[:, 1:] = tags[:, :-1]
    is_inside = (tags > OUTSIDE) & (tags % 2 == 0)
    same_kind = (before == tags) | (before == tags - 1)
    touches = (tags % 2 == 1) & (before != OUTSIDE)
    divides = (joints > _FREE_JOINT[heads, None]) & ~is_inside & ((before != OUTSIDE) | (tags != OUTSIDE))
    too_short = (before % 2 == 1) & ~is_inside & _AT_LEAST_TWO[heads, None]
    return np.asarray(((~is_inside | same_kind) & ~touches & ~divides & ~too_short).all(-1))


def _best_paths(probabilities: Scores, joints: NDArray[np.int8], heads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Viterbi search over all rows at once."""
    logs = np.log(np.maximum(probabilities, _LEAST))
    rows, length, count = logs.shape
    best = logs[:, 0] + _TRANSITIONS[heads, Joint.NONE, OUTSIDE]
    back = np.zeros((rows, length, count), np.int8)
    for position in range(1, length):
        paths = best[:, :, None] + _TRANSITIONS[heads, joints[:, position]]
        back[:, position] = paths.argmax(1)
        best = paths.max(1) + logs[:, position]
    tags = np.zeros((rows, length), np.int64)
    tags[:, -1] = best.argmax(-1)
    for position in range(length - 1, 0, -1):
        tags[:, position - 1] = back[np.arange(rows), position, tags[:, position]]
    return tags


def _spans(probabilities: Scores, tags: NDArray[np.int64], heads: NDArray[np.int64]) -> Iterator[tuple[int, Span]]:
    """The spans that the tags say, each with its row."""
    flat, chosen = tags.ravel(), np.take_along_axis(probabilities, tags[..., None], -1).ravel()
    starts = np.flatnonzero(flat % 2 == 1)
    if not starts.size:
        return
    others = np.flatnonzero((flat == OUTSIDE) | (flat % 2 == 1))
    ends = others[np.searchsorted(others, starts, side="right")]
    # Odd positions of reduceat are the gaps between spans; they are not used.
    confidences = np.minimum.reduceat(chosen, np.column_stack([starts, ends]).ravel())[::2]
    kinds = (flat[starts] - 1) // 2
    goes_on = probabilities.reshape(len(flat), -1)[ends, inside(0) + 2 * kinds]
    confidences = np.minimum(confidences, 1 - goes_on)
    rows, offsets = np.divmod(starts, tags.shape[1])
    for row, start, length, kind, confidence in zip(
        rows.tolist(), offsets.tolist(), (ends - starts).tolist(), kinds.tolist(), confidences.tolist(), strict=True
    ):
        head = HEADS[heads[row]]
        yield row, Span(start, start + length, head.label, head.kinds[kind], confidence)


def transition_scores(head: Head, joint: Joint = Joint.NONE) -> Scores:
    """Log score of each tag (column) after each tag (row) at a ``joint``: free, forbidden, or what TOUCHING and
    WITHIN_WORD say."""
    scores = np.zeros((head.count, head.count), np.float32)
    for kind in range(len(head.kinds)):
        scores[OUTSIDE + 1 :, begin(kind)] = TOUCHING
        others = [tag for tag in range(head.count) if tag not in (begin(kind), inside(kind))]
        scores[others, inside(kind)] = -np.inf
        if head.label in _TWO_OR_MORE:
            scores[begin(kind), [tag for tag in range(head.count) if tag != inside(kind)]] = -np.inf
    if joint is Joint.RUN or (joint is Joint.WORD and head.label in _WORDS_DIVIDE):
        border = WITHIN_WORD if joint is Joint.WORD else -np.inf
        scores[:, [begin(kind) for kind in range(len(head.kinds))]] += border
        scores[OUTSIDE + 1 :, OUTSIDE] += border
    return scores


def _tables() -> tuple[NDArray[np.int64], Scores]:
    """The column of each tag of each head, shape (heads, tags), TAG_COUNT where a head has fewer; and the log scores of
    transitions, shape (heads, joints, tags, tags)."""
    most = max(head.count for head in HEADS)
    tags = np.full((len(HEADS), most), TAG_COUNT)
    transitions = np.full((len(HEADS), len(Joint), most, most), -np.inf, np.float32)
    for number, head in enumerate(HEADS):
        tags[number, : head.count] = range(head.start, head.start + head.count)
        for joint in Joint:
            transitions[number, joint, : head.count, : head.count] = transition_scores(head, joint)
    return tags, transitions


_TAGS, _TRANSITIONS = _tables()
_OUTSIDES = _TAGS[:, OUTSIDE]
_FREE_JOINT = np.array([Joint.NONE if head.label in _WORDS_DIVIDE else Joint.WORD for head in HEADS])
"""The strongest joint of each head at which a border costs nothing."""
_AT_LEAST_TWO = np.array([head.label in _TWO_OR_MORE for head in HEADS])


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
    """Without white space at its edges, and without what cannot belong to it there: 县民政局（ of 县民政局（牵头），
    the bracket behind （每镇建设一处）."""
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or text[start] in _CLOSING):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _OPENING or _closes_outside(text, start, end)):
        end -= 1
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _closes_outside(text: str, start: int, end: int) -> bool:
    """Whether a stretch ends with a closing bracket that opens before it."""
    opening = _OPENING_OF.get(text[end - 1])
    return opening is not None and text.count(opening, start, end) < text.count(text[end - 1], start, end)


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

"""Examples: tags that decode to the annotated spans, whatever the window."""

import random

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations import Document, markup
from models.decoding import decode
from models.tags import HEADS, TAG_COUNT
from models.vocabulary import Vocabulary
from training.examples import IGNORED, AnnotatedText, Example


def _spans(example: Example) -> set[tuple[int, int, str, str | None]]:
    tags = example.tags[example.tokens.text_start : -1]
    scores = np.zeros((len(tags), TAG_COUNT), np.float32)
    for column, head in enumerate(HEADS):
        scores[np.arange(len(tags)), head.start + np.maximum(tags[:, column], 0)] = 9
    return {(s.start, s.end, s.label, s.value) for s in decode([scores], [np.zeros(len(scores), np.int8)])[0]}


def test_tags_decode_to_the_annotation(document: Document, vocabulary: Vocabulary) -> None:
    text = AnnotatedText(document)
    (example,) = text.examples(vocabulary, random.Random(0), 0.0)
    assert _spans(example) == {(e.start, e.end, e.label, e.value) for e in document.entities}
    assert (example.tags[: example.tokens.text_start] == IGNORED).all()
    assert (example.tags[-1] == IGNORED).all()


def test_context_dropout_leaves_the_text(document: Document, vocabulary: Vocabulary) -> None:
    (example,) = AnnotatedText(document).examples(vocabulary, random.Random(0), 1.0)
    assert example.tokens.text_start == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 10_000))
def test_spans_cut_by_a_border_teach_nothing(vocabulary: Vocabulary, seed: int) -> None:
    """A TARGET longer than a window: no piece of it may count as a span of its own, nor as outside."""
    document = markup.parse("long", "⟦T" + "新建照料中心" * 100 + "T⟧。⟦M床位M⟧⟦A3A⟧⟦U张U⟧。\n")
    examples = AnnotatedText(document).examples(vocabulary, random.Random(seed), 0.0)
    column = [head.label for head in HEADS].index("TARGET")
    tags = np.concatenate([e.tags[e.tokens.text_start : -1, column] for e in examples])
    assert (tags[:600] == IGNORED).all()
    assert (tags[600:] == 0).all()

"""Joints: words of the lexicon, and runs of digits and of letters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import joints


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("到2026年底", [0, 0, 0, 0, 0, 7, 7], [0, 0, 2, 2, 2, 0, 1]),
        ("２０PM2.5", [0] * 7, [0, 2, 0, 2, 0, 0, 0]),
        ("养老养老", [5, 5, 5, 5], [0, 1, 1, 1]),
        ("", [], []),
    ],
)
def test_joints(text: str, words: list[int], expected: list[int]) -> None:
    assert joints.read(text, np.array(words, np.int32)).tolist() == expected


@given(st.text())
def test_any_text(text: str) -> None:
    found = joints.read(text, np.zeros(len(text), np.int32))
    assert len(found) == len(text)
    assert all(text[i].isalnum() and text[i - 1].isalnum() for i in np.flatnonzero(found))

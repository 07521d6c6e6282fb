"""The lexicon: the likeliest cut, one id for each code point, any text."""

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import ModelError
from models.lexicon import NO_WORD, Lexicon

_SCORES = {"民": -6.0, "政": -6.5, "局": -7.0, "民政": -9.0, "政局": -8.0, "民政局": -16.5, "市民": -8.5}
_UNKNOWN = -25.0


def _words(lexicon: Lexicon, text: str) -> list[str]:
    return [lexicon.words[i - 1] if i != NO_WORD else "" for i in lexicon.encode(text).tolist()]


def test_characters_get_the_word_they_stand_in() -> None:
    lexicon = Lexicon(_SCORES)
    # 民政 + 局 scores -16, 民 + 政局 -14, 民政局 -16.5.
    assert _words(lexicon, "民政局，市民") == ["", "政局", "政局", "", "市民", "市民"]


@given(st.text("市民政局", min_size=1, max_size=7))
def test_the_cut_is_the_likeliest_of_all(run: str) -> None:
    def score(words: list[str]) -> float:
        return sum(_SCORES.get(w, _UNKNOWN if len(w) == 1 else -math.inf) for w in words)

    cuts = []
    for borders in itertools.product([False, True], repeat=len(run) - 1):
        ends = [i for i, border in enumerate(borders, 1) if border] + [len(run)]
        cuts.append([run[a:b] for a, b in itertools.pairwise([0, *ends])])
    best = max(map(score, cuts))
    found = _words(Lexicon(_SCORES), run)
    chosen, at = [], 0
    while at < len(run):
        chosen.append(found[at] or run[at])
        at += len(chosen[-1])
    assert math.isclose(score(chosen), best)


@given(st.text(max_size=200))
def test_any_text_has_one_id_a_code_point(text: str) -> None:
    assert Lexicon(_SCORES).encode(text).shape == (len(text),)


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    lexicon = Lexicon(_SCORES)
    lexicon.save(tmp_path / "lexicon.txt")
    assert Lexicon.load(tmp_path / "lexicon.txt").scores == lexicon.scores


@pytest.mark.parametrize("content", ["民政\n", "民政\tx\n", "ab\t-1\n", "民政\tnan\n"])
def test_damaged_files_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "lexicon.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="lexicon"):
        Lexicon.load(tmp_path / "lexicon.txt")

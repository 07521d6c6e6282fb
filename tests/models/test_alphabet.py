"""One code point, one token, whatever the text."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import ModelError
from models.alphabet import SPECIALS, Alphabet

_ALPHABET = Alphabet(list("目标50个A,\n "))


@given(st.text(st.characters(), max_size=200))
def test_any_string_has_one_token_a_code_point(text: str) -> None:
    ids = _ALPHABET.encode(text)
    assert ids.shape == (len(text),)
    assert ((ids > 0) & (ids < len(_ALPHABET))).all()


@given(st.text(st.characters(), max_size=50), st.text(st.characters(), max_size=50))
def test_tokens_do_not_depend_on_neighbours(left: str, right: str) -> None:
    joined = np.concatenate([_ALPHABET.encode(left), _ALPHABET.encode(right)])
    assert np.array_equal(_ALPHABET.encode(left + right), joined)


@pytest.mark.parametrize(
    ("character", "same_as"),
    [("５", "5"), ("Ａ", "A"), ("，", ","), ("\u3000", " "), ("\u00a0", " ")],
)
def test_compatible_forms_share_a_token(character: str, same_as: str) -> None:
    assert _ALPHABET.encode(character)[0] == _ALPHABET.encode(same_as)[0]


@pytest.mark.parametrize(
    ("character", "special"),
    [
        ("龘", "[Han]"),
        ("\U00030000", "[Han]"),
        ("ж", "[L]"),
        ("९", "[N]"),
        ("※", "[P]"),
        ("😀", "[S]"),
        ("\u200b", "[C]"),
        ("\ue000", "[C]"),
        ("\ud800", "[C]"),
        ("\u0301", "[M]"),
        ("\u2028", "[Z]"),
        ("㎡", "[S]"),
    ],
)
def test_unknown_characters_keep_their_place_by_category(character: str, special: str) -> None:
    assert _ALPHABET.encode(f"目{character}标")[1] == SPECIALS.index(special)


def test_save_and_load(tmp_path: Path) -> None:
    _ALPHABET.save(tmp_path / "alphabet.txt")
    assert Alphabet.load(tmp_path / "alphabet.txt").characters == _ALPHABET.characters


@pytest.mark.parametrize("content", ["XYZ\n", "FFFFFFFFFF\n", "0041\n0041\n"])
def test_damaged_file_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "alphabet.txt"
    path.write_text(content, encoding="ascii")
    with pytest.raises(ModelError, match="alphabet"):
        Alphabet.load(path)

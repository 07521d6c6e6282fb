"""The alphabet: one code point, one token, for every code point there is.

A character that the network knows has its own token. Another one falls back to its compatibility form (full-width
letters, ligated brackets: Unicode NFKC, UAX #15) where that is a single known character, else to a token for its
general category. So no character is ever dropped, joined or split, and offsets need no mapping.
"""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotations.errors import ModelError

PAD, CLS, SEP, MASK = range(4)
_CATEGORIES = ("Han", "L", "N", "P", "S", "Z", "C", "M")
SPECIALS = ("[PAD]", "[CLS]", "[SEP]", "[MASK]", *(f"[{c}]" for c in _CATEGORIES))
"""Tokens that stand for no character of their own; they come first, in this order."""
_CODE_POINTS = 0x110000


class Alphabet:
    """Maps code points to token ids.

    ``characters[i]`` is the character of token ``len(SPECIALS) + i``.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        if any(len(c) != 1 for c in characters) or len(set(characters)) != len(characters):
            raise ModelError("alphabet: every character must be one code point and stand once")
        self.characters = tuple(characters)
        self._ids = {c: i for i, c in enumerate(characters, len(SPECIALS))}
        # Filled as characters are met; the whole of Unicode would take a second to prepare.
        self._table = np.full(_CODE_POINTS, -1, dtype=np.int32)

    def __len__(self) -> int:
        return len(SPECIALS) + len(self.characters)

    def encode(self, text: str) -> NDArray[np.int32]:
        """Token ids of a text, shape ``(len(text),)``. Any string has some, lone surrogates too."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ids = self._table[codes]
        if (missing := codes[ids < 0]).size:
            for code in np.unique(missing).tolist():
                self._table[code] = self._id(chr(code))
            ids = self._table[codes]
        return ids

    def _id(self, character: str) -> int:
        if (known := self._ids.get(character)) is not None:
            return known
        compatible = unicodedata.normalize("NFKC", character)
        if (known := self._ids.get(compatible)) is not None:
            return known
        category = "Han" if _is_han(character) else unicodedata.category(character)[0]
        return SPECIALS.index(f"[{category}]")

    def save(self, path: Path) -> None:
        """Write the characters as hexadecimal code points, one a line."""
        path.write_text("".join(f"{ord(c):04X}\n" for c in self.characters), encoding="ascii")

    @classmethod
    def load(cls, path: Path) -> "Alphabet":
        """Read what ``save`` wrote; ModelError if it is missing or damaged."""
        try:
            return cls([chr(int(line, 16)) for line in path.read_text(encoding="ascii").split()])
        except (OSError, ValueError, OverflowError) as error:
            raise ModelError(f"{path}: no alphabet can be read from it ({type(error).__name__})") from None


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ")

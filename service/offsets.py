"""Offsets in the units that other programs count in, in time linear in the text."""

from collections.abc import Iterable
from enum import StrEnum

import numpy as np


class Unit(StrEnum):
    """What an offset counts: code points (Python), UTF-16 units (JavaScript, Java) or bytes of UTF-8 (Rust, Go)."""

    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    UTF8 = "utf8"


_LONGER_BEYOND: dict[Unit, tuple[int, ...]] = {
    Unit.CODEPOINT: (),
    Unit.UTF16: (0xFFFF,),
    Unit.UTF8: (0x7F, 0x7FF, 0xFFFF),
}
"""Code points after which a character takes one more of the unit."""


def convert(text: str, offsets: Iterable[int], unit: Unit) -> dict[int, int]:
    """The offset in ``unit`` of each code point offset of ``text``."""
    converted = {}
    previous = length = 0
    for offset in sorted(set(offsets)):
        length += _length(text[previous:offset], unit)
        converted[offset] = length
        previous = offset
    return converted


def code_points(text: str, offsets: Iterable[int], unit: Unit) -> dict[int, int]:
    """The code point offset of each offset in ``unit``; one that lies within a character or beyond the text is left out."""
    wanted = np.fromiter(set(offsets), np.int64)
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    lengths = np.ones(len(codes), np.int64)
    for most in _LONGER_BEYOND[unit]:
        lengths += codes > most
    edges = np.concatenate([[0], np.cumsum(lengths)])
    places = np.searchsorted(edges, wanted)
    inside = (wanted >= 0) & (wanted <= edges[-1])
    return {
        int(offset): int(place)
        for offset, place in zip(wanted[inside], places[inside], strict=True)
        if edges[place] == offset
    }


def _length(text: str, unit: Unit) -> int:
    match unit:
        case Unit.CODEPOINT:
            return len(text)
        case Unit.UTF16:
            return len(text.encode("utf-16-le")) // 2
        case Unit.UTF8:
            return len(text.encode("utf-8"))

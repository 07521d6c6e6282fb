"""Offsets in the units that other programs count in, in time linear in the text."""

from collections.abc import Iterable
from enum import StrEnum


class Unit(StrEnum):
    """What an offset counts: code points (Python), UTF-16 units (JavaScript, Java) or bytes of UTF-8 (Rust, Go)."""

    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    UTF8 = "utf8"


def convert(text: str, offsets: Iterable[int], unit: Unit) -> dict[int, int]:
    """The offset in ``unit`` of each code point offset of ``text``."""
    converted = {}
    previous = length = 0
    for offset in sorted(set(offsets)):
        length += _length(text[previous:offset], unit)
        converted[offset] = length
        previous = offset
    return converted


def _length(text: str, unit: Unit) -> int:
    match unit:
        case Unit.CODEPOINT:
            return len(text)
        case Unit.UTF16:
            return len(text.encode("utf-16-le")) // 2
        case Unit.UTF8:
            return len(text.encode("utf-8"))

"""Characters as PDF has them → as a reader would type them, and where two pieces of text are written apart."""

import re
import unicodedata
from collections.abc import Iterable

_RADICALS = str.maketrans(
    "⺁⺎⺐⺓⺠⺩⻁⻂⻄⻅⻆⻉⻋⻍⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻱",
    "厂兀尢幺民王虎衣西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
"""Radicals of the supplement that PDF writers put for whole characters; Unicode gives them no decomposition."""
_LETTER = "A-Za-zÀ-ɏ"
_APART = re.compile(rf"[{_LETTER}0-9,.;:)%][{_LETTER}]|[{_LETTER}][0-9(]")
_BROKEN_WORD = re.compile(rf"[{_LETTER}]-\Z")


def shown(code: int) -> str:
    """The character of a code point: a blank for white space, nothing for controls, U+FFFD where it is not known."""
    if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000:
        return "\ufffd"
    character = chr(code)
    if character.isspace():
        return " "
    if unicodedata.category(character) in ("Cc", "Cf"):
        return ""
    if 0x2F00 <= code <= 0x2FD5 or 0xFB00 <= code <= 0xFB06 or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", character)
    return character.translate(_RADICALS)


def joined(lines: Iterable[str]) -> str:
    """The lines of a paragraph as one: Chinese goes on directly, Latin words stay apart."""
    pieces: list[str] = []
    for line in lines:
        if pieces and _BROKEN_WORD.search(pieces[-1]) and line[:1].islower():
            pieces[-1] = pieces[-1][:-1]
        elif pieces and _APART.fullmatch(pieces[-1][-1:] + line[:1]):
            pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)

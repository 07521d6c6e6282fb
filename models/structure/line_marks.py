"""The marks of a line: the list number or the word of a note that it opens with, and what parts the cells of a row."""

import re

_NUMERAL = "[一二三四五六七八九十百〇零]+"
LEVELS = (
    re.compile(rf"\s*第{_NUMERAL}[章编篇节]|\s*第{_NUMERAL}部分"),
    re.compile(rf"\s*{_NUMERAL}\s*、"),
    re.compile(rf"\s*[（(]\s*{_NUMERAL}\s*[）)]"),
    re.compile(r"\s*\d{1,2}\s*[.、．](?:(?!\d)|(?=(?:19|20)\d\d年))"),
    re.compile(r"\s*[（(]\s*\d{1,2}\s*[）)]|\s*[①-⑳]"),
)
"""The list numbers, outermost first."""
SECTION_LEVELS = 3
"""So many of them number sections, the others items of lists."""
NOTE = re.compile(r"\s*(?:备\s*注|注|说明|附)\s*\d?[:：.、]")
SEPARATORS = ("|", "｜", "\t")


def list_level(line: str) -> int:
    """How deep the list number lies that a line opens with (第一章 1, 一、 2, （一） 3, 1. 4, （1） 5), 0 without one."""
    return next((level for level, pattern in enumerate(LEVELS, 1) if pattern.match(line)), 0)

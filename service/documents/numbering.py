"""Automatic numbers of Word's paragraphs as text: 一、 （一） 1. and the like (ECMA-376 part 1, 17.9)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from service.documents import chinese
from service.documents.ooxml import Element, attribute, child, descendants, flag, local, number

_DEEPEST = 9
_MOST_STYLES = 50
"""Styles that build on one another, at most: they may do so in a circle."""
_JOINS = tuple("、）)．。：:—-】〕》")
"""After these no blank is needed before the text."""


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    written = ""
    for worth, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        count, value = divmod(value, worth)
        written += sign * count
    return written


def _letter(value: int) -> str:
    """A to Z, then AA to ZZ."""
    repeats, index = divmod(value - 1, 26)
    return chr(ord("A") + index) * (repeats + 1) if 0 < value <= 26 * 20 else str(value)


def _of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if 0 < value <= len(signs) else str(value)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": lambda value: str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "numberInDash": lambda value: f"- {value} -",
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda value: _letter(value).lower(),
    "chineseCounting": chinese.counting,
    "chineseCountingThousand": chinese.counting,
    "japaneseCounting": chinese.counting,
    "taiwaneseCounting": chinese.counting,
    "taiwaneseCountingThousand": chinese.counting,
    "ideographDigital": chinese.digits,
    "japaneseDigitalTenThousand": chinese.digits,
    "taiwaneseDigital": chinese.digits,
    "chineseLegalSimplified": chinese.legal,
    "ideographLegalTraditional": chinese.legal,
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _of("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "decimalEnclosedCircle": _of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedCircleChinese": _of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedParen": _of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalEnclosedFullstop": _of("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
}
_WITHOUT_NUMBER = ("bullet", "none")


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str
    joined: bool
    legal: bool
    restarts: bool
    style: str


@dataclass(frozen=True, slots=True)
class _List:
    """What a numId stands for: levels, where they start anew, and which lists count on together."""

    levels: dict[int, _Level]
    starts: dict[int, int]
    shared: str


class Numbering:
    """Counts through a document: ask for each paragraph once, in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = {attribute(s, "styleId"): s for s in styles if local(s) == "style"} if styles is not None else {}
        self._default = next((i for i, s in self._styles.items() if _is_default(s)), "")
        self._lists = self._read(numbering) if numbering is not None else {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, properties: Element | None) -> str:
        """The number of a paragraph with these properties, with the blank that follows it; "" without one."""
        list_id, depth = self._place(properties)
        found = self._lists.get(list_id)
        if not found or depth not in found.levels:
            return ""
        level = found.levels[depth]
        counts = self._counts.setdefault(found.shared, {})
        if depth in found.starts and (list_id, depth) not in self._begun:
            counts[depth] = found.starts[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else level.start
        self._begun.add((list_id, depth))
        for deeper in [d for d in counts if d > depth and (d not in found.levels or found.levels[d].restarts)]:
            del counts[deeper]
        if level.format in _WITHOUT_NUMBER:
            return ""
        return _written(level, found.levels, counts)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """The numId and the level of a paragraph, its own or its style's."""
        given = child(properties, "numPr")
        own_list, own_level = child(given, "numId"), child(given, "ilvl")
        depth = number(own_level, "val", -1)
        if own_list is not None:
            return attribute(own_list, "val"), max(depth, 0)
        style_id = _value(child(properties, "pStyle")) or self._default
        for _ in range(_MOST_STYLES):
            style = self._styles.get(style_id)
            if style is None:
                break
            inherited = child(style, "pPr", "numPr")
            list_id = _value(child(inherited, "numId"))
            if list_id:
                linked = self._lists[list_id].levels.items() if list_id in self._lists else ()
                by_style = next((d for d, level in linked if level.style == style_id), -1)
                candidates = (depth, by_style, number(child(inherited, "ilvl"), "val", 0))
                return list_id, next(d for d in candidates if d >= 0)
            style_id = _value(child(style, "basedOn"))
        return "", 0

    def _read(self, numbering: Element) -> dict[str, _List]:
        abstract = {attribute(a, "abstractNumId"): a for a in numbering if local(a) == "abstractNum"}
        numbers = {attribute(n, "numId"): n for n in numbering if local(n) == "num"}
        lists = {}
        for list_id, num in numbers.items():
            shared = self._shared(num, abstract, numbers)
            if shared not in abstract or list_id == "0":
                continue
            levels = _levels(abstract[shared])
            starts = {}
            for override in (o for o in num if local(o) == "lvlOverride"):
                depth = number(override, "ilvl", 0)
                levels |= _levels(override)
                start = child(override, "startOverride")
                if start is not None:
                    starts[depth] = number(start, "val", 1)
            lists[list_id] = _List(levels, starts, shared)
        return lists

    def _shared(self, num: Element, abstract: dict[str, Element], numbers: dict[str, Element]) -> str:
        """The abstract numbering of a numId; one that only links to a style stands for that style's."""
        shared = _value(child(num, "abstractNumId"))
        link = _value(child(abstract.get(shared), "numStyleLink"))
        linked = numbers.get(_value(child(self._styles.get(link), "pPr", "numPr", "numId")))
        return _value(child(linked, "abstractNumId")) or shared


def _is_default(style: Element) -> bool:
    return attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on")


def _levels(parent: Element) -> dict[int, _Level]:
    levels = {}
    for element in (e for e in parent if local(e) == "lvl"):
        # Formats that older programs do not know stand in alternatives, the new one first.
        formats = next(descendants(element, "numFmt"), None)
        levels[number(element, "ilvl", 0)] = _Level(
            start=number(child(element, "start"), "val", 1),
            format=_value(formats) or "decimal",
            text=_value(child(element, "lvlText")),
            joined=_value(child(element, "suff")) == "nothing",
            legal=flag(child(element, "isLgl")),
            restarts=number(child(element, "lvlRestart"), "val", 1) != 0,
            style=_value(child(element, "pStyle")),
        )
    return levels


def _written(level: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    def count(match: re.Match[str]) -> str:
        depth = int(match[1]) - 1
        if depth not in levels:
            return ""
        value = counts.setdefault(depth, levels[depth].start)
        return str(value) if level.legal else _FORMATS.get(levels[depth].format, str)(value)

    label = re.sub(rf"%([1-{_DEEPEST}])", count, level.text).strip()
    return label if not label or level.joined or label.endswith(_JOINS) else f"{label} "


def _value(element: Element | None) -> str:
    return "" if element is None else attribute(element, "val")

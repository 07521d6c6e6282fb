"""The automatic numbers of a .doc file: its lists and styles, as the XML that .docx has for them.

Both formats count alike, so what counts for .docx counts here: only how the lists are written down differs
([MS-DOC] 2.4.6.3, 2.9.131 LFO, 2.9.147 LSTF, 2.9.150 LVLF).
"""

import struct
from dataclasses import dataclass

from lxml import etree

from service.documents.doc.binary import Properties, WordFile, modifiers
from service.documents.numbering import Numbering
from service.documents.ooxml import Element

_LEVEL_MODIFIER, _LIST_MODIFIER = 0x260A, 0x460B
_FORMATS = (
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "cardinalText", "ordinalText",
    "hex", "chicago", "ideographDigital", "japaneseCounting", "aiueo", "iroha", "decimalFullWidth",
    "decimalHalfWidth", "japaneseLegal", "japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2",
    "aiueoFullWidth", "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung", "decimalEnclosedFullstop",
    "decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographEnclosedCircle", "ideographTraditional",
    "ideographZodiac", "ideographZodiacTraditional", "taiwaneseCounting", "ideographLegalTraditional",
    "taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting", "chineseLegalSimplified",
    "chineseCountingThousand",
)  # fmt: skip
"""By number ([MS-OSHARED] 2.2.1.3)."""
_NO_NUMBER = 0xFF
_LIST_SIZE, _OVERRIDE_SIZE, _LEVEL_SIZE = 28, 16, 28
_MOST_STYLES = 50


@dataclass(frozen=True, slots=True)
class _Style:
    base: int
    properties: Properties


class Lists:
    """Counts through a document: ask for each paragraph once, in order."""

    def __init__(self, file: WordFile) -> None:
        self._styles = _styles(file.styles)
        self._numbering = Numbering(_numbering(file.lists, file.list_overrides), None)

    def label(self, style: int, properties: Properties) -> str:
        """The number of a paragraph, with the blank that follows it; "" without one."""
        number = self._modifier(style, properties, _LIST_MODIFIER)
        level = self._modifier(style, properties, _LEVEL_MODIFIER)
        if not number or not any(number):
            return ""
        paragraph = etree.Element("pPr")
        given = etree.SubElement(paragraph, "numPr")
        etree.SubElement(given, "numId", val=str(int.from_bytes(number, "little")))
        etree.SubElement(given, "ilvl", val=str(level[0] if level else 0))
        return self._numbering.label(paragraph)

    def _modifier(self, style: int, properties: Properties, code: int) -> bytes:
        """A property, the paragraph's own or that of the nearest style that has it."""
        for _ in range(_MOST_STYLES):
            if code in properties:
                return properties[code]
            if style not in self._styles:
                break
            properties, style = self._styles[style].properties, self._styles[style].base
        return b""


def _styles(table: bytes) -> dict[int, _Style]:
    """The paragraph styles by their number ([MS-DOC] 2.9.271 STSH)."""
    styles: dict[int, _Style] = {}
    if len(table) < 6:
        return styles
    header, count, fixed = struct.unpack_from("<HHH", table)
    at = 2 + header
    for number in range(count):
        if at + 2 > len(table):
            break
        size = struct.unpack_from("<H", table, at)[0]
        style = table[at + 2 : at + 2 + size]
        at += 2 + size
        if fixed >= 6 and len(style) > fixed + 2 and (found := _style(style, fixed)):
            styles[number] = found
    return styles


def _style(style: bytes, fixed: int) -> _Style | None:
    kind_and_base = struct.unpack_from("<H", style, 2)[0]
    if kind_and_base & 0xF != 1:
        return None
    # The name: its length, its characters, a zero.
    at = fixed + 2 + 2 * struct.unpack_from("<H", style, fixed)[0] + 2
    if at + 2 > len(style):
        return None
    size = struct.unpack_from("<H", style, at)[0]
    return _Style(kind_and_base >> 4, modifiers(style[at + 4 : at + 2 + size]))


def _numbering(lists: bytes, overrides: bytes) -> Element:
    root = etree.Element("numbering")
    if len(lists) < 2:
        return root
    count = struct.unpack_from("<H", lists)[0]
    at = 2 + _LIST_SIZE * count
    for i in range(count):
        start = 2 + _LIST_SIZE * i
        if start + _LIST_SIZE > len(lists):
            break
        identity, flags = lists[start : start + 4], lists[start + 26]
        abstract = etree.SubElement(root, "abstractNum", abstractNumId=identity.hex())
        for depth in range(1 if flags & 1 else 9):
            level, at = _level(lists, at, depth)
            if level is not None:
                abstract.append(level)
    root.extend(_numbers(overrides))
    return root


def _numbers(overrides: bytes) -> list[Element]:
    """What paragraphs refer to: a list, and where its levels start anew."""
    if len(overrides) < 4:
        return []
    count = min(struct.unpack_from("<I", overrides)[0], len(overrides) // _OVERRIDE_SIZE)
    at = 4 + _OVERRIDE_SIZE * count
    numbers = []
    for i in range(count):
        start = 4 + _OVERRIDE_SIZE * i
        number = etree.Element("num", numId=str(i + 1))
        etree.SubElement(number, "abstractNumId", val=overrides[start : start + 4].hex())
        at += 4
        for _ in range(overrides[start + 12]):
            if at + 8 > len(overrides):
                break
            first, flags = struct.unpack_from("<II", overrides, at)
            at += 8
            override = etree.SubElement(number, "lvlOverride", ilvl=str(flags & 0xF))
            if flags & 0x10:
                etree.SubElement(override, "startOverride", val=str(first))
            if flags & 0x20:
                level, at = _level(overrides, at, flags & 0xF)
                if level is not None:
                    override.append(level)
        numbers.append(number)
    return numbers


def _level(table: bytes, at: int, depth: int) -> tuple[Element | None, int]:
    """A level of a list, and where the next one begins."""
    text = at + _LEVEL_SIZE + (table[at + 24] + table[at + 25] if at + _LEVEL_SIZE <= len(table) else 0)
    if text + 2 > len(table):
        return None, len(table)
    first, format, flags = struct.unpack_from("<IBB", table, at)
    size = struct.unpack_from("<H", table, text)[0]
    raw = table[text + 2 : text + 2 + 2 * size]
    level = etree.Element("lvl", ilvl=str(depth))
    name = "none" if format == _NO_NUMBER else _FORMATS[format] if format < len(_FORMATS) else "decimal"
    etree.SubElement(level, "start", val=str(first))
    etree.SubElement(level, "numFmt", val=name)
    etree.SubElement(level, "lvlText", val=_label(raw))
    if table[at + 15] == 2:
        etree.SubElement(level, "suff", val="nothing")
    if flags & 0x04:
        etree.SubElement(level, "isLgl")
    if flags & 0x08:
        etree.SubElement(level, "lvlRestart", val="0")
    return level, text + 2 + 2 * size


def _label(raw: bytes) -> str:
    """The pattern of a number: characters 0 to 8 stand for the counts of the levels, and no control is XML."""
    pattern = raw.decode("utf-16-le", "ignore")
    shown = (f"%{ord(c) + 1}" if ord(c) < 9 else c for c in pattern)
    return "".join(c for c in shown if c >= " " and c not in "\ufffe\uffff")

"""Other forms of an annotated document: the same words as another office, or another copy of the page, would have them.

Users paste text out of PDFs, spreadsheets and old systems. Training sees a share of its documents in such a form, so that
what is found does not depend on where a line was broken or how wide a digit is. They paste single sentences, too.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from opencc import OpenCC

from annotations.schema import Document, Label

_ROW = re.compile(r"[|｜\t]")
_WIDE_DIGITS = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_NARROW = str.maketrans("，；：（）！？％", ",;:()!?%")
_BAR = str.maketrans("|｜", "\t\t")
_TAB = str.maketrans("\t", "|")
_LINE_ENDS = "，。；：、！？）》”,.;:!?)%％ 　\t|｜\n"
"""What a broken line never begins with."""
_PARTING = re.compile(r"[ \u3000]*[|｜\t][ \u3000]*")
_PARTINGS = re.compile(rf"(?:{_PARTING.pattern})+")
_RUN = re.compile(r"[0-9０-９.A-Za-z]")
_SENTENCE_END = re.compile(r"[。；\n]+")
_REPORTS = re.compile("截至|累计|以来|同比|已|了")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9%])(?=[\u4e00-\u9fff])")


def vary(document: Document, choose: random.Random) -> Document:
    """The document in one of the forms, its entities where they were; links are dropped."""
    return choose.choice(_FORMS)(document, choose)


def passages(document: Document, choose: random.Random, share: float) -> Iterator[Document]:
    """A share of the document's sentences, one to three at a time, as documents of their own.

    Rows of tables are left out, and what does not say itself whether it plans or reports: what its heading said is lost.
    """
    ends = [match.end() for match in _SENTENCE_END.finditer(document.text)]
    borders = [b for b in (0, *ends, len(document.text)) if not any(e.start < b < e.end for e in document.entities)]
    first = 0
    while first < len(borders) - 1:
        last = min(first + choose.choice((1, 1, 1, 2, 3)), len(borders) - 1)
        start, end = borders[first], borders[last]
        first = last
        entities = [e for e in document.entities if start <= e.start and e.end <= end]
        text = document.text[start:end]
        plans = any(e.label is Label.TARGET for e in entities)
        if choose.random() < share and not _ROW.search(text) and (plans or (entities and _REPORTS.search(text))):
            moved = tuple(replace(e, start=e.start - start, end=e.end - start) for e in entities)
            yield Document(f"{document.name}-{start}", text, moved)


def _wrapped(document: Document, choose: random.Random) -> Document:
    """Lines broken at a width, as text comes out of a PDF; rows of tables are left."""
    return _broken(document, choose.randint(24, 48), lambda line: not _ROW.search(line))


def _narrow_cells(document: Document, choose: random.Random) -> Document:
    """Cells of tables broken over lines, as they come out of a word processor."""
    return _broken(document, choose.randint(6, 14), lambda line: bool(_ROW.search(line)))


def _run_together(document: Document, _: random.Random) -> Document:
    """Rows of tables without what parts their cells, as they are copied out of a PDF; digits and letters do not meet."""

    def between(match: re.Match[str]) -> str:
        before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
        return " " if _RUN.match(before) and _RUN.match(after) else ""

    return _edited(document, {match.span(): between(match) for match in _PARTING.finditer(document.text)})


def _cells_by_line(document: Document, _: random.Random) -> Document:
    """Each cell of a table on a line of its own, as it is copied out of some web pages; what was empty is lost."""

    def between(match: re.Match[str]) -> str:
        beside = {match.string[: match.start()][-1:], match.string[match.end() :][:1]}
        return "" if beside & {"", "\n"} else "\n"

    return _edited(document, {match.span(): between(match) for match in _PARTINGS.finditer(document.text)})


def _spaced(document: Document, choose: random.Random) -> Document:
    """Spaces between Han characters and digits."""
    places = [match.span() for match in _BETWEEN.finditer(document.text)]
    return _edited(document, {place: " " for place in places if choose.random() < 0.9})


def _traditional(document: Document, _: random.Random) -> Document:
    """Traditional characters, where OpenCC's are as many."""
    text = _converter().convert(document.text)
    return replace(document, text=text, links=None) if len(text) == len(document.text) else document


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def _translated(table: dict[int, int]) -> Callable[[Document, random.Random], Document]:
    """Characters for characters."""
    return lambda document, _: replace(document, text=document.text.translate(table), links=None)


_FORMS: tuple[Callable[[Document, random.Random], Document], ...] = (
    _wrapped,
    _narrow_cells,
    _run_together,
    _cells_by_line,
    _spaced,
    _traditional,
    *map(_translated, (_WIDE_DIGITS, _NARROW, _BAR, _TAB)),
)


def _broken(document: Document, width: int, wanted: Callable[[str], bool]) -> Document:
    """With a line break after every ``width`` characters of a wanted line's cells; runs of digits and letters stay whole."""
    breaks: dict[tuple[int, int], str] = {}
    start = 0
    for line in document.text.split("\n"):
        since = start
        for at in range(start, start + len(line)) if wanted(line) else ():
            before, here = document.text[max(0, at - 1)], document.text[at]
            if _ROW.match(here):
                since = at + 1
            elif at - since >= width and here not in _LINE_ENDS and not (_in_run(before) and _in_run(here)):
                breaks[at, at] = "\n"
                since = at
        start += len(line) + 1
    return _edited(document, breaks)


def _in_run(character: str) -> bool:
    return character.isdigit() or character.isascii()


def _edited(document: Document, edits: Mapping[tuple[int, int], str]) -> Document:
    """With texts in place of some stretches ``(start, end)``, in the order of the text; what is put in at a border of a span
    is outside of it."""
    pieces: list[str] = []
    places: list[int] = []
    end, length = 0, 0
    for (start, following), put_in in [*edits.items(), ((len(document.text), len(document.text)), "")]:
        pieces += [document.text[end:start], put_in]
        places += range(length, length + start - end)
        length += start - end + len(put_in)
        places += [length] * (following - start)
        end = following
    entities = tuple(replace(e, start=places[e.start], end=places[e.end - 1] + 1) for e in document.entities)
    return replace(document, text="".join(pieces), entities=entities, links=None)

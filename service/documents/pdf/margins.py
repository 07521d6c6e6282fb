"""Running heads, running feet and page numbers: found by their coming back at the same place, and taken out."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from service.documents.pdf.lines import Line

_DEPTH = 3
"""Lines at the top and bottom of a page that may belong to its margins."""
_MARGIN = 105.0
"""Points, 37 mm: what official documents leave free at the top."""
_NEAR = 2
"""Pages by which two occurrences may lie apart: left and right pages may have heads of their own."""
_SAME_PLACE = 4.0
"""Points."""
_NUMERAL = "[0-9一二三四五六七八九十百〇零]{1,4}"
_DASH = "[-—–－―·•~～_]"
_MARKED_NUMBER = re.compile(
    rf"{_DASH}+\s*\d{{1,4}}\s*{_DASH}+|第\s*{_NUMERAL}\s*页\s*[,，/|]?\s*(?:[(（]?共\s*{_NUMERAL}\s*页[)）]?)?|"
    rf"\d{{1,4}}\s*/\s*\d{{1,4}}|[Pp]age\s*\d{{1,4}}(?:\s*(?:of|/)\s*\d{{1,4}})?"
)
_BARE_NUMBER = re.compile(r"\d{1,4}|[ivxlcIVXLC]{1,6}")
_COUNTER = re.compile(r"^\d{1,4}(?!\d|年|月|日|[.、．])|(?<!\d)(?<![.、第])\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Edges:
    """The lines of a page, from top to bottom, of which the first ``heads`` and the last ``feet`` may be marginal.

    ``height`` is that of the page.
    """

    lines: Sequence[Line]
    heads: int
    feet: int
    height: float


@dataclass(frozen=True, slots=True)
class _Place:
    y: float
    counters: tuple[int, ...]


_Places = dict[tuple[str, int], list[_Place]]
"""By what stays the same from page to page, and by page."""


def without_margins(pages: Sequence[Edges]) -> list[list[Line]]:
    """The lines of each page that are its own.

    A running head that the first page has and that says what the page does not say otherwise stays there, once: it may
    be the title.
    """
    recurring = _recurring(pages)
    kept = []
    for page, edges in enumerate(pages):
        start, end = _body(edges, page, recurring)
        body = list(edges.lines[start:end])
        if page == 0:
            said = "".join(_bare(line.text) for line in body)
            body = [head for line in edges.lines[:start] if (head := _unsaid(line, said))] + body
        kept.append(body)
    return kept


def _body(edges: Edges, page: int, recurring: _Places) -> tuple[int, int]:
    """Between which lines the margins of a page leave its own text."""
    lines = edges.lines
    start, end = 0, len(lines)
    while start < min(edges.heads, _DEPTH) and _marginal(lines[start], page, edges.height, recurring):
        start += 1
    while end > max(start, len(lines) - min(edges.feet, _DEPTH)) and _marginal(
        lines[end - 1], page, edges.height, recurring
    ):
        end -= 1
    # What comes back may be text that is said twice: margins are set apart from it.
    step = _step(lines)
    while 0 < start < end and not (_is_number(lines[start - 1]) or _apart(lines[start - 1], lines[start], step)):
        start -= 1
    while start < end < len(lines) and not (_is_number(lines[end]) or _apart(lines[end - 1], lines[end], step)):
        end += 1
    return start, end


def _step(lines: Sequence[Line]) -> float:
    """Ems from line to line."""
    steps = [(b.y - a.y) / b.size for a, b in pairwise(lines)]
    return median([step for step in steps if 0.9 < step < 4] or [1.5])


def _apart(above: Line, below: Line, step: float) -> bool:
    smaller, larger = sorted((above.size, below.size))
    return larger > 1.06 * smaller or below.y - above.y > 1.25 * step * larger


def _is_number(line: Line) -> bool:
    """Whether a line can be nothing but the number of the page."""
    return all(_MARKED_NUMBER.fullmatch(s.text) for s in line.segments) or bool(_MARKED_NUMBER.fullmatch(line.text))


def _recurring(pages: Sequence[Edges]) -> _Places:
    places: _Places = defaultdict(list)
    for page, edges in enumerate(pages):
        count = len(edges.lines)
        marginal = {*range(min(edges.heads, _DEPTH)), *range(max(0, count - min(edges.feet, _DEPTH)), count)}
        for i in marginal:
            key, counters = _key(edges.lines[i])
            places[key, page].append(_Place(edges.lines[i].y, counters))
    return places


def _key(line: Line) -> tuple[str, tuple[int, ...]]:
    """What stays the same from page to page, and the numbers that may count the pages."""
    text = " ".join(s.text for s in line.segments if not _MARKED_NUMBER.fullmatch(s.text))
    return _COUNTER.sub("#", text), tuple(int(m[0]) for m in _COUNTER.finditer(text))


def _marginal(line: Line, page: int, height: float, recurring: _Places) -> bool:
    if _is_number(line):
        return True
    if _BARE_NUMBER.fullmatch(line.text) and line.text == str(page + 1):
        return True
    if _MARGIN < line.y < height - _MARGIN:
        return False
    key, counters = _key(line)
    return any(
        abs(place.y - line.y) <= _SAME_PLACE
        and all(a - b in (0, page - other) for a, b in zip(counters, place.counters, strict=True))
        for other in range(page - _NEAR, page + _NEAR + 1)
        if other != page
        for place in recurring.get((key, other), ())
    )


def _unsaid(line: Line, said: str) -> Line | None:
    """What a head says beyond the page's number and the page itself."""
    segments = tuple(
        s for s in line.segments if not _MARKED_NUMBER.fullmatch(s.text) and not _BARE_NUMBER.fullmatch(s.text)
    )
    if not segments or _bare("".join(s.text for s in segments)) in said:
        return None
    return Line(segments)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)

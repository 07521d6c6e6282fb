"""Glyphs → lines, and each line → the segments that wide gaps leave."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.documents.pdf.page import Glyph
from service.documents.raised import raised

_SAME_LINE = 0.4
"""Ems by which baselines on a line may differ: superscripts, and fonts that sit differently."""
_WIDE = 1.2
"""Ems. A single full-width blank is one em wide, a gap between columns is more."""
_COLUMN_GAP = 0.3
"""Ems that are enough where other lines show that a column starts: punctuation may hang into the gap."""
_COLUMN_LINES = 3
_SAME_START = 1.5
"""Points."""
_SMALL, _RAISED = 0.8, 0.8
"""Superscripts: their size, and how far above the baseline they stand at most, in ems of the line."""
_HANGING = "，。、；：！？）》〉】」』”’"
_LATIN = re.compile(r"[\x21-\x7e\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line without a wide gap in it. ``size`` is the height of its letters.

    ``spaced``: the file has a blank before it.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    spaced: bool

    @property
    def top(self) -> float:
        return self.y - 0.85 * self.size

    @property
    def bottom(self) -> float:
        return self.y + 0.1 * self.size


@dataclass(frozen=True, slots=True)
class Line:
    """Segments on one baseline, from left to right; at least one."""

    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The segments with blanks between, a spaced-out heading (目　　录) without."""
        texts = [s.text for s in self.segments]
        spaced_out = all(len(t) == 1 and not _LATIN.match(t) for t in texts)
        return ("" if spaced_out else " ").join(texts)

    @property
    def y(self) -> float:
        return self.segments[0].y

    @property
    def x0(self) -> float:
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        return self.segments[-1].x1

    @property
    def in_cell(self) -> str:
        """The text of a line that may be stretched to both sides of a narrow cell: gaps in it are no blanks."""
        parts = [self.segments[0].text]
        for before, after in pairwise(self.segments):
            latin = _LATIN.match(before.text[-1]) and _LATIN.match(after.text)
            parts.append(f" {after.text}" if after.spaced or latin else after.text)
        return "".join(parts)

    @property
    def hangs(self) -> bool:
        """Whether the line may reach over the side of the text, as punctuation is let do."""
        return self.segments[-1].text[-1] in _HANGING

    @property
    def size(self) -> float:
        return max(s.size for s in self.segments)


def lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """From top to bottom. White space makes no line."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.y):
        first = rows[-1][0] if rows else None
        if first and glyph.y - first.y <= _SAME_LINE * max(glyph.size, first.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    for row in rows:
        row.sort(key=lambda g: g.x0)
    rows = _with_superscripts(rows)
    starts = _column_starts(rows)
    return [Line(segments) for row in rows if (segments := tuple(_segments(row, starts)))]


def _with_superscripts(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Rows of small glyphs just above a row, and nowhere but over it, put into it."""
    whole: list[list[Glyph]] = []
    for row in rows:
        above = whole[-1] if whole else []
        size = max(g.size for g in row)
        if (
            above
            and max(g.size for g in above) <= _SMALL * size
            and row[0].y - above[0].y <= _RAISED * size
            and row[0].x0 < above[0].x0
            and above[-1].x0 < row[-1].x1 + size
        ):
            whole[-1] = sorted(above + row, key=lambda g: g.x0)
        else:
            whole.append(row)
    return whole


def _column_starts(rows: Sequence[Sequence[Glyph]]) -> list[float]:
    """Where several lines go on after a wide gap, in order."""
    after_gaps = sorted(
        after.x0
        for row in rows
        for before, after in pairwise([g for g in row if g.text != " "])
        if _gap(before, after) > _WIDE
    )
    return [a for a, b in zip(after_gaps, after_gaps[_COLUMN_LINES - 1 :], strict=False) if b - a <= _SAME_START]


def _starts_column(x: float, starts: Sequence[float]) -> bool:
    i = bisect_left(starts, x - _SAME_START)
    return i < len(starts) and starts[i] <= x + _SAME_START


def _gap(before: Glyph, after: Glyph) -> float:
    """In ems."""
    return (after.x0 - before.x1) / max(before.size, after.size)


def _segments(row: Sequence[Glyph], starts: Sequence[float]) -> Iterable[Segment]:
    piece: list[Glyph] = []
    spaced: set[int] = set()
    blank = False
    for glyph in row:
        if glyph.text == " ":
            blank = True
            continue
        last = piece[-1] if piece else None
        if last and glyph.text == last.text and glyph.x0 - last.x0 < 0.3 * (last.x1 - last.x0):
            # Drawn twice, a little aside, to look bold.
            continue
        if last and (
            _gap(last, glyph) > _WIDE or (_gap(last, glyph) > _COLUMN_GAP and _starts_column(glyph.x0, starts))
        ):
            yield _segment(piece, spaced)
            piece, spaced = [], set()
        if blank:
            spaced.add(len(piece))
        piece.append(glyph)
        blank = False
    if piece:
        yield _segment(piece, spaced)


def _segment(piece: list[Glyph], spaced: set[int]) -> Segment:
    """``spaced`` numbers the glyphs before which the file has a blank."""
    gaps = [_gap(before, after) for before, after in pairwise(piece)]
    middle = len(piece) // 2
    size, y = sorted(g.size for g in piece)[middle], sorted(g.y for g in piece)[middle]
    shown = [raised(g.text) if g.size <= _SMALL * size and g.y < y - 0.15 * size else g.text for g in piece]
    parts = [shown[0]]
    for i, gap in enumerate(gaps, 1):
        latin = bool(_LATIN.match(piece[i - 1].text)) and bool(_LATIN.match(piece[i].text))
        blank = i in spaced
        apart = blank or gap > 0.25 if latin else blank and gap > 0.15
        parts.append(f" {shown[i]}" if apart else shown[i])
    return Segment("".join(parts), piece[0].x0, max(g.x1 for g in piece), y, size, 0 in spaced)

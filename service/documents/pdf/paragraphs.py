"""Lines → paragraphs: which line goes on in the next one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.structure import list_level
from service.documents.pdf.characters import joined
from service.documents.pdf.lines import Line

_ENDS = re.compile(r"[。；;：:！!？?]\Z")
_WORD = re.compile(r"[A-Za-z0-9.,%\u00c0-\u024f]+")
_HELD_BACK = 1.6
"""Ems that a full line may lack: punctuation moves the character before it down to the next line."""
_INDENT, _DEEP = 1.2, 5
"""Ems: the first line of a paragraph is set in by two."""
_PADDING = 1.5
"""Ems that a cell keeps free at its two sides together."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How a text lies: the sides its lines run between, the usual ems from baseline to baseline, its letters' size.

    ``indents``: its paragraphs are set in at their first line.
    """

    left: float
    right: float
    pitch: float
    size: float
    indents: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the measure of the column that it stands in."""

    line: Line
    measure: Measure

    @property
    def indent(self) -> float:
        """Ems that it is set in."""
        return (self.line.x0 - self.measure.left) / self.line.size

    @property
    def room(self) -> float:
        """Ems free at its end."""
        return (self.measure.right - self.line.x1) / self.line.size

    @property
    def set_in(self) -> bool:
        """As the first line of a paragraph is."""
        return _INDENT < self.indent < _DEEP

    @property
    def centred(self) -> bool:
        return min(self.indent, self.room) > _INDENT and abs(self.indent - self.room) < 2


def goes_on(opening: Placed, last: Placed, this: Placed, turned: bool) -> bool:
    """Whether ``this`` line belongs to the paragraph that ``opening`` begins and that goes up to ``last``.

    ``turned``: a page or column ends between the two.
    """
    before, line = last.line, this.line
    if abs(before.size - line.size) > 0.12 * max(before.size, line.size):
        return False
    if not turned and line.y - before.y > 1.35 * max(this.measure.pitch, 1.2) * line.size:
        return False
    if last.centred and this.centred:
        wide = before.x1 - before.x0 >= 0.5 * (last.measure.right - last.measure.left)
        return wide and line.size > 1.1 * this.measure.size and not turned
    if last.room >= _needed(line):
        return False
    numbered = list_level(line.text) > 0
    ended = _ENDS.search(before.text) is not None
    if (numbered and ended) or (not this.measure.indents and (numbered or (turned and ended))):
        return False
    if this.indent <= _INDENT:
        return True
    if last is not opening:
        # Set in as a whole, from the second line on or, after a list number that hangs out, but for the first.
        return abs(this.indent - last.indent) < 0.5 and not numbered
    return list_level(before.text) > 0 and not numbered and not ended and this.indent > last.indent


def _needed(line: Line) -> float:
    """Ems that the line before must have had left if what this one starts with was to fit in."""
    word = _WORD.match(line.text)
    return _HELD_BACK + (0.5 * len(word[0]) if word else 0)


def cell_text(lines: Sequence[Line], width: float) -> str:
    """The lines of a cell, those that its width broke joined again, the others ended by line feeds."""
    paragraphs: list[list[str]] = []
    last: Line | None = None
    for line in lines:
        if (
            last is None
            or _room(last, width) >= _needed(line)
            or (list_level(line.text) > 0 and _ENDS.search(last.text))
        ):
            paragraphs.append([])
        paragraphs[-1].append(line.in_cell)
        last = line
    return "\n".join(map(joined, paragraphs))


def cut_off(lines: Sequence[Line], width: float) -> bool:
    """Whether a cell's text stops in the middle of a sentence: its last line is full and ends none."""
    return bool(lines) and not _ENDS.search(lines[-1].text) and _room(lines[-1], width) < _HELD_BACK


def _room(line: Line, width: float) -> float:
    return (width - (line.x1 - line.x0)) / line.size - _PADDING

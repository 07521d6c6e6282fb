"""Where the entities of a document stand: list item or table row, cell, sentence, clause, bracket.

Linking asks only for these places and never looks at line breaks or list numbers itself. Everything is found in one pass
over the text and one over the entities.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from annotations.schema import Entity, Label
from models.structure import Block, Kind, Structure, list_level
from service.records.traditional import simplified

_SENTENCE_END = re.compile("[。！？!?]")
_SEGMENT_END = re.compile("[；;]")
_CLAUSE_END = re.compile(r"(?<!\d)[,，]|[,，](?!\d)|(?<!\d)[:：]|[:：](?!\d)")
_OPEN_ENDED = re.compile(r"[^。！？!?：:）)]\s*$")
_BRACKET = re.compile("[（(]|[）)]")
_ROW_NUMBER = re.compile(r"\s*\d{1,3}\s*[|｜\t]")
_LONGEST_BRACKET = 400
_LONGEST_SHEET = 40
_LONG_LINE = 20
"""A line shorter than this that ends without punctuation is a title or a table cell, not the start of a broken line."""
_FULL = 0.9
"""So is one that is narrower than this share of the line below it: there was room for more."""


@dataclass(frozen=True, slots=True)
class Item:
    """What belongs together: a table row, or a line of text with the broken lines that go on from it.

    ``level`` is the depth of its list number (0 without one); ``columns`` the (start, column) of its cells in reading
    order, empty without separators; ``flat`` a row whose separators were lost; ``header`` the index of the item that
    heads its table and ``names`` its columns' names; ``path`` the headings above.
    """

    start: int
    end: int
    kind: Kind
    level: int = 0
    columns: tuple[tuple[int, int], ...] = ()
    flat: bool = False
    header: int | None = None
    names: tuple[str, ...] = ()
    path: tuple[str, ...] = ()

    def column(self, offset: int) -> int | None:
        """The column of the cell at an offset."""
        index = bisect_right(self.columns, offset, key=lambda cell: cell[0]) - 1
        return self.columns[index][1] if index >= 0 else None


@dataclass(frozen=True, slots=True)
class Spot:
    """An entity and its place. Sentences, segments (between semicolons) and clauses are numbered through the text;
    ``inside`` is the id of the TARGET that holds it, ``bracket`` the innermost pair of round brackets around it."""

    entity: Entity
    item: int
    column: int | None
    sentence: int
    segment: int
    clause: int
    bracket: tuple[int, int] | None
    inside: str | None

    @property
    def start(self) -> int:
        return self.entity.start

    @property
    def end(self) -> int:
        return self.entity.end

    @property
    def id(self) -> str:
        return self.entity.id

    @property
    def label(self) -> Label:
        return self.entity.label


@dataclass(frozen=True)
class Layout:
    """The items of a text and the places of its entities, both in reading order.

    ``text`` is what the rules look at: the text as ``written``, in simplified letters.
    """

    written: str
    text: str
    items: tuple[Item, ...]
    spots: tuple[Spot, ...]
    sentences: list[int] = field(repr=False)

    @cached_property
    def by_item(self) -> dict[int, list[Spot]]:
        """The entities of each item that has any."""
        grouped: dict[int, list[Spot]] = defaultdict(list)
        for spot in self.spots:
            grouped[spot.item].append(spot)
        return grouped

    def sheet(self, item: int) -> range:
        """The rows around a row that form a sheet about one thing: key | value lines from one row number to the next."""
        first, last = item, item + 1
        while not self._numbered(first) and item - first < _LONGEST_SHEET and self._in_sheet(first - 1):
            first -= 1
        while last - item < _LONGEST_SHEET and self._in_sheet(last) and not self._numbered(last):
            last += 1
        return range(first, last)

    def _in_sheet(self, item: int) -> bool:
        return 0 <= item < len(self.items) and bool(self.items[item].columns) and not self.items[item].names

    def _numbered(self, item: int) -> bool:
        return _ROW_NUMBER.match(self.text, self.items[item].start) is not None

    def sentence_end(self, sentence: int) -> int:
        """Where a sentence ends."""
        return self.sentences[sentence + 1] if sentence + 1 < len(self.sentences) else len(self.text)


def read(structure: Structure, entities: Sequence[Entity]) -> Layout:
    """Find the place of every entity. Entities that are no stretch of the text are left out."""
    text = simplified(structure.text)
    items = _items(structure, text)
    sentences = _starts(_SENTENCE_END, text, [0, *_hard_starts(text, items)])
    segments = _starts(_SEGMENT_END, text, sentences)
    clauses = _starts(_CLAUSE_END, text, segments)
    kept = sorted(
        (e for e in entities if 0 <= e.start < e.end <= len(text)), key=lambda e: (e.start, -e.end, _ORDER[e.label])
    )
    brackets = _innermost_brackets(text, items, kept)
    item_starts = [item.start for item in items]
    spots: list[Spot] = []
    target: Entity | None = None
    for entity in kept:
        item = max(0, bisect_right(item_starts, entity.start) - 1)
        holds = target is not None and entity.end <= target.end and entity.label is not Label.TARGET
        spots.append(
            Spot(
                entity,
                item,
                items[item].column(entity.start),
                bisect_right(sentences, entity.start) - 1,
                bisect_right(segments, entity.start) - 1,
                bisect_right(clauses, entity.start) - 1,
                brackets[len(spots)],
                target.id if holds and target else None,
            )
        )
        if entity.label is Label.TARGET:
            target = entity
    return Layout(structure.text, text, tuple(items), tuple(spots), sentences)


_ORDER = {label: index for index, label in enumerate(Label)}


def _starts(ends: re.Pattern[str], text: str, starts: Iterable[int]) -> list[int]:
    return sorted({*starts, *(m.end() for m in ends.finditer(text))})


def _hard_starts(text: str, items: list[Item]) -> Iterable[int]:
    """Where an item, another cell, or a numbered line inside an item starts."""
    for item in items:
        yield item.start
        previous = None
        for start, column in item.columns:
            if column != previous:
                yield start
            previous = column
        for line in re.finditer(r"[\r\n]+", text[item.start : item.end]):
            start = item.start + line.end()
            if list_level(text[start : start + 12]):
                yield start


def _items(structure: Structure, text: str) -> list[Item]:
    items: list[Item] = []
    group: list[Block] = []
    header: int | None = None

    def close() -> None:
        if group:
            lost = header is not None and not items[header].columns
            items.append(_item(text, group, header, lost))
            group.clear()

    for block in structure.blocks:
        if group and not _goes_on(text, group, block):
            close()
            if items[-1].kind is Kind.HEADER and (len(items) < 2 or items[-2].kind is not Kind.HEADER):
                header = len(items) - 1
        group.append(block)
    close()
    # A text of nothing but white space has no blocks, yet may hold spans.
    return items or [Item(0, len(text), Kind.TEXT)]


def _goes_on(text: str, group: list[Block], block: Block) -> bool:
    """Whether a line belongs to the item of the lines before it."""
    last = group[-1]
    if last.kind is Kind.ROW and last.row is None and not last.cells:
        return False
    if last.row is not None or block.row is not None:
        return last.row == block.row
    if last.kind in (Kind.HEADING, Kind.HEADER) or block.kind in (Kind.HEADING, Kind.HEADER):
        return False
    before = text[last.start : last.end].rstrip()
    broken = _OPEN_ENDED.search(before) is not None and (
        before[-1:] in "；;，,、" or _is_full(before, text[block.start : block.end])
    )
    return broken and last.path == block.path and not list_level(text[block.start : block.end])


def _is_full(line: str, below: str) -> bool:
    """Whether a line may have been broken because there was room for no more."""
    return len(line.strip()) >= _LONG_LINE and _width(line) >= _FULL * _width(below)


def _width(line: str) -> int:
    """How much room a line takes, in half-width letters."""
    return sum(1 if letter.isascii() else 2 for letter in line.rstrip())


def _item(text: str, group: list[Block], header: int | None, lost: bool) -> Item:
    first = group[0]
    columns = tuple((cell.start, cell.column) for block in group for cell in block.cells)
    return Item(
        first.start,
        group[-1].end,
        first.kind,
        list_level(text[first.start : first.end]),
        columns,
        flat=not columns and (first.row is not None or (first.kind is Kind.ROW and lost)),
        header=header if first.header else None,
        names=tuple(map(simplified, first.header)),
        path=first.path,
    )


def _innermost_brackets(text: str, items: list[Item], entities: list[Entity]) -> list[tuple[int, int] | None]:
    pairs = sorted(_bracket_pairs(text, items))
    found: list[tuple[int, int] | None] = []
    around: list[tuple[int, int]] = []
    index = 0
    for entity in entities:
        while index < len(pairs) and pairs[index][0] < entity.start:
            around.append(pairs[index])
            index += 1
        while around and around[-1][1] <= entity.start:
            around.pop()
        found.append(next((pair for pair in reversed(around[-4:]) if entity.end < pair[1]), None))
    return found


def _bracket_pairs(text: str, items: list[Item]) -> Iterable[tuple[int, int]]:
    """(start, end) of each pair of round brackets that opens and closes in one item."""
    for item in items:
        opened: list[int] = []
        for m in _BRACKET.finditer(text, item.start, item.end):
            if m[0] in "（(":
                opened.append(m.start())
            elif opened:
                start = opened.pop()
                if m.end() - start <= _LONGEST_BRACKET:
                    yield start, m.end()

"""The structure of a document, read from its plain text alone: headings, table rows, cells.

Officials number their headings (一、 （一） 1. (1)), and tables arrive pasted: cells between ``|`` or tabs, a cell
broken over several lines, each cell on a line of its own (cell_lines), or run together with only the header line
left to tell. What stands above a line, and in which column, decides whether it plans or reports, so every block carries it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.structure import cell_lines, column_names
from models.structure.column_kinds import is_bare_amount
from models.structure.line_marks import LEVELS, NOTE, SECTION_LEVELS, SEPARATORS

_HEADING_LENGTH = 40
"""A heading sentence longer than this is body text."""
_TITLE_LINES = 15
_UNNUMBERED_LEVEL = 0
_SECTION = re.compile(
    r".*(?:总结|计划|思路|打算|安排|目标|任务|要求|措施|情况|问题|成效|进展|方案|意见|要点|清单|回顾|展望|建议|重点|工作)"
    r"(?:[（(][^）)]*[）)])?[:：]?$"
)
_TITLE = re.compile(
    r".*(?:方案|计划|规划|纲要|总结|报告|意见|通知|通报|要点|纪要|责任书|公报|清单|函|办法|规定|决定|细则|台账|安排|"
    r"简报|情况|答复|表|目标|任务|工程|实事|讲话|说明|汇报|分析|公告|条例|书|工作)(?:[（(][^）)]*[）)])*$"
)
_HEAD = re.compile("[^。；;：:]{1,20}")
_RULE = re.compile(":?-+:?")
"""A cell of the line that Markdown draws below the head of a table."""
_ROWS_APART = 8
"""A line without separators belongs to a table only if one with separators follows within so many lines."""
_FEWEST_HEADS = 3
_FEWEST_NUMBERS = 2
_FLAT_ROW = re.compile(r"\s*(\d{1,3})(?![\d.．、,，%‰)）年月日—-])")
_SENTENCE_END = re.compile("[。；;！？!?]")
_CLAUSE_END = re.compile("[，,、：:|]")


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    TEXT = "text"
    HEADER = "header"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece ``[start, end)`` of the table cell in ``column`` (from 0); a cell broken over lines has several."""

    start: int
    end: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """One line ``[start, end)`` of the text, without its line break, and where it stands.

    ``path`` holds the headings above it, outermost first; ``header`` the column headers of its table; ``row`` the
    number of its table row, which the lines of one row share; ``cells`` are empty where no separator was left, and
    only the numbers that the rows start with tell them apart, or where two columns could hold the line.
    """

    start: int
    end: int
    kind: Kind
    path: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    row: int | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """The blocks of a text in reading order; together they cover all that is not white space."""

    text: str
    title: str
    blocks: tuple[Block, ...]


def read(text: str) -> Structure:
    """Read the structure of any text, in time linear in its length."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", text) if not m[0].isspace()]
    title = _title(text, lines)
    reader = _Reader(text, lines, title)
    for index in range(len(lines)):
        reader.line(index)
    return Structure(text, title, tuple(reader.blocks))


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Offsets in ``(start, end)`` at which a new sentence begins."""
    return [m.end() for m in _SENTENCE_END.finditer(text, start, end) if m.end() < end]


def clause_starts(text: str, start: int, end: int) -> list[int]:
    """Offsets in ``(start, end)`` at which a new clause or cell begins."""
    return [m.end() for m in _CLAUSE_END.finditer(text, start, end) if m.end() < end]


def _title(text: str, lines: list[tuple[int, int]]) -> str:
    first = [text[s:e].strip() for s, e in lines[:_TITLE_LINES]]
    candidates = [line for line in first if 5 <= len(line) <= 60 and _TITLE.match(line)]
    return max(candidates, key=len) if candidates else ""


class _Reader:
    """Walks over the lines once, holding the open headings and the open table."""

    def __init__(self, text: str, lines: list[tuple[int, int]], title: str) -> None:
        self.text = text
        self.title = title
        self.lines = lines
        self.blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._separator: str | None = None
        self._header: tuple[str, ...] = ()
        self._columns = 0
        self._row = -1
        self._column = 0
        self._flat_number: int | None = None
        self._flat_row: int | None = None
        self._next_separator = self._distances_to_separator()
        self._cell_places = _cell_places([text[start:end].strip() for start, end in lines])

    def line(self, index: int) -> None:
        start, end = self.lines[index]
        if place := self._cell_places.get(index):
            self._cell_line(start, end, place)
            return
        if index - 1 in self._cell_places:
            self._header = ()
        content = self.text[start:end]
        separator = _separator(content)
        if separator or self._row_goes_on(index):
            self._table_line(index, separator or self._separator or "|")
            return
        if self._ends_row(index):
            self._append_row(start, end, [(start, end)], self._column, Kind.ROW)
            return
        self._separator = None
        if header := _flat_header(content):
            self._header = header
            self._flat_number = self._flat_row = None
            self._append(start, end, Kind.HEADER)
            return
        level, heading = _heading(content)
        if heading and heading != self.title:
            # A list inside a row of a table without separators does not end the row.
            self._flat_row = self._flat_row if level > SECTION_LEVELS else None
            while self._headings and self._headings[-1][0] >= level:
                self._headings.pop()
            if level <= 1:
                self._header = ()
            whole = len(content.strip()) - len(heading) <= 1
            block_path = tuple(h for _, h in self._headings)
            self._headings.append((level, heading))
            kind = Kind.HEADING if whole else Kind.TEXT
            path = block_path if whole else (*block_path, heading)
            self.blocks.append(Block(start, end, kind, path, self._header, self._flat_row))
            return
        self._number_flat_row(content)
        self._append(start, end, Kind.ROW if self._header else Kind.TEXT, self._flat_row)

    def _cell_line(self, start: int, end: int, place: "_CellPlace") -> None:
        """A line of a table that has a cell a line."""
        self._separator, self._flat_number, self._flat_row = None, None, None
        self._header = place.header
        self._row += place.opens_row
        cells = () if place.column is None else (Cell(start, end, place.column),)
        path = tuple(h for _, h in self._headings)
        self.blocks.append(Block(start, end, place.kind, path, self._header, self._row, cells))

    def _append(self, start: int, end: int, kind: Kind, row: int | None = None) -> None:
        self.blocks.append(Block(start, end, kind, tuple(h for _, h in self._headings), self._header, row))

    def _number_flat_row(self, content: str) -> None:
        """Open a new row where a line of a table without separators starts with the number that comes next."""
        number = _FLAT_ROW.match(content)
        if not self._header or NOTE.match(content):
            self._flat_row = None
        elif number and self._flat_number in (None, int(number[1]) - 1):
            self._flat_number = int(number[1])
            self._row += 1
            self._flat_row = self._row

    def _distances_to_separator(self) -> list[int]:
        """For each line, how many lines further the next one with a separator stands."""
        distance, distances = len(self.lines), []
        for start, end in reversed(self.lines):
            distance = 0 if _separator(self.text[start:end]) else distance + 1
            distances.append(distance)
        return distances[::-1]

    def _row_goes_on(self, index: int) -> bool:
        """Whether a line without separators belongs to the row above: that row lacks columns, and more follow."""
        return (
            self._separator is not None
            and self._columns > 0
            and self._column < self._columns - 1
            and self._next_separator[index] <= _ROWS_APART
        )

    def _ends_row(self, index: int) -> bool:
        """Whether a short line right below a row is the end of its last cell (县民政局⏎县财政局), and more rows follow."""
        start, end = self.lines[index]
        content = self.text[start:end].strip()
        return (
            self._separator is not None
            and bool(self._header)
            and self._column == self._columns - 1
            and _HEAD.fullmatch(content) is not None
            and not _heading(content)[1]
            and not _TITLE.match(content)
            and len(self.text[self.lines[index - 1][1] : start].splitlines()) == 1
            and self._next_separator[index] <= _ROWS_APART
        )

    def _table_line(self, index: int, separator: str) -> None:
        start, end = self.lines[index]
        cells = _split(self.text, start, end, separator)
        texts = _texts(self.text, cells)
        if column_names.are_names(texts) or (
            self._opens_table(separator) and self._heads_numbers(index, texts, separator)
        ):
            header = tuple(texts[:-1] if texts[-1] == "" else texts)
            second = bool(self.blocks) and self.blocks[-1].kind is Kind.HEADER and self._separator == separator
            if not (second and len(texts) < self._columns):
                # Where the header closes with a separator, a row goes on until it closes, too.
                self._separator, self._header, self._columns = separator, header, len(texts)
            self._column = self._columns
            self._flat_number = self._flat_row = None
            self._row += 1
            self._append_row(start, end, cells, 0, Kind.HEADER)
            return
        if self._separator != separator:
            self._separator, self._header, self._columns, self._column = separator, (), 0, 0
            self._row += 1
            first = 0
        elif 0 < self._column < self._columns - 1 and self._fits(len(texts)) and not _starts_row(texts, self._column):
            first = self._column
        else:
            self._row += 1
            first = 0
        self._append_row(start, end, cells, first, Kind.ROW)
        self._column = first + len(cells) - 1

    def _opens_table(self, separator: str) -> bool:
        """Whether nothing of the table stands above but lines of one cell: its title."""
        return self._separator != separator or (not self._header and len(self.blocks[-1].cells) < 2)

    def _heads_numbers(self, index: int, texts: list[str], separator: str) -> bool:
        """Whether a line holds words where the next one holds numbers (镇街 | 改厕（户） | 危房改造（户）), or Markdown's rule."""
        if index + 1 >= len(self.lines):
            return False
        below = _texts(self.text, _split(self.text, *self.lines[index + 1], separator))
        filled = [t for t in texts if t]
        if len(below) != len(texts) or len(filled) < _FEWEST_HEADS or "" in texts[1:-1]:
            return False
        if all(_RULE.fullmatch(t) for t in below if t):
            return any(below)
        if not all(_HEAD.fullmatch(t) and not is_bare_amount(column_names.YEAR.sub("", t)) for t in filled):
            return False
        numbers = sum(map(is_bare_amount, below))
        return numbers >= max(_FEWEST_NUMBERS, len(filled) / 3)

    def _fits(self, cells: int) -> bool:
        return self._column + cells <= self._columns

    def _append_row(self, start: int, end: int, cells: list[tuple[int, int]], first: int, kind: Kind) -> None:
        pieces = tuple(Cell(s, e, first + i) for i, (s, e) in enumerate(cells) if self.text[s:e].strip())
        path = tuple(h for _, h in self._headings)
        self.blocks.append(Block(start, end, kind, path, self._header, self._row, pieces))


@dataclass(frozen=True, slots=True)
class _CellPlace:
    """Where a line stands in a table that has a cell a line."""

    kind: Kind
    header: tuple[str, ...]
    column: int | None
    opens_row: bool


def _cell_places(lines: list[str]) -> dict[int, _CellPlace]:
    places: dict[int, _CellPlace] = {}
    for table in cell_lines.find(lines):
        for head in table.heads:
            for column in range(len(table.names)):
                places[head + column] = _CellPlace(Kind.HEADER, table.names, column, column == 0)
        for row in table.rows:
            for index, place in enumerate(row.columns, row.first):
                places[index] = _CellPlace(Kind.ROW, table.names, place, index == row.first)
    return places


def _separator(line: str) -> str | None:
    return next((s for s in SEPARATORS if s in line.strip(" ")), None)


def _split(text: str, start: int, end: int, separator: str) -> list[tuple[int, int]]:
    cells, at = [], start
    while (cut := text.find(separator, at, end)) >= 0:
        cells.append((at, cut))
        at = cut + 1
    return [*cells, (at, end)]


def _texts(text: str, cells: list[tuple[int, int]]) -> list[str]:
    return [text[start:end].strip() for start, end in cells]


def _starts_row(texts: list[str], column: int) -> bool:
    """Whether the cells open a new row although the last one lacks columns: they start with a row number."""
    return column > 0 and len(texts) > 1 and re.fullmatch(r"\d{1,3}[.、]?", texts[0]) is not None


def _flat_header(line: str) -> tuple[str, ...]:
    """The column names of a header line whose separators were lost, else nothing."""
    stripped = line.strip()
    if not 6 <= len(stripped) <= 80 or re.search(r"[。；;：:，,]", stripped):
        return ()
    words = [m[0] for m in column_names.WORD.finditer(stripped) if m[0]]
    letters = len(re.sub(r"[\s（）()/、\d]", "", stripped))
    share = 0.4 if stripped.startswith(("序号", "编号")) else 0.7
    return tuple(words) if len(words) >= 3 and sum(map(len, words)) >= share * letters else ()


def _heading(line: str) -> tuple[int, str]:
    """(level, heading sentence) of a line that is or opens with a heading, else (0, "")."""
    for level, pattern in enumerate(LEVELS, 1):
        if pattern.match(line):
            sentence = re.split("[。：:]", line.strip(), maxsplit=1)[0]
            return (level, sentence) if len(sentence) <= _HEADING_LENGTH else (0, "")
    stripped = line.strip()
    if 2 <= len(stripped) <= 25 and not re.search(r"[，。；;,]", stripped) and _SECTION.match(stripped):
        return _UNNUMBERED_LEVEL, stripped
    return 0, ""

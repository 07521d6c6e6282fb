"""Web pages: their article as text."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.documents import charsets, chinese, tables
from service.documents.article import Article, find
from service.documents.charsets import Decoded
from service.documents.errors import OverLimit
from service.documents.model import Format, Limits, Reading
from service.documents.raised import raised

_HEAD = 4096
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "big5": "big5hkscs", "ascii": "utf-8"}
"""What pages say and what they mean."""
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "br",
}  # fmt: skip
_ROW_GROUPS = {"thead", "tbody", "tfoot"}
_WIDE = "[⺀-鿿豈-﫿︰-﹏＀-￯]"
_SOURCE_BREAK = re.compile(rf"(?<={_WIDE})[ \t]*[\r\n]\s*(?={_WIDE})")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_LONG_CELL = 200
_MOST_SPAN = 65_534
"""What HTML allows as rowspan; its colspan ends at 1000."""


def read(content: bytes, limits: Limits) -> Reading:
    """The article of a page; of a page without menus all that it shows."""
    decoded = _decode(content)
    page = LexborHTMLParser(decoded.text)
    if page.body is None:
        return Reading("", Format.HTML, decoded.charset, warnings=decoded.warnings)
    article = find(page.root or page.body, page.body)
    lines = _Renderer(article, limits).lines(article.root)
    if article.title and not any(article.title in line for line in lines[:10]):
        lines.insert(0, article.title)
    text = "".join(f"{line}\n" for line in lines)
    return Reading(text, Format.HTML, decoded.charset, warnings=decoded.warnings)


def _decode(content: bytes) -> Decoded:
    declared = _declared(content)
    if charsets.mark(content) or not declared:
        return charsets.decode(content)
    try:
        # Pages that were moved to UTF-8 often still name their old charset.
        return Decoded(content.decode(), "utf-8")
    except UnicodeDecodeError:
        text = content.decode(declared, errors="replace")
    damaged = text.count("�")
    if damaged > len(text) / 100:
        return charsets.decode(content)
    return Decoded(text, declared, damaged)


def _declared(content: bytes) -> str | None:
    match = _DECLARED.search(content[:_HEAD])
    name = match[1].decode().lower() if match else ""
    try:
        found = codecs.lookup(name)
        b"text".decode(found.name, errors="replace")
    except LookupError:  # unknown, or none for text
        return None
    return _SUPERSETS.get(found.name, found.name)


@dataclass(slots=True)
class _Lines:
    """Lines in the making: text is added piece by piece, breaks end lines; some are left out."""

    leave_out: Callable[[str], bool]
    raised: int = 0
    """How many open elements raise their text."""
    done: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _label: str = ""

    def add(self, text: str) -> None:
        self._pieces.append(raised(text) if self.raised else text)

    def label(self, label: str) -> None:
        """Put a list number before the line that comes next."""
        self._label = label

    def end(self, verbatim: bool = False) -> None:
        text, self._pieces = "".join(self._pieces), []
        parts = text.splitlines() if verbatim else [_SPACE.sub(" ", _SOURCE_BREAK.sub("", text))]
        for line in filter(None, (part.strip() for part in parts)):
            numbered = self._label and not line.startswith(self._label.strip())
            whole = self._label + line if numbered else line
            if not self.leave_out(whole):
                self.done.append(whole)
            self._label = ""


class _Renderer:
    """Walks with a loop and not by recursion: pages with unclosed tags nest thousands deep. Only tables recurse."""

    def __init__(self, article: Article, limits: Limits) -> None:
        self._article = article
        self._limits = limits
        self._depth = 0
        self._cells = 0
        self._counts: dict[int, int] = {}

    def lines(self, root: LexborNode, inside: bool = False) -> list[str]:
        """The lines within an element; ``inside`` a cell, those of tables have no separators."""
        # A cell of a table may well hold just 大 or 打印.
        lines = _Lines(leave_out=(lambda _: False) if inside else self._article.is_furniture)
        node: LexborNode | None = root
        entering = True
        while node is not None:
            descend = entering and self._enter(node, lines, inside)
            if descend and node.child is not None:
                node = node.child
                continue
            if not entering or descend:
                _leave(node, lines)
            if node.mem_id == root.mem_id:
                break
            following = node.next
            node, entering = (following, True) if following is not None else (node.parent, False)
        lines.end()
        return lines.done

    def _enter(self, node: LexborNode, lines: _Lines, inside: bool) -> bool:
        """Begin with a node; whether what is within it is still to be walked through."""
        tag = node.tag or ""
        if tag == "-text":
            lines.add(node.text_content or "")
            return False
        if tag.startswith("-") or self._article.leaves_out(node):
            return False
        if tag in _BLOCKS:
            lines.end()
        if tag == "table":
            written = self._table(node, inside)
            lines.done += [] if len(written) == 1 and lines.leave_out(written[0]) else written
            return False
        if tag == "li":
            lines.label(self._number(node))
        lines.raised += tag == "sup"
        return True

    def _number(self, item: LexborNode) -> str:
        """The number that a list shows before an item."""
        owner = item.parent
        if owner is None or owner.tag != "ol":
            return ""
        attributes = owner.attributes
        count = _whole(item.attributes.get("value"), 0)
        if not count:
            count = self._counts.get(owner.mem_id, _whole(attributes.get("start"), 1) - 1) + 1
        self._counts[owner.mem_id] = count
        style = f"{attributes.get('style') or ''} {item.attributes.get('style') or ''}".lower()
        if re.search(r"list-style(?:-type)?\s*:[^;]*\bnone\b", style):
            return ""
        if re.search(r"cjk-ideographic|(?:simp|trad)-chinese|cjk-decimal", style):
            return f"{chinese.counting(count)}、"
        letters = {"a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}.get(
            attributes.get("type") or ""
        )
        return f"{letters[(count - 1) % 26]}. " if letters else f"{count}. "

    def _table(self, table: LexborNode, inside: bool) -> list[str]:
        self._depth += 1
        if self._depth > self._limits.nesting:
            raise OverLimit(self._limits.nesting, "elements within elements")
        captions = [line for child in _children(table, {"caption"}) for line in self.lines(child, inside)]
        rows = [(row, head) for row, head in _rows(table) if not self._article.leaves_out(row)]
        elements = [[c for c in _children(row, {"td", "th"}) if not self._article.leaves_out(c)] for row, _ in rows]
        if _is_layout(elements):
            lines = [line for row in elements for cell in row for line in self.lines(cell, inside)]
        else:
            cells = self._placed(elements, [head for _, head in rows])
            lines = (tables.nested if inside else tables.lines)(cells, self._limits)
        self._depth -= 1
        return captions + lines

    def _placed(self, elements: list[list[LexborNode]], heads: list[bool]) -> list[tables.Cell]:
        """The cells with their places: those from above that reach into a row push its own to the right."""
        cells: list[tables.Cell] = []
        reaching: dict[int, int] = {}
        for index, (row, head) in enumerate(zip(elements, heads, strict=True)):
            column = 0
            for element in row:
                while reaching.get(column, 0) > index:
                    column += 1
                attributes = element.attributes
                columns = min(max(_whole(attributes.get("colspan"), 1), 1), 1000)
                # A rowspan of 0 reaches to the end of the table.
                rows = min(_whole(attributes.get("rowspan"), 1) or _MOST_SPAN, _MOST_SPAN)
                self._cells += columns
                if self._cells > self._limits.cells:
                    raise OverLimit(self._limits.cells, "table cells")
                text = "\n".join(self.lines(element, inside=True))
                cells.append(tables.Cell(index, column, text, rows, columns, head or element.tag == "th"))
                for covered in range(column, column + columns):
                    reaching[covered] = index + rows
                column += columns
        return cells


def _leave(node: LexborNode, lines: _Lines) -> None:
    if node.tag in _BLOCKS:
        lines.end(verbatim=node.tag == "pre")
    lines.raised -= node.tag == "sup"


def _children(node: LexborNode, tags: set[str]) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        if child.tag in tags:
            yield child
        child = child.next


def _rows(table: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """The rows of a table and whether the page calls them its head; the parser puts each into a group."""
    for group in _children(table, _ROW_GROUPS):
        for row in _children(group, {"tr"}):
            yield row, group.tag == "thead"


def _is_layout(rows: list[list[LexborNode]]) -> bool:
    """Whether a table only places blocks on the page: one column, tables within it, or one row with long texts."""
    if all(len(row) <= 1 for row in rows):
        return True
    cells = [cell for row in rows for cell in row]
    if any(len(inner.css("tr")) > 1 and inner.css_first("td + td") for cell in cells for inner in cell.css("table")):
        return True
    return len(rows) == 1 and any(len(cell.text()) > _LONG_CELL for cell in cells)


def _whole(value: str | None, default: int) -> int:
    match = re.match(r"\s*(\d{1,6})", value or "", re.ASCII)
    return int(match[1]) if match else default

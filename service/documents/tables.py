"""Tables as text: one line a row, its cells between `` | ``, every row and column complete in itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.documents.errors import OverLimit
from service.documents.model import Limits


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell whose top left corner is at ``row`` and ``column`` (from 0) and which covers ``rows`` and ``columns``.

    Lines of ``text`` are ended by line feeds. ``header``: the file says that it is the head of a column.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


def lines(cells: Iterable[Cell], limits: Limits) -> list[str]:
    """The lines of a table."""
    raise NotImplementedError

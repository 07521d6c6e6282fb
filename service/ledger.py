"""Answers as a ledger to read: one row a record, columns in Chinese."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from annotations.schema import Label

COLUMNS = (*(label.chinese for label in Label), "计划/实际")
_VALUES = {"target": "计划", "actual": "实际", None: ""}


def rows(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    """The cells of each record of an answer, in the order of COLUMNS."""
    texts: dict[str | None, str] = {e["id"]: e["text"] for e in answer["entities"]} | {None: ""}
    return [
        (
            *(texts[record[role]] for role in ("target", "metric", "number", "unit")),
            *("、".join(texts[i] for i in record[role]) for role in ("deadlines", "departments")),
            _VALUES[record["value"]],
        )
        for record in answer["records"]
    ]


def tables(answers: Iterable[dict[str, Any]], width: int) -> Iterator[str]:
    """Each answer as a table of at most ``width`` terminal columns, under its id."""
    console = Console(width=width, color_system=None)
    for answer in answers:
        columns = [Column(name, overflow="fold") for name in COLUMNS]
        table = Table(*columns, title=Text(answer["id"]), title_justify="left", box=box.SQUARE, show_lines=True)
        for row in rows(answer):
            table.add_row(*(Text(cell) for cell in row))
        with console.capture() as capture:
            console.print(table)
        yield capture.get()

"""Options that several commands have."""

import datetime
from typing import Annotated

import typer

from service.schemas import parse_date


def _date(value: str) -> datetime.date:
    try:
        return parse_date(value)
    except ValueError as error:
        raise typer.BadParameter(f"must be a date as YYYY-MM-DD: {error}") from None


Date = Annotated[
    datetime.date | None,
    typer.Option(parser=_date, metavar="YYYY-MM-DD", help="Date of the documents, which 年底前 counts from."),
]

"""Errors on the command line: one line and an exit code, never a traceback."""

import contextlib
from collections.abc import Iterator

import typer
from rich.console import Console

from annotations.errors import MubiaoError

console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
"""Standard error."""


def show(error: MubiaoError) -> None:
    """Say what is wrong."""
    console.print(f"error: {error}")


@contextlib.contextmanager
def shown() -> Iterator[None]:
    """End with one line and exit code 1 on an error that mubiao raises on purpose."""
    try:
        yield
    except MubiaoError as error:
        show(error)
        raise typer.Exit(1) from None

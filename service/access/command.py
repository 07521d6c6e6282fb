"""``mubiao keys``: the file of API keys."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from service import command_errors
from service.access import keys

app = typer.Typer(name="keys", help="API keys, in a file that a running service reads anew when it changes.")
File = Annotated[
    Path, typer.Option("--file", envvar="MUBIAO_ACCESS_KEYS", help="File of keys (default: MUBIAO_ACCESS_KEYS).")
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whom it is for.")],
    file: File,
    rate: Annotated[int | None, typer.Option(min=1, help="Requests a minute (default: MUBIAO_ACCESS_RATE).")] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Requests at once (default: MUBIAO_ACCESS_CONCURRENCY).")
    ] = None,
) -> None:
    """Make a key and print it: it is shown this once."""
    with command_errors.shown():
        shown, kept = keys.create(name, rate, concurrency)
        keys.add(file, kept)
    typer.echo(shown)


@app.command("list")
def show(file: File) -> None:
    """List the keys."""
    table = Table(
        Column("id", no_wrap=True),  # what revoke wants, to be copied
        *(Column(head, overflow="fold") for head in ("name", "created", "requests a minute", "at once")),
    )
    with command_errors.shown():
        existing = keys.read(file)
    for key in existing:
        limits = ("" if limit is None else str(limit) for limit in (key.rate, key.concurrency))
        table.add_row(key.id, key.name, key.created.isoformat(), *limits)
    Console(markup=False).print(table)


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(help="Id, as listed: the part of the key after mubiao_.")], file: File
) -> None:
    """Take a key back; a running service refuses it from then on."""
    with command_errors.shown():
        keys.remove(file, id)

"""The command line: ``mubiao serve``, ``mubiao extract``, and the commands of other modules."""

import contextlib
import errno
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, TextIO

import orjson
import typer
from rich.progress import Progress

from annotations.formats import registry
from models.tagger import Tagger
from service import bulk, command_errors, convert, files, server
from service.access import command as access_command
from service.annotate.command import annotate
from service.bulk import Extraction, Text
from service.errors import SettingsError, UnreadableFile, UnwritableFile
from service.ledger import text as ledger_text
from service.options import Date
from service.settings import load as load_settings

_WIDTH_OF_FILES = 160
"""Columns of a table that does not go to a terminal."""

app = typer.Typer(
    name="mubiao",
    help="Finds targets, metrics, numbers, units, deadlines and departments in Chinese administrative text.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(access_command.app)
app.command()(convert.convert)
app.command()(annotate)
for _command in entry_points(group="mubiao.commands"):
    app.command(_command.name)(_command.load())


class Format(StrEnum):
    """How answers are written: an array, one object a line, or a ledger to read or to open in a spreadsheet."""

    JSON = "json"
    JSONL = "jsonl"
    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: MUBIAO_HOST or 127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on (default: MUBIAO_PORT or 8000).")
    ] = None,
) -> None:
    """Serve the HTTP API; docs/configuration.md lists the settings."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    with command_errors.shown():
        settings = load_settings()
        server.serve(replace(settings, http=settings.http.model_copy(update=given)))


@app.command()
def mcp() -> None:
    """Serve the tool for agents on standard input and output (Model Context Protocol); needs mubiao[mcp]."""
    with command_errors.shown():
        try:
            from service import mcp_server  # only who wants it needs its library
        except ImportError:
            raise SettingsError("mubiao mcp needs mubiao[mcp], which is not installed") from None
        mcp_server.serve_stdio(load_settings())


@app.command()
def extract(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help=f"Files ({' '.join(files.SUFFIXES)}), folders of them, or - for stdin."),
    ],
    format: Annotated[Format, typer.Option(help="How to write the answers.")] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="File to write to, in its place when all is written (default: standard output).")
    ] = None,
    date: Date = None,
    text: Annotated[bool, typer.Option("--text", help="Put the text that offsets refer to into JSON answers.")] = False,
) -> None:
    """Extract from files, whose format is told by their content. One that cannot be read does not stop the others."""
    if format is Format.XLSX and output is None and sys.stdout.isatty():
        raise typer.BadParameter("a workbook is not for a terminal", param_hint="--output")
    failed = False

    def report(error: UnreadableFile) -> None:
        nonlocal failed
        failed = True
        command_errors.show(error)

    with command_errors.shown():
        settings = load_settings()
        tagger = Tagger.load(settings.model.folder, settings.model.threads)
    found: list[Path] = []
    for path in paths:
        try:
            # What an earlier run wrote into a folder is no document of it.
            found += (file for file in files.find(path) if file == path or not _is_same(file, output))
        except UnreadableFile as error:
            report(error)

    bounds = settings.file.bounds(characters=sys.maxsize)

    def read(path: Path) -> Text | UnreadableFile:
        try:
            file = files.read(path, bounds)
        except UnreadableFile as error:
            return error
        return bulk.of_file(file.name, file.reading, date, text)

    with command_errors.shown(), _written(output), _destination(output) as out:
        # On a terminal the answers themselves show how far it is.
        quiet = len(found) < 2 or out.isatty()
        with Progress(
            console=command_errors.console, disable=quiet, redirect_stdout=False, redirect_stderr=False
        ) as progress:

            def extractions() -> Iterator[Extraction]:
                results = bulk.extract(tagger, map(read, found))
                for result in progress.track(results, total=len(found), description="documents"):
                    if isinstance(result, UnreadableFile):
                        report(result)
                    else:
                        for warning in result.answer["document"]["warnings"]:
                            command_errors.console.print(f"warning: {result.answer['id']}: {warning}")
                        yield result

            if format is Format.XLSX:
                from service.ledger import workbook  # only who writes one needs its library

                workbook.write(extractions(), out.buffer)
            else:
                for piece in _writers(out)[format](extractions()):
                    out.write(piece)
    if failed:
        raise typer.Exit(1)


def _is_same(file: Path, output: Path | None) -> bool:
    return output is not None and output.exists() and file.samefile(output)


@contextlib.contextmanager
def _destination(output: Path | None) -> Iterator[TextIO]:
    """What to write to. A file that is there keeps what it holds until all is written."""
    if output is None:
        yield sys.stdout
        sys.stdout.flush()
    elif output.exists() and not output.is_file():  # a pipe, say
        with _opened(output) as out:
            yield out
    else:
        if not output.parent.is_dir():
            raise typer.BadParameter(f"{output}: there is no such folder", param_hint="--output")
        with registry.replacing(output.resolve()) as temporary, _opened(temporary) as out:
            yield out


def _opened(output: Path) -> TextIO:
    try:
        return output.open("w", encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from None


@contextlib.contextmanager
def _written(output: Path | None) -> Iterator[None]:
    """Raises UnwritableFile where the answers cannot be written, for lack of room say."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:  # nobody reads on, which is no error
            raise
        raise UnwritableFile(f"{output or 'standard output'}: {error.strerror}") from None


def _writers(out: TextIO) -> dict[Format, Callable[[Iterable[Extraction]], Iterator[str]]]:
    width = shutil.get_terminal_size().columns if out.isatty() else _WIDTH_OF_FILES
    return {
        Format.JSON: _json,
        Format.JSONL: _jsonl,
        Format.TABLE: lambda extractions: ledger_text.tables(extractions, width),
        Format.CSV: ledger_text.csv_lines,
    }


def _json(extractions: Iterable[Extraction]) -> Iterator[str]:
    before = "["
    for extraction in extractions:
        yield before + orjson.dumps(extraction.answer, option=orjson.OPT_INDENT_2).decode()
        before = ",\n"
    yield "[]\n" if before == "[" else "]\n"


def _jsonl(extractions: Iterable[Extraction]) -> Iterator[str]:
    for extraction in extractions:
        yield orjson.dumps(extraction.answer, option=orjson.OPT_APPEND_NEWLINE).decode()


if __name__ == "__main__":
    app()

"""``mubiao annotate``."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from annotations.errors import AnnotationError
from annotations.formats import registry
from models.tagger import identity
from service import command_errors
from service.annotate import formats, inputs, local
from service.annotate.meter import Meter
from service.annotate.model import Document, Result, Setup
from service.annotate.store import Store, listed
from service.errors import RunError
from service.options import Date
from service.settings import load as load_settings

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


class Engine(StrEnum):
    """Where documents are annotated: in processes of this machine, or on a Ray cluster."""

    LOCAL = "local"
    RAY = "ray"


def annotate(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Files, folders, globs, .jsonl (an id and a text a line), .parquet."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="File to write.")],
    format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help=f"Format of OUT, told by its name: {', '.join(formats.NAMES)}.")
    ] = None,
    date: Date = None,
    text: Annotated[bool, typer.Option("--text", help="Put the text that offsets refer to into the answers.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that annotate (default: 1; on Ray, one a CPU).")
    ] = None,
    engine: Annotated[Engine, typer.Option(help="Annotate on this machine, or on a Ray cluster.")] = Engine.LOCAL,
    uncertain: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Write only the N passages most worth correcting.")
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew: forget an unfinished run, replace OUT if it is a file.")
    ] = False,
) -> None:
    """Annotate an archive of any size. After an interruption the same command goes on where it stopped."""
    name = format or formats.by_suffix(output)
    if name not in formats.NAMES:
        what = "there is no such format" if name else f"{output.name} does not tell the format"
        raise typer.BadParameter(f"{what}; must be one of {', '.join(formats.NAMES)}", param_hint="--format")
    if uncertain is not None and name not in registry.WRITABLE:
        allowed = ", ".join(registry.WRITABLE)
        raise typer.BadParameter(f"is for a format of documents: {allowed}", param_hint="--uncertain")
    with command_errors.shown():
        settings = load_settings()
        bounds = settings.file.bounds(characters=sys.maxsize)
        with_text = text or formats.needs_text(name)
        folder = settings.model.folder and settings.model.folder.resolve()
        setup = Setup(folder, identity(folder), settings.model.threads, bounds, date, with_text)
        with contextlib.closing(_store(name, output, restart)) as store:
            _begin(store, paths, output, setup, restart)
            read = partial(_documents, store.folder, store.progress.documents, bounds.limits.bytes)
            _fill(store, _results(engine, read, setup, workers))
            _write(name, store, output, uncertain)
            store.remove()
    if store.progress.failed:
        where = "" if formats.holds_errors(name) else f"; see {formats.errors_file(output)}"
        command_errors.console.print(
            f"error: {store.progress.failed} of {store.progress.documents} documents failed{where}"
        )
        raise typer.Exit(1)


def _store(name: str, output: Path, restart: bool) -> Store:
    if output.is_dir() and (not formats.is_folder(name) or any(output.iterdir())):
        raise RunError(f"{output}: is a folder, which is not replaced; OUT must be another name")
    folder = output.with_name(f"{output.name}.partial")
    if output.exists() and not folder.exists() and not restart:
        raise RunError(f"{output}: is there already; --restart replaces it")
    return Store(folder)


def _begin(store: Store, paths: list[str], output: Path, setup: Setup, restart: bool) -> None:
    """Begin a run, or go on with it if it was begun with the same options."""
    asked = {
        "INPUT": paths,
        "working directory": os.getcwd(),
        "--date": setup.date and setup.date.isoformat(),
        "--text": setup.with_text,
        "model": setup.model,
    }
    before = store.asked
    if before is None or restart:
        but_for = (output, formats.errors_file(output), store.folder)
        store.begin(asked, inputs.find(paths, but_for, setup.bounds.limits.bytes))
    elif before != asked:
        other = ", ".join(name for name in asked if asked[name] != before.get(name))
        raise RunError(f"{store.folder}: the run was begun with another {other}; --restart begins it again")
    store.resume()


def _write(name: str, store: Store, output: Path, uncertain: int | None) -> None:
    try:
        formats.write(name, store.results, output, store.progress.failed > 0, uncertain)
    except AnnotationError as error:  # what a document holds may not go into every format
        raise RunError(
            f"{error}. The results are kept: the same command with --format gold writes them, for mubiao convert"
        ) from None


def _documents(folder: Path, skip: int, most_bytes: int) -> Iterator[Document]:
    return inputs.read(listed(folder), skip, most_bytes)


def _results(
    engine: Engine, read: Callable[[], Iterator[Document]], setup: Setup, workers: int | None
) -> Iterator[list[Result]]:
    if engine is Engine.LOCAL:
        return local.run(read(), setup, workers or 1)
    try:
        from service.annotate import on_ray  # half a gigabyte, for clusters
    except ImportError as error:
        raise RunError(f"--engine ray needs {error.name}: pip install 'mubiao[ray]'") from None
    return on_ray.run(read, setup, workers)


def _fill(store: Store, results: Iterator[list[Result]]) -> None:
    """Save the results as they come."""
    total = store.total
    try:
        with Meter(command_errors.console, total, store.progress.documents) as meter:
            for some in results if store.progress.documents < total else ():
                store.append(some)
                meter.show(store.progress.documents, store.progress.failed)
    except KeyboardInterrupt:
        command_errors.console.print(
            f"stopped after {store.progress.documents} of {total}; the same command goes on from there"
        )
        raise typer.Exit(INTERRUPTED) from None
    if store.progress.documents != total:
        raise RunError(
            f"{store.folder}: {store.progress.documents} results for {total} documents; --restart begins again"
        )

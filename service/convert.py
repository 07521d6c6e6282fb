"""``mubiao convert``: annotated documents from one format into another."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from annotations import sampling
from annotations.errors import AnnotationError, MubiaoError
from annotations.formats import registry
from annotations.formats.assembly import ensure_sound
from annotations.formats.registry import Part
from annotations.schema import Document
from models import structure
from models.tagger import Annotation
from service import answers
from service.bulk import Extraction

WORDS = "docbin-words"
"""A DocBin with the words of our segmenter, which annotations knows nothing of."""
LEDGERS = ("csv", "xlsx")
_WRITABLE = (*registry.WRITABLE, WORDS, *LEDGERS)


def convert(
    paths: Annotated[list[Path], typer.Argument(metavar="IN...", help="Files or folders of annotated documents.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="File or folder to write.")],
    source: Annotated[
        str | None, typer.Option("--from", metavar="FORMAT", help="Format of IN; told by .ann .bio .conll .spacy.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", help="Format of OUT; told by .bio .conll .spacy .csv .xlsx."),
    ] = None,
    leave_out: Annotated[
        list[Part] | None, typer.Option(help="What to do without: links, or edges (white space around the text).")
    ] = None,
    annotator: Annotated[
        str | None, typer.Option(help="Whose annotations to take from Label Studio: an id or an e-mail address.")
    ] = None,
    uncertain: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Write only the N passages most worth correcting, by the confidences."),
    ] = None,
) -> None:
    """Convert annotated documents between formats; see docs/annotation.md for what each of them holds."""
    read_as = _name(source, paths[0], registry.READABLE, "--from")
    write_as = _name(to, output, _WRITABLE, "--to")
    options: dict[str, Any] = {}
    if annotator is not None:
        if read_as != "labelstudio":
            raise typer.BadParameter("is for --from labelstudio only", param_hint="--annotator")
        options["annotator"] = annotator
    try:
        documents: Iterable[Document] = registry.read(read_as, paths, **options)
        if uncertain is not None:
            documents = sampling.select(documents, uncertain)
        count = _write(write_as, documents, output, leave_out or [])
    except MubiaoError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{count} documents written to {output}", err=True)


def _name(given: str | None, path: Path, allowed: tuple[str, ...], option: str) -> str:
    name = given or registry.by_suffix(path) or path.suffix.lower().removeprefix(".")
    if name not in allowed:
        what = f"{given} is none" if given else f"{path.name} does not tell the format"
        raise typer.BadParameter(f"{what}; must be one of {', '.join(allowed)}", param_hint=option)
    return name


def _write(name: str, documents: Iterable[Document], output: Path, leave_out: list[Part]) -> int:
    if name == WORDS:
        return registry.write("docbin", documents, output, leave_out, tokenize=_words())
    if name in LEDGERS:
        return _write_ledger(name, documents, output)
    return registry.write(name, documents, output, leave_out)


def _words() -> Any:
    try:
        from annotations.formats import docbin
        from service.spacy_component import SEGMENTER
    except ImportError as error:
        raise AnnotationError(f"{WORDS} needs {error.name}, which is not installed") from None
    return docbin.words(SEGMENTER)


def _write_ledger(name: str, documents: Iterable[Document], output: Path) -> int:
    """Write the rows that the service makes of the entities; it does not go by a document's own links."""
    # The library of workbooks takes its time to load.
    from service.ledger import text, workbook

    count = 0

    def extractions() -> Iterator[Extraction]:
        nonlocal count
        for document in documents:
            ensure_sound(document)
            annotation = Annotation(structure.read(document.text), document.entities)
            yield Extraction(annotation.structure, answers.content(annotation, document.name))
            count += 1

    with registry.replacing(output) as temporary:
        if name == "xlsx":
            with temporary.open("wb") as file:
                workbook.write(extractions(), file)
        else:
            with temporary.open("w", encoding="utf-8") as lines:
                lines.writelines(text.csv_lines(extractions()))
    return count

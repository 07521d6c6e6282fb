"""The results of a run, written in the format that was asked for."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from annotations import sampling
from annotations.formats import answers as answer_documents
from annotations.formats import registry
from annotations.schema import Document
from models import structure
from service.annotate.inputs import tables
from service.bulk import Extraction

Answers = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: ``write`` makes a file of the results.

    ``needs_text`` says that answers must have their text; ``holds_errors`` that errors stand among the answers.
    """

    write: Callable[[Path, Path], None]
    needs_text: bool = True
    holds_errors: bool = False


def write(name: str, results: Path, output: Path, failed: bool, uncertain: int | None = None) -> None:
    """Write the results, a line each, to ``output``, which takes the place of what was there once it is whole.

    If some ``failed``, a format without a place for errors gets a file of them beside it. ``uncertain`` is how many passages
    to write, those most worth correcting, in a format of the registry. Raises MubiaoError.
    """
    errors_file(output).unlink(missing_ok=True)
    if failed and not holds_errors(name):
        with registry.replacing(errors_file(output)) as file, file.open("wb") as lines:
            lines.writelines(orjson.dumps(error, option=orjson.OPT_APPEND_NEWLINE) for error in _errors(results))
    if format := _OWN.get(name):
        with registry.replacing(output) as file:
            format.write(results, file)
    else:
        documents: Iterable[Document] = _documents(results)
        if uncertain is not None:
            documents = sampling.select(documents, uncertain)
        # Links are what the records say; formats that hold none are for annotators of spans.
        leave_out = () if registry.FORMATS[name].links else (registry.Part.LINKS,)
        registry.write(name, documents, output, leave_out)


def errors_file(output: Path) -> Path:
    """Where the errors of a run are, for formats without a place for them."""
    return output.with_name(f"{output.name}.errors.jsonl")


def by_suffix(path: Path) -> str | None:
    """The name of the format that files of this name have."""
    name = path.suffix.lower().removeprefix(".")
    return name if name in _OWN else registry.by_suffix(path)


def needs_text(name: str) -> bool:
    """Whether answers must have their text to be written in this format."""
    return name not in _OWN or _OWN[name].needs_text


def is_folder(name: str) -> bool:
    """Whether this format is written as a folder."""
    return name not in _OWN and registry.FORMATS[name].folder


def holds_errors(name: str) -> bool:
    """Whether errors stand among the answers in this format."""
    return name in _OWN and _OWN[name].holds_errors


def _jsonl(results: Path, file: Path) -> None:
    try:
        file.hardlink_to(results)
    except OSError:  # not every file system has links
        shutil.copyfile(results, file)


def _parquet(results: Path, file: Path) -> None:
    with results.open("rb") as lines:
        tables().write(lines, file)


def _csv(results: Path, file: Path) -> None:
    from service.ledger import text  # only who writes a ledger needs its libraries

    with file.open("w", encoding="utf-8", newline="") as lines:
        lines.writelines(text.csv_lines(_extractions(results)))


def _xlsx(results: Path, file: Path) -> None:
    from service.ledger import workbook

    with file.open("wb") as book:
        workbook.write(_extractions(results), book)


_OWN = {
    "jsonl": Format(_jsonl, needs_text=False, holds_errors=True),
    "parquet": Format(_parquet, needs_text=False, holds_errors=True),
    "csv": Format(_csv),
    "xlsx": Format(_xlsx),
}
NAMES = (*_OWN, *registry.WRITABLE)


def _documents(results: Path) -> Iterator[Document]:
    return (answer_documents.document(answer, answer["document"]["text"]) for answer in _answers(results))


def _extractions(results: Path) -> Iterator[Extraction]:
    return (Extraction(structure.read(answer["document"]["text"]), answer) for answer in _answers(results))


def _answers(results: Path) -> Answers:
    return (line for line in _lines(results) if "error" not in line)


def _errors(results: Path) -> Answers:
    return (line for line in _lines(results) if "error" in line)


def _lines(results: Path) -> Answers:
    with results.open("rb") as file:
        for line in file:
            yield orjson.loads(line)

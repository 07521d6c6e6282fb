"""``python -m annotations check PATH…``, ``agreement A B`` and ``labelstudio-config``."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations import corpus
from annotations.agreement import Agreement, Pair, agreement
from annotations.check import check, place
from annotations.errors import AnnotationError
from annotations.formats import labelstudio_config, registry
from annotations.schema import Document, Label


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0 all is well, 1 problems were found, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m annotations", description="Work with annotated documents.")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="find overlaps, crossings, bad edges and links")
    checking.add_argument("paths", nargs="+", type=Path, help="gold JSON, marked text, or folders of them")
    agreeing = commands.add_parser("agreement", help="compare what two people annotated")
    agreeing.add_argument("paths", nargs=2, type=Path, metavar=("A", "B"), help="files or folders; may be the same")
    agreeing.add_argument(
        "--from", dest="format", choices=registry.READABLE, help="their format (default: gold or marked text)"
    )
    agreeing.add_argument(
        "--annotators", nargs=2, metavar=("A", "B"), help="ids or e-mail addresses of whom to compare, in Label Studio"
    )
    agreeing.add_argument("--html", type=Path, metavar="FILE", help="a page to adjudicate from (needs spaCy)")
    commands.add_parser("labelstudio-config", help="print the labelling configuration for Label Studio")
    options = parser.parse_args(arguments)
    if options.command == "labelstudio-config":
        print(labelstudio_config.generate(), end="")
        return 0
    try:
        return _check(options.paths) if options.command == "check" else _agreement(options)
    except AnnotationError as error:
        print(error, file=sys.stderr)
        return 2


def _check(paths: list[Path]) -> int:
    failed, documents, characters, labels = 0, 0, 0, Counter[Label]()
    for path in corpus.files(paths):
        try:
            read = corpus.read(path)
        except AnnotationError as error:
            print(error, file=sys.stderr)
            failed += 1
            continue
        for document in read:
            for problem in check(document):
                print(problem, file=sys.stderr)
                failed += 1
            labels.update(e.label for e in document.entities)
        documents, characters = documents + len(read), characters + sum(len(d.text) for d in read)
    counts = ", ".join(f"{label} {labels[label]}" for label in Label)
    print(f"{documents} documents, {characters} characters, {counts}; {failed} problems")
    return 1 if failed else 0


def _agreement(options: argparse.Namespace) -> int:
    if options.annotators and options.format != "labelstudio":
        raise AnnotationError("--annotators is for --from labelstudio only")
    sides = [
        _read(path, options.format, {"annotator": person} if person else {})
        for path, person in zip(options.paths, options.annotators or (None, None), strict=True)
    ]
    result = agreement(*sides)
    print(result.table())
    print("\n".join(_lines(result)))
    if options.html:
        try:
            from annotations import agreement_page
        except ImportError as error:
            raise AnnotationError(f"--html needs {error.name}, which is not installed") from None
        with registry.replacing(options.html) as file:
            file.write_text(agreement_page.render(result), encoding="utf-8")
    return 0


def _read(path: Path, format: str | None, options: dict[str, Any]) -> list[Document]:
    return list(registry.read(format, [path], **options)) if format else corpus.load([path])


def _lines(result: Agreement) -> Iterator[str]:
    count = sum(len(pair.disagreements) for pair in result.pairs)
    yield f"\n{len(result.pairs)} documents, {count} disagreements"
    for pair in result.pairs:
        yield from _listed(pair)
    if result.alone:
        yield f"of A or B alone: {', '.join(result.alone)}"


def _listed(pair: Pair) -> Iterator[str]:
    for d in pair.disagreements:
        line, column = place(pair.a.text, d.start)
        what = f"{d.kind} ({d.role})" if d.role else d.kind.value
        ids = " / ".join(e.id if e else "-" for e in (d.a, d.b))
        labels = "/".join(dict.fromkeys(e.label.value for e in (d.a, d.b) if e))
        yield f"{pair.a.name}:{line}:{column}: {labels} {ids}: {what}"


if __name__ == "__main__":
    sys.exit(main())

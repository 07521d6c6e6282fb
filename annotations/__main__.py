"""``python -m annotations check PATH…`` and ``python -m annotations convert PATH… --to {gold,markup} --output FOLDER``."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from annotations import corpus, gold, markup
from annotations.check import check
from annotations.errors import AnnotationError
from annotations.schema import Label


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0 all is well, 1 problems were found, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m annotations", description="Work with annotated documents.")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="find overlaps, crossings, bad edges and links")
    checking.add_argument("paths", nargs="+", type=Path, help="gold JSON, marked text, or folders of them")
    converting = commands.add_parser("convert", help="between gold JSON and marked text")
    converting.add_argument("paths", nargs="+", type=Path)
    converting.add_argument("--to", choices=["gold", "markup"], required=True)
    converting.add_argument("--output", type=Path, required=True, help="folder to write to")
    options = parser.parse_args(arguments)
    return _check(options.paths) if options.command == "check" else _convert(options)


def _check(paths: list[Path]) -> int:
    failed, documents, characters, labels = 0, 0, 0, Counter[Label]()
    try:
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
    except AnnotationError as error:
        print(error, file=sys.stderr)
        return 2
    counts = ", ".join(f"{label} {labels[label]}" for label in Label)
    print(f"{documents} documents, {characters} characters, {counts}; {failed} problems")
    return 1 if failed else 0


def _convert(options: argparse.Namespace) -> int:
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        for document in corpus.load(options.paths):
            if options.to == "gold":
                gold.write(document, options.output / f"{document.name}.json")
            else:
                marked = markup.format(document)
                (options.output / f"{document.name}.txt").write_bytes(marked.encode("utf-8"))
    except AnnotationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

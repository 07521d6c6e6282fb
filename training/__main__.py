"""``python -m training run`` makes a model, ``… export`` writes one's served graph anew, ``… evaluate`` scores one on
annotated documents, ``… segmenter`` makes a word segmenter for spaCy."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from annotations import corpus
from annotations.errors import MubiaoError
from annotations.schema import Document
from annotations.scoring import Report
from models.tagger import SHIPPED
from training import base, config, export
from training.run import evaluate_exported, run

_ROOT = Path(__file__).parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training", description="Make and score models.")
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="train, export and describe a model")
    running.add_argument("--config", type=Path, default=_ROOT / "training" / "config.toml")
    running.add_argument("--output", type=Path, required=True, help="folder for the model")
    running.add_argument("--work", type=Path, required=True, help="folder for checkpoints; a run found there goes on")
    running.add_argument("--version", required=True, help="the new model's version")
    exporting = commands.add_parser("export", help="write the served graph of a saved model anew")
    exporting.add_argument("--model", type=Path, default=SHIPPED)
    scoring = commands.add_parser("evaluate", help="score a model on annotated documents")
    scoring.add_argument("paths", nargs="+", type=Path, help="gold JSON, marked text, or folders of them")
    scoring.add_argument("--model", type=Path, default=SHIPPED)
    scoring.add_argument("--errors", type=int, default=0, help="list this many errors of each label")
    segmenting = commands.add_parser("segmenter", help="train a pkuseg word segmenter")
    segmenting.add_argument("paths", nargs="+", type=Path, help="gold JSON, marked text, or folders of them")
    segmenting.add_argument("--output", type=Path, required=True, help="folder for the segmenter")
    segmenting.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args(arguments)
    try:
        if options.command == "run":
            report = run(config.load(options.config), _ROOT, options.work, options.output, options.version)
            print(report.table())
        elif options.command == "export":
            export.write_int8(options.model)
        elif options.command == "segmenter":
            _train_segmenter(corpus.load(options.paths), options.output, options.epochs)
        else:
            documents = corpus.load(options.paths)
            report = evaluate_exported(options.model, documents)
            print(report.table())
            _print_errors(report, documents, options.errors)
    except MubiaoError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _train_segmenter(documents: Sequence[Document], output: Path, epochs: int) -> None:
    # spaCy is an extra of its own.
    from training import segmenter

    lexicon = base.cut_to_characters(base.read(base.shipped_path()))[0].lexicon
    f1 = segmenter.train(documents, lexicon, output, epochs)
    print(f"F1 of the words on the documents held out: {f1:.3f}")


def _print_errors(report: Report, documents: Sequence[Document], most: int) -> None:
    """The first errors of each label in their surroundings; whoever evaluates owns the documents."""
    texts = {document.name: document.text for document in documents}
    for name, count in report.documents.items():
        print(f"{name}: {count.f1:.3f}")
    shown: dict[str, int] = {}
    for error in report.errors:
        shown[error.label] = shown.get(error.label, 0) + 1
        if shown[error.label] <= most:
            text = texts[error.document]
            before, span, after = (
                text[max(0, error.start - 10) : error.start],
                text[error.start : error.end],
                text[error.end : error.end + 10],
            )
            print(f"{error.label} {error.kind} {error.document}: {before!r} [{span!r}] {after!r}")


if __name__ == "__main__":
    sys.exit(main())

"""``mubiao train``: the training command of the command line, there where the package is installed with torch."""

from pathlib import Path
from typing import Annotated

import typer

from annotations import corpus
from annotations.errors import MubiaoError
from models.tagger import SHIPPED

_SHIPPED = "shipped"


def train(
    data: Annotated[
        list[Path], typer.Option(help="Annotated documents: gold JSON (.json, .jsonl), marked text, or folders.")
    ],
    output: Annotated[Path, typer.Option(help="Folder for the new model.")],
    init: Annotated[str, typer.Option(help="The model to go on from: shipped, or a folder.")] = _SHIPPED,
    version: Annotated[str, typer.Option(help="Version of the new model.")] = "custom",
    epochs: Annotated[int, typer.Option(min=1, help="How often all documents are read.")] = 4,
    held_out: Annotated[float, typer.Option(min=0.05, max=0.5, help="Share of the documents kept for scoring.")] = 0.2,
) -> None:
    """Train a model further on your own annotated documents, and compare it with what it was before."""
    try:
        # torch is no part of the service's installation.
        from dataclasses import replace

        from training import finetune
    except ImportError as error:
        typer.echo(f"error: training needs {error.name}, which is not installed (docs/training.md)", err=True)
        raise typer.Exit(1) from None
    try:
        result = finetune.finetune(
            corpus.load(data),
            SHIPPED if init == _SHIPPED else Path(init),
            output,
            version,
            replace(finetune.CONFIG, epochs=epochs),
            held_out,
        )
    except MubiaoError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{result.trained} documents trained on, {result.held_out} held out and scored:\n{result.table()}")

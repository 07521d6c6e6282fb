"""Requests with the answers that the shipped model gives to them, for the OpenAPI document and docs/api.md.

One JSON file an example; ``python -m service.examples`` writes the answers anew.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILES = FOLDER / "files"
"""The examples of ``POST /extract/file``, with the file's content as text."""

BATCH = FOLDER / "batch"
"""Those of ``POST /extract/batch``."""


@dataclass(frozen=True, slots=True)
class Example:
    """A request and its answer."""

    summary: str
    request: Any
    answer: Any


def load(folder: Path = FOLDER) -> dict[str, Example]:
    """The examples in a folder by name."""
    return {f.stem: Example(**json.loads(f.read_text(encoding="utf-8"))) for f in sorted(folder.glob("*.json"))}

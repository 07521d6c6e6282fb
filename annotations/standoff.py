"""Annotations kept apart from their text: entities of an excerpt of a document that lies elsewhere.

``{"name", "source": {"id", "start", "end"}, "sha256", "entities": […]}``; offsets are those of the excerpt
``[start, end)``, whose hash is ``sha256``. So annotations of public documents can be kept without the documents.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from annotations import gold
from annotations.errors import AnnotationError
from annotations.schema import Document


def is_one(path: Path) -> bool:
    """Whether a file holds stand-off annotations, not a document with its text."""
    try:
        raw = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(raw, dict) and "source" in raw and "text" not in raw


def read(path: Path, sources: Mapping[str, str]) -> Document:
    """Read one file and attach it to the text of its source.

    Raises AnnotationError if the file is none of these, or the source is missing or another text than was annotated.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        source, digest = raw["source"], raw["sha256"]
        text = sources[source["id"]][source["start"] : source["end"]]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise AnnotationError(f"{path}: cannot be attached to a source ({type(error).__name__}: {error})") from None
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        raise AnnotationError(f"{path}: its source is not the text that was annotated")
    return gold.from_dict({**raw, "text": text, "links": raw.get("links")})


def write(document: Document, source_id: str, start: int, path: Path) -> None:
    """Write a document's entities without its text, which is the source's from ``start`` on."""
    raw = gold.to_dict(replace(document, links=None))
    raw["source"] = {"id": source_id, "start": start, "end": start + len(document.text)}
    del raw["text"], raw["length"], raw["links"]
    path.write_text(json.dumps(raw, ensure_ascii=False) + "\n", encoding="utf-8")

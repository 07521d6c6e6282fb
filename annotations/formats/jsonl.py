"""JSON texts in files, one a line or as one array, read and written piece by piece where that is possible."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotations.errors import AnnotationError

_LINE_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Line breaks to ``str.splitlines`` and others, which JSON leaves as they are."""


def dumps(value: Any) -> str:
    """The JSON text on one line, whatever a reader takes for the end of one."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _LINE_BREAKS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def write_lines(values: Iterable[Any], path: Path) -> None:
    """Write one JSON text a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(dumps(value) + "\n" for value in values)


def write_array(values: Iterable[Any], path: Path) -> None:
    """Write one JSON array, an item a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        before = "["
        for value in values:
            file.write(before + "\n" + dumps(value))
            before = ","
        file.write("[]\n" if before == "[" else "\n]\n")


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects of a file with one a line, each with its place; empty lines are passed over.

    Raises AnnotationError, which names the line.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            place = f"{path}: line {number}"
            if line.strip():
                yield place, _object(_loads(line, place), place)


def read_array(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file that is one JSON array, each with its place. Raises AnnotationError."""
    values = _loads(path.read_bytes(), str(path))
    if not isinstance(values, list):
        raise AnnotationError(f"{path}: must be a JSON array")
    for number, value in enumerate(values):
        place = f"{path}: [{number}]"
        yield place, _object(value, place)


def read_array_or_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file of either kind, as its first character tells."""
    with path.open("rb") as file:
        first = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return read_array(path) if first == b"[" else read_lines(path)


def text_of(raw: dict[str, Any], field: str, place: str) -> str:
    """The string in a field; AnnotationError names it if there is none."""
    if not isinstance(value := raw.get(field), str):
        raise AnnotationError(f"{place}: {field} must be a string")
    return value


def list_of(raw: dict[str, Any], field: str, place: str) -> list[Any]:
    """The list in a field; AnnotationError names it if there is none."""
    if not isinstance(value := raw.get(field), list):
        raise AnnotationError(f"{place}: {field} must be a list")
    return value


def offsets_of(raw: dict[str, Any], start: str, end: str, place: str) -> tuple[int, int]:
    """The integers in two fields; AnnotationError names them if there are none."""
    found = raw.get(start), raw.get(end)
    if type(found[0]) is not int or type(found[1]) is not int:
        raise AnnotationError(f"{place}: {start} and {end} must be integers")
    return found[0], found[1]


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AnnotationError(f"{place}: must be a JSON object")
    return value


def _loads(content: bytes, place: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, an integer of thousands of digits, too deep
        raise AnnotationError(f"{place}: no JSON in UTF-8 ({type(error).__name__})") from None

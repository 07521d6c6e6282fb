"""Whether a model's files are those that were saved: a damaged weight would load, and answer wrongly.

The list is in the format of sha256sum, so that ``sha256sum -c`` checks it too.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from annotations.errors import ModelError

SUMS_FILE = "SHA256SUMS"


def write(folder: Path, names: Iterable[str]) -> None:
    """List the files of these names as they are now."""
    lines = "".join(f"{_sum(folder / name)}  {name}\n" for name in names)
    (folder / SUMS_FILE).write_text(lines, encoding="utf-8")


def check(folder: Path) -> None:
    """ModelError if a file that the folder's list names is not there or not as it was; a folder may have no list."""
    try:
        lines = (folder / SUMS_FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / SUMS_FILE}: cannot be read ({type(error).__name__})") from None
    for line in lines:
        expected, _, name = line.partition("  ")
        try:
            found = _sum(folder / name)
        except OSError as error:
            raise ModelError(f"{folder / name}: cannot be read ({type(error).__name__})") from None
        if found != expected:
            raise ModelError(f"{folder / name}: damaged, or not the file that {SUMS_FILE} lists")


def of(folder: Path, names: Iterable[str]) -> str:
    """What identifies the files of these names together, in hexadecimal digits. Raises ModelError."""
    try:
        return hashlib.sha256("".join(_sum(folder / name) for name in names).encode()).hexdigest()
    except OSError as error:
        raise ModelError(f"{error.filename}: cannot be read ({type(error).__name__})") from None


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

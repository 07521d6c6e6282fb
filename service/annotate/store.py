"""The results of a run on disk, each once, in order, whatever happens to the process or the machine.

In a folder beside the output:

- ``run.json``: what the run was asked to do. It is written last, so a folder with it is whole.
- ``inputs.jsonl``: the list of what is read, one file a line.
- ``results.jsonl``: the results, only ever appended to.
- ``journal.jsonl``: after each append, once it is on the disk, how many results there are, how many of them failed and how
  many bytes they take. What follows the bytes of the last whole line was not confirmed and is cut off.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from service.annotate.inputs import Input, Source
from service.annotate.model import Result
from service.errors import RunError

_RUN = "run.json"
_INPUTS = "inputs.jsonl"
_RESULTS = "results.jsonl"
_JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: documents with a result, those among them that failed, bytes of the results."""

    documents: int = 0
    failed: int = 0
    bytes: int = 0


class Store:
    """The folder of one run, which no other process uses at the same time."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made if it is not there. Raises RunError."""
        self.folder = folder
        self.results = folder / _RESULTS
        self.progress = Progress()
        self._leaving = folder.with_name(f".{folder.name}.done")
        self._files = contextlib.ExitStack()
        try:
            shutil.rmtree(self._leaving, ignore_errors=True)
            folder.mkdir(exist_ok=True)
            self._journal = self._files.enter_context((folder / _JOURNAL).open("a+b"))
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._files.close()
            raise RunError(f"{folder}: another run is writing here") from None
        except OSError as error:
            raise RunError(f"{folder}: {error.strerror}") from None

    @property
    def asked(self) -> dict[str, Any] | None:
        """What the run was asked to do; None if it has not begun."""
        if not (self.folder / _RUN).exists():
            return None
        asked: dict[str, Any] = self._run()["asked"]
        return asked

    @property
    def total(self) -> int:
        """How many documents there are."""
        return int(self._run()["total"])

    def _run(self) -> dict[str, Any]:
        run: dict[str, Any] = json.loads((self.folder / _RUN).read_bytes())
        return run

    def begin(self, asked: dict[str, Any], inputs: Iterable[Input]) -> None:
        """Begin anew: forget what is there, and list the inputs. Raises what ``inputs`` raises."""
        (self.folder / _RUN).unlink(missing_ok=True)
        self._journal.truncate(0)
        self.results.unlink(missing_ok=True)
        total = 0
        with (self.folder / _INPUTS).open("w", encoding="utf-8") as file:
            for one in inputs:
                total += one.documents
                file.write(json.dumps(asdict(one)) + "\n")
            _to_disk(file.fileno())
        temporary = self.folder / f"{_RUN}.new"
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"asked": asked, "total": total}))
            _to_disk(file.fileno())
        temporary.rename(self.folder / _RUN)
        sync_folder(self.folder)
        sync_folder(self.folder.parent)

    def resume(self) -> None:
        """Go back to the last results that were confirmed."""
        self._journal.seek(0)
        whole = 0
        for line in self._journal:
            if (progress := _progress(line)) is None:
                break
            self.progress = progress
            whole += len(line)
        self._journal.truncate(whole)
        self._out = self._files.enter_context(self.results.open("ab"))
        if self._out.tell() < self.progress.bytes:
            raise RunError(f"{self.results}: is shorter than its journal says; --restart begins the run again")
        self._out.truncate(self.progress.bytes)

    def append(self, results: Sequence[Result]) -> None:
        """Add results; they are on the disk when this returns. Raises RunError."""
        lines = b"".join(result.line + b"\n" for result in results)
        done = self.progress
        try:
            _write(self._out, lines)
            progress = Progress(
                done.documents + len(results),
                done.failed + sum(result.failed for result in results),
                done.bytes + len(lines),
            )
            _write(self._journal, json.dumps(asdict(progress)).encode() + b"\n")
        except OSError as error:
            raise RunError(f"{self.folder}: {error.strerror}; the same command goes on from here") from None
        self.progress = progress

    def remove(self) -> None:
        """Delete the folder, at once for everyone who looks for it, when what was made of it is on the disk."""
        os.sync()
        self.folder.rename(self._leaving)
        shutil.rmtree(self._leaving)

    def close(self) -> None:
        """Let go of the folder."""
        self._files.close()


def listed(folder: Path) -> Iterator[Input]:
    """What is read by the run that has this folder."""
    with (folder / _INPUTS).open(encoding="utf-8") as file:
        for line in file:
            value = json.loads(line)
            yield Input(**value | {"source": Source(value["source"])})


def sync_folder(folder: Path) -> None:
    """See to it that what was renamed and made in a folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _progress(line: bytes) -> Progress | None:
    try:
        return Progress(**json.loads(line)) if line.endswith(b"\n") else None
    except (ValueError, TypeError):
        return None


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)
    file.flush()
    _to_disk(file.fileno())


def _to_disk(descriptor: int) -> None:
    os.fsync(descriptor)

"""API keys: hashed in a file that is read anew when it changes.

A key is ``mubiao_ID_SECRET``. The secret has 256 random bits, so that one SHA-256 is enough to hide it (a slow hash
protects secrets that can be guessed). The file is JSON and holds ids, names, hashes and limits.
"""

import datetime
import fcntl
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from service.errors import KeysError

_KEY = re.compile(r"mubiao_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NO_HASH = "0" * 64
_log = structlog.get_logger()


class Key(BaseModel):
    """What is kept of a key. ``rate`` is in requests a minute; what is None, the settings tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{12}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    created: datetime.datetime
    rate: Annotated[int, Field(ge=1)] | None = None
    concurrency: Annotated[int, Field(ge=1)] | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: tuple[Key, ...]


def create(name: str, rate: int | None = None, concurrency: int | None = None) -> tuple[str, Key]:
    """A new key: what its user is given, which is nowhere else, and what is kept. KeysError for a name that is none."""
    id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    try:
        kept = Key(id=id, name=name, sha256=_hash(secret), created=now, rate=rate, concurrency=concurrency)
    except ValidationError:
        raise KeysError("the name must be 1 to 100 characters of valid Unicode") from None
    return f"mubiao_{id}_{secret}", kept


def read(path: Path) -> tuple[Key, ...]:
    """The keys in a file; KeysError if it is none."""
    try:
        return _File.model_validate_json(path.read_bytes()).keys
    except OSError as error:
        raise KeysError(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "JSON"
        raise KeysError(f"{path}: not a file of keys (see {place})") from None


def add(path: Path, key: Key) -> None:
    """Put a key into the file, which need not be there; KeysError if it is no file of keys."""
    with _locked(path):
        write(path, [*(read(path) if path.exists() else ()), key])


def remove(path: Path, id: str) -> None:
    """Take a key out of the file; KeysError if it is not in there."""
    with _locked(path):
        existing = read(path)
        if all(key.id != id for key in existing):
            raise KeysError(f"{path}: no key {id}")
        write(path, [key for key in existing if key.id != id])


def write(path: Path, keys: Iterable[Key]) -> None:
    """Replace the file, readable by its owner and group only, in one step."""
    text = _File(keys=tuple(keys)).model_dump_json(indent=1, exclude_none=True) + "\n"
    try:
        before = path.stat() if path.exists() else None
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o640)
            if before and os.geteuid() == 0:  # the service's user goes on reading what root wrote
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
        os.replace(file.name, path)
    except OSError as error:
        raise KeysError(f"{path}: {error.strerror}") from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One change at a time: a lock on the folder, because the file itself is replaced."""
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise KeysError(f"{path}: {error.strerror}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


class KeyRing:
    """The keys of a file, as it is now."""

    def __init__(self, path: Path) -> None:
        """Read the file; KeysError if it is none."""
        self._path = path
        self._seen = self._state()
        self._keys = {key.id: key for key in read(path)}

    def find(self, presented: str) -> Key | None:
        """The key that was presented; None if there is no such key.

        Takes the same time whether the id is known or not, and wherever the secret differs.
        """
        self._refresh()
        match = _KEY.fullmatch(presented)
        id, secret = match.groups() if match else ("", "")
        key = self._keys.get(id)
        matches = hmac.compare_digest(_hash(secret), key.sha256 if key else _NO_HASH)
        return key if matches else None

    def _refresh(self) -> None:
        if (state := self._state()) == self._seen:
            return
        self._seen = state
        try:
            self._keys = {key.id: key for key in read(self._path)}
            _log.info("keys read", keys=len(self._keys))
        except KeysError as error:
            if state is None:  # no file, no keys; what cannot be understood is rather a slip of an editor
                self._keys = {}
            _log.error("the keys cannot be read", message=str(error), still_valid=len(self._keys))

    def _state(self) -> tuple[int, int, int] | None:
        try:
            now = self._path.stat()
        except OSError:
            return None
        return now.st_ino, now.st_mtime_ns, now.st_size


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

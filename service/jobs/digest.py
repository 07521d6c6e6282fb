"""A fingerprint of what was sent, by which a repeated request is known."""

import hashlib
from typing import Any

import orjson

from service.jobs.model import Submission


class Digest:
    """The fingerprint of options and documents, however the documents were packed into a body."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._hash = hashlib.sha256(orjson.dumps(options, option=orjson.OPT_SORT_KEYS))

    def add(self, submission: Submission) -> None:
        """Add the next document."""
        for part in (submission.kind.encode(), (submission.name or "").encode(), submission.content):
            self._hash.update(len(part).to_bytes(8, "big") + part)

    def value(self) -> str:
        """The fingerprint of what was added."""
        return self._hash.hexdigest()

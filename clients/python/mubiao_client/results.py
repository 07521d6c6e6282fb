"""The results of a job, line by line."""

from mubiao_client import calls
from mubiao_client.answers import Extraction, Failure
from mubiao_client.batches import result
from mubiao_client.calls import Call


class Results:
    """The results of a job from ``offset`` on, up to what there is, or with ``follow`` until the job has ended."""

    complete = True

    def __init__(self, id: str, offset: int, follow: bool) -> None:
        self._id = id
        self._offset = offset
        self._follow = follow
        self.taken = 0

    def call(self) -> Call[None]:
        """The request for those that have not come."""
        return calls.results(self._id, self._offset + self.taken, self._follow)

    def take(self, line: bytes) -> Extraction | Failure:
        """The next result."""
        found = result(line, self._offset + self.taken)
        self.taken += 1
        return found

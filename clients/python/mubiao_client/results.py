"""The results of a job, line by line."""

from mubiao_client import calls
from mubiao_client.answers import Extraction, Failure, Job
from mubiao_client.batches import result
from mubiao_client.calls import Call


class Results:
    """The results of a job from ``offset`` on, up to what there is, or with ``follow`` until the job has ended."""

    def __init__(self, job: Job, offset: int, follow: bool) -> None:
        self._job = job
        self._offset = offset
        self._follow = follow
        self.taken = 0

    @property
    def complete(self) -> bool:
        """Whether all have come of a job that is done: an answer can end early and look whole, behind some proxies."""
        return self._job.state != "done" or self._offset + self.taken >= self._job.total

    @property
    def asked_anew(self) -> bool:
        """While the job goes on: nothing may come of it for longer than a connection lasts, and that is no failure."""
        return self._follow and not self._job.ended

    def call(self) -> Call[None]:
        """The request for those that have not come."""
        return calls.results(self._job.id, self._offset + self.taken, self._follow)

    def take(self, line: bytes) -> Extraction | Failure:
        """The next result."""
        found = result(line, self._offset + self.taken)
        self.taken += 1
        return found

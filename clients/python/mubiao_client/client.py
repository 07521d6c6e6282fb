"""The synchronous client."""

import time
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from mubiao_client import batches, calls
from mubiao_client.answers import Document, Extraction, Failure, Job, Labels, Version
from mubiao_client.calls import TIMEOUT, Call, Date, options_of
from mubiao_client.results import Results
from mubiao_client.retry import Retry
from mubiao_client.streams import Attempts, Later, Lines, Stream, broken

T = TypeVar("T")
_POLL = 1.0


class Client:
    """Calls a mubiao service at ``url``; to be closed, or used in a ``with``. Safe to use from several threads.

    ``key`` is an API key. ``packed`` sends long bodies with gzip. ``timeout`` is httpx's, ``retry`` says when calls are
    sent again, ``http`` is a client of httpx to use instead of an own one, whose timeout then holds. All calls raise
    ClientError. Raises ValueError for a url that is none and a key that cannot be sent.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        retry: Retry | None = None,
        timeout: httpx.Timeout | float = TIMEOUT,
        packed: bool = True,
        http: httpx.Client | None = None,
    ) -> None:
        self._url = calls.address(url)
        self._headers = calls.authorization(key)
        self._retry = retry or Retry()
        self._packed = packed
        self._http = http or httpx.Client(timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def extract(
        self,
        text: str,
        *,
        id: str | None = None,
        date: Date | None = None,
        offsets: str | None = None,
        labels: Sequence[str] | None = None,
        min_confidence: float | None = None,
    ) -> Extraction:
        """What is found in a text. The options are those of ``POST /extract``."""
        return self._send(calls.extract(text, id, options_of(date, offsets, labels, min_confidence), self._packed))

    def extract_file(
        self,
        file: Path | str | bytes,
        *,
        name: str | None = None,
        id: str | None = None,
        text: bool = False,
        date: Date | None = None,
        offsets: str | None = None,
        labels: Sequence[str] | None = None,
        min_confidence: float | None = None,
    ) -> Extraction:
        """What is found in a file, given as its path or its content; with ``text`` the answer carries its text.

        Raises OSError if it cannot be read here.
        """
        options = options_of(date, offsets, labels, min_confidence)
        return self._send(calls.extract_file(file, name, id, text, options))

    def extract_many(
        self,
        documents: Iterable[str | Document],
        *,
        date: Date | None = None,
        offsets: str | None = None,
        labels: Sequence[str] | None = None,
        min_confidence: float | None = None,
    ) -> Generator[Extraction | Failure, None, None]:
        """What is found in each document, in order, as it comes; of one that the service refuses, why.

        Documents are taken from ``documents`` as they are needed. Where a connection breaks, those without an answer are
        sent again.
        """
        options = options_of(date, offsets, labels, min_confidence)
        for batch in batches.cut(documents, options, self._packed):
            yield from self._follow(batch)

    def labels(self) -> Labels:
        """The schema of what is found."""
        return self._send(calls.labels())

    def version(self) -> Version:
        """What is running."""
        return self._send(calls.version())

    def ready(self) -> bool:
        """Whether the service takes work now; does not wait."""
        call = calls.ready()
        try:
            return self._http.request(call.method, self._url + call.path, headers=self._headers).is_success
        except httpx.RequestError:
            return False

    def submit(
        self,
        documents: Iterable[str | Document] = (),
        *,
        files: Iterable[Path | str] = (),
        text: bool = False,
        webhook: str | None = None,
        idempotency_key: str | None = None,
        date: Date | None = None,
        offsets: str | None = None,
        labels: Sequence[str] | None = None,
        min_confidence: float | None = None,
    ) -> Job:
        """Begin a job with documents, or with files; it goes on without this client.

        Sent again, it is still one job; with an ``idempotency_key`` of yours also by another process, after a crash say.
        """
        options = options_of(date, offsets, labels, min_confidence)
        return self._send(calls.submit(documents, files, webhook, text, idempotency_key, options, self._packed))

    def job(self, id: str) -> Job:
        """How a job is."""
        return self._send(calls.job(id))

    def jobs(self) -> Generator[Job, None, None]:
        """All jobs, newest first."""
        page = self._send(calls.jobs(100, None))
        while page.next:
            # Asked for before this page is given: its last job, which the next one goes on from, may be erased then.
            following = self._send(calls.jobs(100, page.next))
            yield from page.jobs
            page = following
        yield from page.jobs

    def results(self, id: str, *, offset: int = 0, follow: bool = True) -> Generator[Extraction | Failure, None, None]:
        """The results of a job, in order; with ``follow`` until it has ended, else those that there are."""
        while True:
            job = self.job(id)
            results = Results(job, offset, follow)
            yield from self._follow(results)
            offset += results.taken
            if not follow or job.ended:
                return
            time.sleep(_POLL)

    def wait(self, id: str) -> Job:
        """The job when it has ended."""
        while not (job := self.job(id)).ended:
            time.sleep(_POLL)
        return job

    def cancel(self, id: str) -> Job:
        """End a job; its results up to then stay."""
        return self._send(calls.cancel(id))

    def erase(self, id: str) -> None:
        """Delete a job with all that is kept of it."""
        self._send(calls.erase(id))

    def _send(self, call: Call[T]) -> T:
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._http.request(call.method, self._url + call.path, **call.arguments(self._headers))
                if call.succeeded(response, attempt):
                    return call.parse(response)
                self._pause(attempt, response)
            except (httpx.TransportError, httpx.DecodingError) as error:
                self._pause(attempt, error)

    def _follow(self, stream: Stream[T]) -> Generator[T, None, None]:
        attempts = Attempts(stream)
        while True:
            try:
                call, lines = stream.call(), Lines()
                arguments = call.arguments(self._headers)
                with self._http.stream(call.method, self._url + call.path, **arguments) as response:
                    if response.is_success:
                        for piece in response.iter_bytes():
                            for line in lines.feed(piece):
                                yield stream.take(line)
                        if stream.complete and not lines.rest:
                            return
                        raise broken()
                    response.read()
                    outcome: httpx.Response | httpx.RequestError = response
            except (httpx.TransportError, httpx.DecodingError) as error:
                outcome = error
            except Later as later:
                outcome = later.response
            self._pause(attempts.next(), outcome)
            if stream.asked_anew:
                return

    def _pause(self, attempt: int, outcome: httpx.Response | httpx.RequestError) -> None:
        """Wait before the next attempt, or raise what this one came to."""
        wait = self._retry.after(attempt, outcome)
        if wait is None:
            raise calls.failure(outcome) from (outcome if isinstance(outcome, Exception) else None)
        time.sleep(wait)

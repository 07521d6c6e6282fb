"""Answers that are read line by line, and asked for again where they broke off."""

from typing import Protocol, TypeVar

import httpx

from mubiao_client.answers import Failure
from mubiao_client.calls import Call

R_co = TypeVar("R_co", covariant=True)


class Later(Exception):
    """The service has put off the rest of a stream; never raised to who uses the client."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        problem = {"title": failure.title, "detail": failure.detail, "errors": []}
        self.response = httpx.Response(failure.status, json=problem)


class Stream(Protocol[R_co]):
    """Lines to come."""

    @property
    def taken(self) -> int:
        """How many have come."""

    @property
    def complete(self) -> bool:
        """Whether that is all, if the answer ends here."""

    @property
    def asked_anew(self) -> bool:
        """Whether who reads it goes on with another one, so that this one may end where it breaks."""

    def call(self) -> Call[None]:
        """The request for those that have not come."""

    def take(self, line: bytes) -> R_co:
        """What a line says. Raises Later."""


class Lines:
    """Cuts bytes into lines, at LF only: texts may hold what else counts as the end of a line in Python."""

    def __init__(self) -> None:
        self.rest = b""
        """What has come of a line that has not ended."""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that end in ``data``."""
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [line for line in lines if line]


class Attempts:
    """How often a stream was asked for since it last gave anything, and what came of the last time."""

    def __init__(self, stream: Stream[object]) -> None:
        self._stream = stream
        self._taken = stream.taken
        self.count = 0

    def next(self) -> int:
        """The number of the attempt that has ended, from 1."""
        self.count = 1 if self._stream.taken > self._taken else self.count + 1
        self._taken = self._stream.taken
        return self.count


def broken() -> httpx.TransportError:
    """What a stream that ends too early comes to."""
    return httpx.RemoteProtocolError("the answer ended before its end")

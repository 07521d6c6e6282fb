"""Clients that are slow, silent, gone or hostile: the service stays ready for others."""

import gzip
import io
import resource
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Self

import httpx

from proofs.report import Figure, Result, must, told
from proofs.service import Service, serving
from proofs.watching import Watching, megabytes

TITLE = "slow, silent, gone and hostile clients"
UNIT = "idle connections"
FULL = 10_000
SHORT = 1_000
_SLOW = 500
_HELD = 15
"""Seconds that each kind of them is there."""
_TEXT = "年底前，县民政局新建社区食堂12个，改造敬老院5所。"
_LATENCY = 15
"""Seconds within which a short document must be answered all the same."""
_TCP_REPAIR = 19
_HEAD = b"POST /extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
_MEMORY = 1_500_000_000


def run(amount: int) -> Result:
    """Open so many idle connections; then the other kinds, one after the other."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    figures: list[Figure] = []
    with serving() as service:
        with Watching(service, every=0.5) as all_the_time:
            for name, crowd in _crowds(amount).items():
                with crowd(service.port) as there, _Guest(service) as guest:
                    time.sleep(_HELD)
                figures += guest.figures(f"{name} ({there():,} at the beginning)")
            for name, bomb in _bombs().items():
                with _Guest(service) as guest:
                    answer = bomb(service)
                figures.append(must(name, answer, "refused or cut off", answer in _REFUSALS))
                figures += guest.figures(f"during: {name}")
        figures += [
            must(
                "not ready when asked",
                f"{all_the_time.unready} of {all_the_time.asked}",
                "0",
                all_the_time.unready == 0,
            ),
            must(
                "memory at most", megabytes(all_the_time.peak), f"≤ {megabytes(_MEMORY)}", all_the_time.peak <= _MEMORY
            ),
            told("memory in the end", megabytes(service.memory())),
        ]
    return Result(tuple(figures))


_REFUSALS = ("400", "408", "411", "413", "415", "422", "431", "cut off")


class _Guest:
    """Somebody who sends short documents all the while, each over a new connection."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._over = threading.Event()
        self._seconds: list[float] = []
        self._failed = 0

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._visit)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _visit(self) -> None:
        while True:
            began = time.monotonic()
            try:
                response = httpx.post(f"{self._service.url}/extract", json={"text": _TEXT}, timeout=60)
                self._failed += response.status_code != 200
            except httpx.TransportError:
                self._failed += 1
            self._seconds.append(time.monotonic() - began)
            if self._over.wait(0.2):
                return

    def figures(self, name: str) -> list[Figure]:
        """How it went for others."""
        longest = max(self._seconds)
        holds = self._failed == 0 and longest <= _LATENCY
        measured = f"{len(self._seconds)} answered, {self._failed} failed, longest {longest:.2f} s"
        return [must(f"others, {name}", measured, f"0 failed, ≤ {_LATENCY} s", holds)]


Crowd = Callable[[int], AbstractContextManager[Callable[[], int]]]


def _crowds(idle: int) -> dict[str, Crowd]:
    return {
        "idle connections": lambda port: _crowd(port, idle, b"", b""),
        "heads that drip": lambda port: _crowd(port, _SLOW, b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n"),
        "bodies that drip": lambda port: _crowd(port, _SLOW, _HEAD + b"Content-Length: 900000\r\n\r\n", b" "),
        "answers that are not read": lambda port: _crowd(
            port, _SLOW, b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 20, b""
        ),
        "connections whose other side is gone": _gone,
    }


@contextmanager
def _crowd(port: int, size: int, first: bytes, then: bytes) -> Iterator[Callable[[], int]]:
    """So many connections, each sending ``first``, and ``then`` every second, as long as the block runs."""
    over = threading.Event()
    with ExitStack() as stack:
        connections = []
        for _ in range(size):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            connection.sendall(first)
            connection.setblocking(False)
            connections.append(connection)

        def drip() -> None:
            while not over.wait(1):
                for connection in connections if then else ():
                    with suppress(OSError):
                        connection.send(then)

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield lambda: len(connections)
        finally:
            over.set()
            thread.join()


@contextmanager
def _gone(port: int) -> Iterator[Callable[[], int]]:
    """Connections that vanish without a word to the service, half of them while they wait for an answer."""
    gone = 0
    for number in range(_SLOW):
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        body = b'{"text": "%d"}' % number
        if number % 2:
            connection.sendall(_HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        try:  # a socket in repair mode is closed without telling the other side; needs CAP_NET_ADMIN
            connection.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
            gone += 1
        except OSError:
            pass
        connection.close()
    yield lambda: gone


def _bombs() -> dict[str, Callable[[Service], str]]:
    deep = b"[" * 3_000_000
    return {
        "a head of 50 MB": lambda s: _pour(s, b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 65_536, 800),
        "a million header fields": lambda s: _pour(s, b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n" * 1_000, 1_000),
        "a body without end": lambda s: _pour(
            s, _HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65_536 + b"\r\n", 800
        ),
        "a body of a terabyte, it says": lambda s: _pour(
            s, _HEAD + b"Content-Length: 1000000000000\r\n\r\n", b" " * 65_536, 800
        ),
        "deep JSON": lambda s: _post(s, "/extract", deep + b"]" * len(deep)),
        "deep JSON in a field": lambda s: _post(s, "/extract", b'{"text": ' + deep + b"]" * len(deep) + b"}"),
        "a million fields": lambda s: _post(
            s, "/extract", b'{"text":"a"' + b"".join(b',"%d":1' % n for n in range(400_000)) + b"}"
        ),
        "a number of a million digits": lambda s: _post(s, "/extract", b'{"text": ' + b"9" * 1_000_000 + b"}"),
        "a gzip bomb as the body": lambda s: _post(
            s, "/extract", gzip.compress(b" " * 500_000_000, 6), {"Content-Encoding": "gzip"}
        ),
        "a .docx that unpacks to a gigabyte": lambda s: _file(s, _zip_bomb("word/document.xml")),
        "an .xlsx that unpacks to a gigabyte": lambda s: _file(s, _zip_bomb("xl/workbook.xml")),
        "XML entities that multiply": lambda s: _file(s, _zip("word/document.xml", _laughs())),
    }


def _pour(service: Service, head: bytes, piece: bytes, times: int) -> str:
    """Send ``head`` and up to so many pieces; the status of the answer, or ``cut off``."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        with suppress(OSError):
            connection.sendall(head)
            for _ in range(times):
                connection.sendall(piece)
        with suppress(OSError):
            if received := connection.recv(65_536):
                return received.split()[1].decode()
    return "cut off"


def _post(service: Service, path: str, content: bytes, headers: dict[str, str] | None = None) -> str:
    try:
        answer = httpx.post(
            service.url + path,
            content=content,
            headers={"Content-Type": "application/json", **(headers or {})},
            timeout=120,
        )
    except httpx.TransportError:
        return "cut off"
    return str(answer.status_code)


def _file(service: Service, content: bytes) -> str:
    return str(httpx.post(service.url + "/extract/file", files={"file": content}, timeout=120).status_code)


def _zip_bomb(member: str) -> bytes:
    return _zip(member, b" " * 1_000_000_000)


def _zip(member: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, content)
    return packed.getvalue()


def _laughs() -> bytes:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {x} "{f"&{y};" * 20}">' for x, y in zip("bcdefgh", "abcdefg", strict=True)
    )
    return f"<?xml version='1.0'?><!DOCTYPE d [{entities}]><d>&h;</d>".encode()

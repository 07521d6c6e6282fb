"""Compressed bodies: gzip and zstd, of requests and of answers.

A request's body is unpacked as it arrives, never further than its limit, so that a bomb costs what a plain body may. It
is one gzip member (RFC 1952) or one zstd frame (RFC 8878). Answers are packed with what the client takes (RFC 9110,
12.5.3); each piece of a streamed answer can be unpacked when it arrives.
"""

import asyncio
import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import MalformedBody, UnsupportedMediaType

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, ZSTD = "gzip", "zstd"
CODINGS = (ZSTD, GZIP)
"""What is understood, the better first."""
ALLOWED = f"must be {', '.join(CODINGS)} or identity"
INCOMPLETE = "must be one complete member of gzip or frame of zstd, as Content-Encoding says"
_ZSTD_WINDOW_LOG = 23
"""Largest window a frame may ask memory for, 8 MiB: what RFC 8878 says that everyone should support."""
_PIECE = 65_536
"""Most bytes that are unpacked at once."""
_LEAST = 1_024
"""Bytes of an answer below which packing does not pay."""
_IN_THREAD = 65_536
"""Bytes of an answer from which packing it would hold up the event loop."""
_GZIP_LEVEL, _ZSTD_LEVEL = 5, 3


class Unpacker(Protocol):
    """Unpacks a body piece by piece."""

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` holds, in pieces of bounded length, unpacked as they are asked for. Raises MalformedBody."""

    def end(self) -> None:
        """Raises MalformedBody if the body is not complete."""


def unpacker(content_encoding: str) -> Unpacker:
    """What unpacks a body with this Content-Encoding; UnsupportedMediaType for others than CODINGS, and for several."""
    match content_encoding.strip().lower():
        case "" | "identity":
            return _Identity()
        case "gzip" | "x-gzip":
            return _Gzip()
        case "zstd":
            return _Zstd()
    raise UnsupportedMediaType("Content-Encoding", ALLOWED)


class _Identity:
    def unpack(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> None:
        pass


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def unpack(self, data: bytes) -> Iterator[bytes]:
        more = bool(data)
        while more:
            if self._stream.eof:
                raise MalformedBody(INCOMPLETE)
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zlib.error:
                raise MalformedBody(INCOMPLETE) from None
            data = self._stream.unconsumed_tail or self._stream.unused_data
            # A piece of full length may be only the beginning of what the last bytes stand for.
            more = bool(data) or (len(piece) == _PIECE and not self._stream.eof)
            if piece:
                yield piece

    def end(self) -> None:
        if not self._stream.eof:
            raise MalformedBody(INCOMPLETE)


class _Zstd:
    def __init__(self) -> None:
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
        self._stream = zstd.ZstdDecompressor(options=options)

    def unpack(self, data: bytes) -> Iterator[bytes]:
        while data or not (self._stream.needs_input or self._stream.eof):
            if self._stream.eof:
                raise MalformedBody(INCOMPLETE)
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zstd.ZstdError:
                raise MalformedBody(INCOMPLETE) from None
            data = self._stream.unused_data if self._stream.eof else b""
            if piece:
                yield piece

    def end(self) -> None:
        if not self._stream.eof:
            raise MalformedBody(INCOMPLETE)


def preferred(accept_encoding: str) -> str | None:
    """The best of CODINGS that a client takes, after its Accept-Encoding; None if it takes none of them."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.partition(";")
        key, _, value = parameters.strip().partition("=")
        try:
            weights[name.strip()] = float(value) if key.strip() == "q" else 1.0
        except ValueError:
            continue
    wanted = {coding: weights.get(coding, weights.get("*", 0.0)) for coding in CODINGS}
    best = max(CODINGS, key=lambda coding: wanted[coding])
    return best if wanted[best] > 0 else None


class Packer(Protocol):
    """Packs an answer piece by piece."""

    def pack(self, data: bytes, last: bool) -> bytes:
        """``data`` packed, so that it can be unpacked at once."""


class _GzipPacker:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, wbits=16 + zlib.MAX_WBITS)

    def pack(self, data: bytes, last: bool) -> bytes:
        return self._stream.compress(data) + self._stream.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


class _ZstdPacker:
    def __init__(self) -> None:
        self._stream = zstd.ZstdCompressor(level=_ZSTD_LEVEL)

    def pack(self, data: bytes, last: bool) -> bytes:
        if last:
            return self._stream.compress(data, zstd.ZstdCompressor.FLUSH_FRAME)
        return self._stream.compress(data, zstd.ZstdCompressor.FLUSH_BLOCK)


class PackedAnswers:
    """ASGI middleware that packs answers which are long enough, or streamed, if the client takes it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        coding = preferred(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else None
        await self._app(scope, receive, _Answer(send, coding).send if scope["type"] == "http" else send)


class _Answer:
    """One answer on its way out. A head with a length waits for its body, which tells whether packing pays; that of a
    stream goes at once, for its first piece may be long in coming."""

    def __init__(self, send: Send, coding: str | None) -> None:
        self._send = send
        self._coding = coding
        self._head: Message | None = None
        self._packer: Packer | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head, headers = message, MutableHeaders(scope=message)
            if "Content-Encoding" in headers or message["status"] in (204, 304):
                self._coding = None
            else:
                headers.add_vary_header("Accept-Encoding")
            if "Content-Length" not in headers:
                self._choose(headers)
                await self._send_head()
        elif message["type"] == "http.response.body":
            await self._send_body(message, message.get("body", b""), not message.get("more_body", False))
        else:
            await self._send(message)

    async def _send_body(self, message: Message, body: bytes, last: bool) -> None:
        headers = MutableHeaders(scope=self._head) if self._head else None
        if headers is not None and not (last and len(body) < _LEAST):
            self._choose(headers)
        if self._packer and (body or last):
            body = await self._pack(body, last)
        if headers is not None and self._packer and last:
            headers["Content-Length"] = str(len(body))
        await self._send_head()
        await self._send({**message, "body": body})

    async def _send_head(self) -> None:
        head, self._head = self._head, None
        if head:
            await self._send(head)

    def _choose(self, headers: MutableHeaders) -> None:
        """Pack the answer if the client takes it."""
        if self._coding:
            self._packer = _ZstdPacker() if self._coding == ZSTD else _GzipPacker()
            headers["Content-Encoding"] = self._coding
            del headers["Content-Length"]

    async def _pack(self, body: bytes, last: bool) -> bytes:
        assert self._packer
        if len(body) < _IN_THREAD:
            return self._packer.pack(body, last)
        return await asyncio.to_thread(self._packer.pack, body, last)

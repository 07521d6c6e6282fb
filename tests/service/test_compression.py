"""Compressed bodies, of requests and of answers."""

import asyncio
import gzip
import json
import tracemalloc
import zlib
from io import BytesIO

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from service import compression
from service.errors import MalformedBody, UnsupportedMediaType

TEXT = "年底前，县民政局新建养老服务中心12个。"
PACK = {"gzip": gzip.compress, "zstd": zstd.compress}


def unpack(coding, content, size):
    stream = compression.unpacker(coding)
    pieces = [p for i in range(0, len(content), size) for p in stream.unpack(content[i : i + size])]
    stream.end()
    assert max(map(len, pieces), default=0) <= 65_536
    return b"".join(pieces)


@pytest.mark.parametrize("coding", PACK)
@given(content=st.binary(max_size=300), times=st.integers(0, 3000), size=st.integers(1, 5000))
def test_what_is_packed_is_unpacked_whatever_the_pieces(coding, content, times, size):
    assert unpack(coding, PACK[coding](content * times), size) == content * times


@pytest.mark.parametrize("coding", PACK)
@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 131_072, 10_000_000])
def test_long_runs_are_unpacked_to_the_end(coding, length):
    packed = PACK[coding](b" " * length)
    assert len(unpack(coding, packed, len(packed))) == length
    assert len(unpack(coding, packed, 1)) == length


@pytest.mark.parametrize("coding", PACK)
def test_bytes_that_are_not_what_they_say_are_refused(coding):
    packed = PACK[coding](b"abc" * 100)
    for wrong in (packed[:-1], packed + b"x", packed + packed, b"abc", b"", packed[5:]):
        with pytest.raises(MalformedBody):
            unpack(coding, wrong, 1000)


def test_a_frame_that_wants_much_memory_is_refused():
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.compression_level: 3}
    stream = zstd.ZstdCompressor(options=options)
    packed = stream.compress(b"ab" * 1_000_000) + stream.flush()
    with pytest.raises(MalformedBody):
        unpack("zstd", packed, len(packed))


def test_other_codings_are_refused():
    for coding in ("br", "deflate", "gzip, gzip", "gzip,zstd"):
        with pytest.raises(UnsupportedMediaType):
            compression.unpacker(coding)


@pytest.mark.parametrize("coding", ["gzip", "zstd", "GZIP", "x-gzip", "identity"])
def test_a_packed_request_is_answered_as_a_plain_one(client, coding):
    body = json.dumps({"text": TEXT, "id": "x"}).encode()
    packed = PACK.get(coding.lower().removeprefix("x-"), bytes)(body)
    response = client.raw(packed, **{"Content-Encoding": coding})
    assert response.json() == client.extract(text=TEXT, id="x").json()


@pytest.mark.parametrize("coding", PACK)
def test_a_packed_batch_and_a_packed_form(client, coding):
    lines = json.dumps({"text": TEXT}).encode() + b"\n"
    headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": coding}
    response = client.request("POST", "/extract/batch", content=PACK[coding](lines * 3), headers=headers)
    assert len(response.text.splitlines()) == 3
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + TEXT.encode() + b"\r\n--x--"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": coding}
    response = client.request("POST", "/extract/file", content=PACK[coding](form), headers=headers)
    assert response.json()["length"] == len(TEXT)


@pytest.mark.parametrize("coding", PACK)
def test_a_bomb_costs_no_more_than_its_limit(client, coding):
    bomb = PACK[coding](b" " * 300_000_000)
    assert len(bomb) < 400_000
    tracemalloc.start()
    response = client.raw(bomb, **{"Content-Encoding": coding})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status_code == 413
    assert response.json()["errors"][0]["field"] == "body"
    assert peak < 40_000_000


@pytest.mark.parametrize(
    ("coding", "content", "status"),
    [("br", b"{}", 415), ("gzip", b"{}", 400), ("zstd", b"{}", 400), ("gzip", gzip.compress(b"{}")[:-3], 400)],
)
def test_wrong_codings_are_problems(client, coding, content, status):
    response = client.raw(content, **{"Content-Encoding": coding})
    assert response.status_code == status
    field = "Content-Encoding" if status == 415 else "body"
    assert response.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.1, gzip;q=0.9", "gzip"),
        ("gzip;q=0", None),
        ("*", "zstd"),
        ("*;q=0", None),
        ("zstd;q=0, *", "gzip"),
        ("identity", None),
        ("br", None),
        ("gzip;q=x", None),
    ],
)
def test_what_a_client_takes(accept, coding):
    assert compression.preferred(accept) == coding


def raw(client, method, path, **options):
    """The answer as it goes over the wire."""

    async def send():
        async with client.http.stream(method, path, **options) as response:
            return response, b"".join([piece async for piece in response.aiter_raw()])

    return client.portal.call(send)


@pytest.mark.parametrize(("coding", "unpacked"), [("gzip", gzip.decompress), ("zstd", zstd.decompress)])
def test_long_answers_are_packed_for_who_takes_it(client, coding, unpacked):
    options = {"json": {"text": TEXT * 20, "id": "x"}}
    response, body = raw(client, "POST", "/extract", headers={"Accept-Encoding": coding}, **options)
    assert response.headers["Content-Encoding"] == coding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert int(response.headers["Content-Length"]) == len(body)
    plain, plain_body = raw(client, "POST", "/extract", headers={"Accept-Encoding": "identity"}, **options)
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == "Accept-Encoding"
    assert unpacked(body) == plain_body


def test_short_answers_are_not_packed(client):
    response, body = raw(client, "GET", "/livez", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
    assert json.loads(body)


def test_each_piece_of_a_stream_can_be_unpacked_when_it_arrives(client):
    content = json.dumps({"text": TEXT}).encode() + b"\n"
    headers = {"Content-Type": "application/x-ndjson", "Accept-Encoding": "gzip"}
    response, body = raw(client, "POST", "/extract/batch", content=content * 5, headers=headers)
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(gzip.GzipFile(fileobj=BytesIO(body)).read().splitlines()) == 5
    # a sync flush ends each: an empty stored block
    assert body.count(b"\x00\x00\xff\xff") >= 5
    assert zlib.decompressobj(31).decompress(body).count(b"\n") == 5


def test_the_head_of_a_stream_does_not_wait_for_its_first_piece():
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        assert [dict(message["headers"])[b"content-encoding"] for message in sent] == [b"gzip"]
        await send({"type": "http.response.body", "body": b"abc", "more_body": False})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(compression.PackedAnswers(app)(scope, None, send))
    assert gzip.decompress(sent[1]["body"]) == b"abc"

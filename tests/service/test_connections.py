"""Connections that are silent, slow, too many or no HTTP at all, over real sockets."""

import asyncio
import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
from uvicorn.server import ServerState

from proofs.service import serving
from service.connections import protocol
from service.settings import ConnectionSettings

HEAD = b"POST /extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n"


@pytest.fixture(scope="module")
def server():
    settings = {
        "MUBIAO_CONNECTION_IDLE_SECONDS": "2",
        "MUBIAO_CONNECTION_HEADER_SECONDS": "1.5",
        "MUBIAO_CONNECTION_BODY_SECONDS": "1.5",
        "MUBIAO_CONNECTION_SEND_SECONDS": "1.5",
        "MUBIAO_CONNECTION_MOST": "50",
    }
    with serving(**settings) as service:
        yield service


def connect(server):
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_all(connection):
    """What comes until the connection is closed."""
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def established(server, port):
    """Whether the server still holds its end of the connection from ``port``."""
    ends = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [f"0100007F:{server.port:04X}", f"0100007F:{port:04X}", "01"] in ends


def drip(connection, piece):
    """Send a piece now and then until the other side has had enough; seconds that it took."""
    began = time.monotonic()
    connection.settimeout(0.2)
    while time.monotonic() - began < 20:
        try:
            connection.sendall(piece)
            if not connection.recv(65_536):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def test_a_silent_connection_is_closed(server):
    with connect(server) as connection:
        assert read_all(connection) == b""


def test_a_head_that_drips_is_closed(server):
    with connect(server) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\n")
        assert drip(connection, b"X-A: b\r\n") < 15


def test_a_body_that_drips_is_answered_with_408(server):
    with connect(server) as connection:
        connection.sendall(HEAD + b"\r\n{")
        received = connection.recv(65_536)
    assert received.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in received


def test_who_drips_on_after_the_answer_is_closed(server):
    with connect(server) as connection:
        connection.sendall(HEAD + b"\r\n{")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 408 ")
        assert drip(connection, b" ") < 15


def test_a_connection_is_kept_for_the_next_request(server):
    with httpx.Client(base_url=server.url) as client:
        for _ in range(3):
            assert client.get("/livez").status_code == 200
            time.sleep(0.5)
    with connect(server) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" * 2 + b"GET /livez HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.3)
        connection.sendall(b"\r\n")
        assert read_all(connection).count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize(
    "bytes_sent", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000]
)
def test_what_is_no_http_is_told_so(server, bytes_sent):
    with connect(server) as connection:
        with suppress(OSError):
            connection.sendall(bytes_sent + b"\r\n\r\n")
        received = read_all(connection)
    assert received == b"" or (received.startswith(b"HTTP/1.1 400 ") and b"application/problem+json" in received)


def test_a_broken_body_after_a_good_head_ends_only_its_connection(server):
    with connect(server) as connection:
        head = (
            b"POST /extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        connection.sendall(head + b'5\r\n{"tex\r\nZZZ\r\n')
        read_all(connection)
    assert server.ready()


def test_the_longest_idle_makes_room(server):
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(server)) for _ in range(120)]
        assert server.ready()
        assert read_all(connections[0]) == b""
    assert server.ready()


def test_requests_that_are_sent_ahead_go_one_a_round():
    """However many connections send requests ahead, others get their turn between any two of these."""
    clients, ahead = 40, 25
    begun = 0

    async def app(scope, receive, send):
        nonlocal begun
        begun += 1
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def ask(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * ahead)
        for _ in range(ahead):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.close()

    async def run():
        config = uvicorn.Config(app, http=protocol(ConnectionSettings(), 100), ws="none", log_config=None)
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(
            lambda: config.http_protocol_class(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        port = listening.sockets[0].getsockname()[1]
        asking = asyncio.gather(*(ask(port) for _ in range(clients)))
        together = 0
        while not asking.done():
            before = begun
            await asyncio.sleep(0)
            together += begun - before if begun - before > 1 else 0
        await asking
        listening.close()
        return together

    together = asyncio.run(run())
    assert begun == clients * ahead
    assert together <= 2 * clients  # the first of each connection, beside one of those that were sent ahead


def test_who_does_not_read_its_answer_is_cut_off(server, until):
    asked = 500  # answers that fill all buffers between the two many times
    with connect(server) as connection:
        port = connection.getsockname()[1]
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * asked)
        until(lambda: not established(server, port))
        assert read_all(connection).count(b"HTTP/1.1 200 OK") < asked

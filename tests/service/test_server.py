"""The service as a process: what it writes, what goes over a real socket, how it stops."""

import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from proofs.service import serving

MARKER = "机密ZQX7731标记"


@pytest.fixture(scope="module")
def server():
    with serving(MUBIAO_TEXT_LIMIT="2000") as service:
        yield service


def post(server, **options):
    return httpx.post(server.url + "/extract", timeout=120, **options)


def test_a_document_over_a_real_socket(server, table):
    answer = post(server, json={"text": table}).json()
    assert answer["entities"]
    assert all(table[e["start"] : e["end"]] == e["text"] for e in answer["entities"])


def test_nothing_of_a_document_or_a_bad_request_is_written(server, table):
    json_type = {"Content-Type": "application/json"}
    requests = [
        {"json": {"text": table + MARKER, "id": MARKER}},
        {"json": {"text": [MARKER]}},
        {"json": {"text": "无", MARKER: MARKER, "zqx7731": MARKER}},
        {"json": {"text": "无", "date": MARKER, "offsets": MARKER, "id": [MARKER]}},
        {"json": {"text": MARKER * 1000}},
        {"content": MARKER.encode(), "headers": json_type},
        {"content": MARKER.encode("gb18030"), "headers": json_type},
        {"content": MARKER.encode() * 5000, "headers": json_type},
        {"content": MARKER.encode(), "headers": {"Content-Type": "text/ZQX7731"}},
        {"json": {"text": "无"}, "headers": {"X-Request-ID": "ZQX 7731"}},
        {"json": {"text": "无"}, "params": {"q": MARKER}},
    ]
    answers = [post(server, **options) for options in requests]
    answers.append(httpx.get(f"{server.url}/{MARKER}"))
    assert [a.status_code for a in answers] == [200, 422, 422, 422, 413, 400, 400, 413, 415, 200, 200, 404]
    assert all("ZQX7731" not in a.text for a in answers[1:])
    written = server.written()
    assert written.count('"event":"request"') >= len(answers)
    assert "zqx7731" not in written.lower()
    assert not [word for word in ("机密", "标记", "青岚", "社区食堂") if word in written]


def test_a_chunked_body_is_cut_off_and_the_client_gets_to_know(server):
    response = post(server, content=(b" " * 65_536 for _ in range(200)), headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_client_that_hangs_up_is_logged_as_gone(server, until):
    body = json.dumps({"text": "年底前新建养老服务中心12个。\n" * 120}).encode()
    head = f"POST /extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + body[:10])
    until(lambda: any(line.get("status") == 499 for line in server.logged()))
    assert post(server, json={"text": "年底前新建3个"}).status_code == 200


@pytest.mark.parametrize("workers", ["1", "2"])
def test_everything_accepted_is_answered_after_sigterm(until, workers):
    text = "年底前，县民政局新建养老服务中心12个，改造敬老院5所，床位达到900张。\n" * 50
    with serving(MUBIAO_WORKERS=workers) as server, ThreadPoolExecutor(6) as pool:
        requests = [pool.submit(post, server, json={"text": text, "id": str(i)}) for i in range(6)]
        until(lambda: any(r.done() for r in requests))
        assert not all(r.done() for r in requests)
        server.popen.send_signal(signal.SIGTERM)
        assert [r.result().status_code for r in requests] == [200] * 6
        assert sorted(r.result().json()["id"] for r in requests) == list("012345")
        server.popen.wait(30)
        assert server.popen.returncode == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.url + "/livez")
        assert server.logged()[-1]["event"].startswith("Finished")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"MUBIAO_PORT": "harbour"}, "MUBIAO_PORT: "),
        ({"MUBIAO_MODEL_FOLDER": "/nowhere"}, "/nowhere"),
        ({"MUBIAO_HOST": "0.0.0.0"}, "MUBIAO_ACCESS_KEYS"),
        ({"MUBIAO_ACCESS_KEYS": "/nowhere/keys.json"}, "/nowhere/keys.json"),
        ({"MUBIAO_HOST": "192.0.2.1", "MUBIAO_ACCESS_OPEN": "true"}, "cannot listen on 192.0.2.1"),
    ],
)
def test_what_stops_the_start_is_said_in_a_line(environment, message):
    command = [sys.executable, "-m", "service.cli", "serve"]
    environment = {**os.environ, **environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1

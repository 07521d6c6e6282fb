"""Answers as events: how far the model is, then the answer; what is refused has its own status."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from service import answers
from service.schemas import ExtractAnswer, ExtractFileAnswer, Problem

LONG = "一、年底前，县民政局新建养老服务中心12个。\n" * 200
ACCEPT = {"Accept": "text/event-stream"}


def events(response):
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].startswith("text/event-stream")
    found = []
    for part in response.text.split("\n\n")[:-1]:
        name, data = part.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_the_share_that_was_read_and_then_the_answer(client):
    *progress, (name, answer) = events(
        client.request("POST", "/extract", json={"text": LONG, "id": "x"}, headers=ACCEPT)
    )
    assert {name for name, _ in progress} == {"progress"}
    shares = [data["read"] for _, data in progress]
    assert shares == sorted(set(shares))
    assert len(shares) > 1
    assert 0 <= shares[0] < shares[-1] <= 1
    assert name == "answer"
    assert ExtractAnswer.model_validate(answer) == ExtractAnswer.model_validate(
        client.extract(text=LONG, id="x").json()
    )


def test_the_share_is_that_of_the_windows_that_were_read(serving, held, until):
    with serving(held) as client, ThreadPoolExecutor(1) as pool:
        read, windows = type(held).read, []

        def counted(self, draft, window):
            windows.append(draft.length(window))
            if len(windows) == 4:
                held.gate.clear()
                held.gate.wait(30)
            return read(self, draft, window)

        type(held).read = counted
        try:
            answer = pool.submit(client.request, "POST", "/extract", json={"text": LONG}, headers=ACCEPT)
            until(lambda: len(windows) == 4)
            (job,) = client.app.state.worker.queue._requests.held
            whole = sum(job.draft.length(window) for window in range(len(job.draft)))
            assert job.progress.share == sum(windows[:3]) / whole
            held.gate.set()
            assert answer.result().status_code == 200
            assert job.progress.share == 1
        finally:
            del type(held).read


def test_a_file(client):
    *_, (name, answer) = events(
        client.request("POST", "/extract/file", files={"file": LONG.encode()}, data={"text": "true"}, headers=ACCEPT)
    )
    assert name == "answer"
    assert ExtractFileAnswer.model_validate(answer).document.text == LONG


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/extract", {"json": {"text": ""}}, 422),
        ("/extract", {"json": {"text": "字" * 500_001}}, 413),
        ("/extract/file", {"files": {"file": b"PK\x03\x04 nothing"}}, 422),
        ("/extract/file", {"files": {"file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}}, 415),
    ],
)
def test_what_is_refused_has_its_own_status(client, path, body, status):
    response = client.request("POST", path, headers=ACCEPT, **body)
    assert response.status_code == status
    assert response.json() == client.request("POST", path, **body).json()


def test_a_text_that_the_model_fails_on(serving, held):
    with serving(held) as client:
        held.error_on = "字"
        response = client.request("POST", "/extract", json={"text": "字"}, headers=ACCEPT)
        assert (response.status_code, Problem.model_validate(response.json()).status) == (500, 500)


def test_what_fails_once_events_were_sent_is_told_in_one(client, monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError(LONG)

    monkeypatch.setattr(answers, "build", broken)
    *_, (name, problem) = events(client.request("POST", "/extract", json={"text": LONG}, headers=ACCEPT))
    assert name == "problem"
    assert Problem.model_validate(problem).status == 500
    assert "养老" not in json.dumps(problem, ensure_ascii=False) + "".join(capsys.readouterr())


@pytest.mark.parametrize("sent", [False, True])
def test_the_work_of_a_client_that_hangs_up_is_dropped(serving, held, until, sent):
    """``sent``: after events were sent, or before."""
    body = json.dumps({"text": LONG}).encode()
    with serving(held) as client:
        if not sent:
            held.gate.clear()
        messages = [{"type": "http.request", "body": body, "more_body": False}]
        seen = []
        gone = asyncio.Event()

        async def receive():
            if messages:
                return messages.pop(0)
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            seen.append(message)
            if message.get("body"):
                gone.set()

        headers = [(b"content-type", b"application/json"), (b"accept", b"text/event-stream")]
        scope = {"type": "http", "method": "POST", "path": "/extract", "query_string": b"", "headers": headers}
        scope |= {"raw_path": b"/extract", "http_version": "1.1", "scheme": "http", "asgi": {"version": "3.0"}}
        with ThreadPoolExecutor(1) as pool:
            answering = pool.submit(client.portal.call, client.app, scope, receive, send)
            queue = client.app.state.worker.queue
            if not sent:
                until(lambda: queue.documents == 1)
                client.portal.call(gone.set)
            answering.result(60)
            until(lambda: queue.documents == 0)
        assert all(b"event: answer" not in message.get("body", b"") for message in seen)
        held.gate.set()

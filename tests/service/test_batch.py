"""POST /extract/batch: answers in order, errors in place, memory bounded, work dropped with its client."""

import asyncio
import gzip
import json

import httpx
import pytest

from service.schemas import ExtractAnswer, ItemProblem
from service.settings import BatchSettings, HTTPSettings, QueueSettings, Settings

NDJSON = "application/x-ndjson"
TEXTS = ["年底前，县民政局新建养老服务中心12个。", "没有目标。", "截至6月底，已建成社区食堂7个。"]


def listed(client, values):
    return client.request("POST", "/extract/batch", json=values)


def lines(client, content, **headers):
    headers = {"Content-Type": NDJSON, **headers}
    return client.request("POST", "/extract/batch", content=content, headers=headers)


def ndjson(values):
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def read_lines(response):
    assert response.headers["Content-Type"] == NDJSON
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.fixture(scope="module")
def requests():
    return [{"text": text, "id": f"d{i}", "offsets": "utf8", "date": "2024-01-01"} for i, text in enumerate(TEXTS * 5)]


@pytest.fixture(scope="module")
def alone(client, requests):
    return [client.extract(**request).json() for request in requests]


def test_a_list_is_answered_by_an_array_and_each_document_as_alone(client, requests, alone):
    response = listed(client, requests)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert "X-Request-ID" in response.headers
    assert response.json() == alone


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n \t\n"])
def test_lines_are_answered_by_lines(client, requests, alone, end):
    content = ndjson(requests).replace(b"\n", end)
    assert read_lines(lines(client, content)) == alone
    assert read_lines(lines(client, content.rstrip())) == alone


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_lines_may_be_cut_anywhere(client, requests, alone, size):
    content = ndjson(requests)

    async def pieces():
        for start in range(0, len(content), size):
            yield content[start : start + size]

    assert read_lines(lines(client, pieces())) == alone


def test_nothing_is_answered_by_nothing(client):
    assert listed(client, []).text == "[]"
    assert lines(client, b"\n\n").text == ""


def test_a_document_that_is_wrong_has_its_problem_in_place(client):
    small = [{"text": TEXTS[0], "id": "a"}, {"text": "", "id": "b"}, {"text": TEXTS[0], "id": ""}, 5, {"text": "无"}]
    answers = listed(client, small).json()
    assert answers == read_lines(lines(client, ndjson(small)))[:4] + answers[4:]
    ExtractAnswer.model_validate(answers[0])
    problems = [ItemProblem.model_validate(a) for a in answers[1:4]]
    assert [(p.index, p.id, p.status) for p in problems] == [(1, "b", 422), (2, None, 422), (3, None, 422)]
    assert [p.errors[0].field for p in problems] == ["text", "id", "body"]
    ExtractAnswer.model_validate(answers[4])


def test_a_line_that_is_no_json_stops_none_of_the_others(client):
    content = ndjson([{"text": "无"}]) + b"{\n\xff\xfe\n" + ndjson([{"text": "无"}])
    answers = read_lines(lines(client, content))
    assert ["entities" in a for a in answers] == [True, False, False, True]
    assert [(a["index"], a["status"]) for a in answers[1:3]] == [(1, 400), (2, 400)]


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{}", "application/json", 400),
        (b"[{}", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "text/plain", 415),
        (b"[]", "application/json; charset=gbk", 415),
    ],
)
def test_a_body_that_is_no_batch_is_a_problem(client, content, content_type, status):
    response = client.request("POST", "/extract/batch", content=content, headers={"Content-Type": content_type})
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.fixture(scope="module")
def small(serving, tagger):
    limits = Settings(http=HTTPSettings(text_limit=50), batch=BatchSettings(items=3, bytes=5000))
    with serving(tagger, limits) as client:
        yield client


def test_limits_of_a_list(small):
    assert listed(small, [{"text": "无"}] * 4).status_code == 413
    assert listed(small, [{"text": "无" * 3000}]).status_code == 413
    answers = listed(small, [{"text": "无" * 51}, {"text": "无" * 50}]).json()
    assert (answers[0]["status"], answers[0]["errors"][0]["field"]) == (413, "text")
    assert "entities" in answers[1]


def test_limits_of_lines(small):
    answers = read_lines(lines(small, ndjson([{"text": "无"}] * 5)))
    assert ["entities" in a for a in answers] == [True] * 3 + [False]
    assert (answers[3]["status"], answers[3]["index"]) == (413, 3)
    long = b'{"text": "' + b" " * HTTPSettings(text_limit=50).body_limit + b'"}\n'
    answers = read_lines(lines(small, ndjson([{"text": "无"}]) + long + ndjson([{"text": "无"}])))
    assert [a.get("status") for a in answers] == [None, 413, None]


def test_a_packed_bomb_of_lines_is_cut_off(client):
    headers = {"Content-Encoding": "gzip"}
    (problem,) = read_lines(lines(client, gzip.compress(ndjson([{"text": ""}]) + b"\n" * 50_000_000), **headers))[1:]
    assert (problem["status"], problem["index"], problem["errors"][0]["field"]) == (413, 1, "body")
    refused = lines(client, gzip.compress(b"\n" * 50_000_000), **headers)
    assert refused.status_code == 413


def test_a_batch_waits_where_a_document_would_be_refused(serving, held, until):
    settings = Settings(queue=QueueSettings(capacity=30))
    with serving(held, settings) as client:
        answers = listed(client, [{"text": text} for text in TEXTS * 10]).json()
        assert len(answers) == 30
        assert all("entities" in a for a in answers)


def test_a_batch_is_refused_as_a_whole_where_nothing_of_it_can_be_accepted(serving, held, until):
    held.gate.clear()
    with serving(held, wait=False) as client:
        refused = listed(client, [{"text": "无"}, {"text": "无"}])
        held.gate.set()
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) >= 1
    with serving(held, Settings(queue=QueueSettings(capacity=12))) as client:
        held.begun.clear()
        held.gate.clear()
        portal = client.portal
        first = portal.start_task_soon(lambda: client.http.post("/extract", json={"text": "占用"}, timeout=60))
        until(lambda: held.begun == ["占用"])
        second = portal.start_task_soon(lambda: client.http.post("/extract", json={"text": "长" * 10}, timeout=60))
        until(lambda: client.app.state.worker.queue.documents == 2)
        refused = listed(client, [{"text": "无"}, {"text": "无"}])
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        held.gate.set()
        assert {first.result(30).status_code, second.result(30).status_code} == {200}


def test_only_the_document_that_fails_has_a_500(serving, held):
    with serving(held) as client:
        held.error_on = "坏"
        answers = listed(client, [{"text": "好1"}, {"text": "坏文本", "id": "x"}, {"text": "好2"}]).json()
    assert [a.get("status") for a in answers] == [None, 500, None]
    assert (answers[1]["index"], answers[1]["id"]) == (1, "x")
    assert "坏文本" not in json.dumps(answers, ensure_ascii=False)


class Connection:
    """A client at the level of ASGI, that reads and writes as a test tells it."""

    def __init__(self, app, portal):
        self.taken = 0
        self.sent = []
        self._app, self._portal = app, portal
        self._incoming = portal.call(asyncio.Queue)
        self._may_send = portal.call(asyncio.Event)
        portal.call(self._may_send.set)

    def start(self):
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/extract/batch",
            "query_string": b"",
            "headers": [(b"content-type", NDJSON.encode())],
        }
        self.task = self._portal.start_task_soon(self._app, scope, self._receive, self._send)

    async def _receive(self):
        message = await self._incoming.get()
        self.taken += 1
        return message

    async def _send(self, message):
        await self._may_send.wait()
        self.sent.append(message)

    def write(self, content, more=True):
        self._portal.call(self._incoming.put_nowait, {"type": "http.request", "body": content, "more_body": more})

    def hang_up(self):
        self._portal.call(self._incoming.put_nowait, {"type": "http.disconnect"})

    def stop_reading(self):
        self._portal.call(self._may_send.clear)

    def read_on(self):
        self._portal.call(self._may_send.set)

    def answers(self):
        body = b"".join(m.get("body", b"") for m in self.sent)
        return [json.loads(line) for line in body.splitlines()]


def test_each_answer_goes_out_while_the_client_goes_on_writing(client, until):
    connection = Connection(client.app, client.portal)
    connection.start()
    for count in range(1, 4):
        connection.write(ndjson([{"text": TEXTS[0], "id": str(count)}]))
        until(lambda count=count: len(connection.answers()) == count)
    connection.write(b"", more=False)
    until(lambda: not connection.sent[-1].get("more_body", True))
    assert [a["id"] for a in connection.answers()] == ["1", "2", "3"]
    connection.hang_up()
    connection.task.result(10)


def test_no_more_is_read_than_may_be_held_while_answers_do_not_go_out(serving, tagger, until):
    limits = Settings(batch=BatchSettings(bytes=2000, ahead=200))
    with serving(tagger, limits) as client:
        connection = Connection(client.app, client.portal)
        connection.stop_reading()
        connection.start()
        line = ndjson([{"text": TEXTS[0]}])
        for _ in range(60):
            connection.write(line)
        until(lambda: connection.taken > 10)
        client.portal.call(asyncio.sleep, 1)
        # what is held as bytes, what is worked on, and one in each hand between
        assert connection.taken <= 2000 // len(line) + 200 // 64 + 6
        connection.read_on()
        connection.write(b"", more=False)
        until(lambda: len(connection.answers()) == 60)
        connection.hang_up()
        connection.task.result(10)


def test_the_work_of_a_client_that_hangs_up_is_dropped(serving, held, until):
    with serving(held, Settings()) as client:
        held.begun.clear()
        held.gate.clear()
        connection = Connection(client.app, client.portal)
        connection.start()
        connection.write(ndjson([{"text": TEXTS[0]}]))
        until(lambda: held.begun == [TEXTS[0]])
        connection.write(ndjson([{"text": text} for text in TEXTS * 3]), more=False)
        worker = client.app.state.worker
        until(lambda: worker.queue.documents > 1)
        connection.hang_up()
        connection.task.result(10)
        assert not worker.queue.documents
        held.gate.set()
        assert client.extract(text="无").status_code == 200
        assert held.begun == [TEXTS[0], "无"]
        assert connection.sent[0]["status"] == 499


def test_the_length_of_all_texts_is_logged(client, requests):
    states = []

    async def app(scope, receive, send):
        states.append(scope.setdefault("state", {}))
        await client.app(scope, receive, send)

    async def post():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://s") as http:
            return await http.post("/extract/batch", json=requests)

    assert client.portal.call(post).status_code == 200
    assert states[0]["length"] == sum(len(r["text"]) for r in requests)

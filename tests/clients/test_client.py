"""The Python client against the real service; both of its kinds go through the same tests."""

import asyncio
import copy
import datetime
import email.utils
import importlib.util
import inspect
import json
import os
import pickle
import time
import typing
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import mubiao_client
import pytest
from mubiao_client import (
    AsyncClient,
    Busy,
    Client,
    Document,
    Extraction,
    Failure,
    FieldProblem,
    NoAnswer,
    RequestRefused,
    Retry,
    ServiceFailed,
    UnexpectedAnswer,
)
from mubiao_client.answers import read
from mubiao_client.retry import retry_after
from mubiao_client.streams import Lines

from service.settings import Settings
from service.settings.jobs import JobSettings

_spec = importlib.util.spec_from_file_location("roads", Path(__file__).parent / "conftest.py")
roads = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(roads)

TEXT = "年底前，县民政局新建养老服务中心12个。"
QUICK = Retry(attempts=4, first_wait=0.01, longest_wait=2)


class Blocking:
    """AsyncClient, used as Client is."""

    def __init__(self, *args, **options):
        self._loop = asyncio.new_event_loop()
        self._client = AsyncClient(*args, **options)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

    def __getattr__(self, name):
        method = getattr(self._client, name)

        def call(*args, **options):
            result = method(*args, **options)
            if inspect.isasyncgen(result):
                return self._all(result)
            return self._loop.run_until_complete(result)

        return call

    def _all(self, results):
        try:
            while True:
                try:
                    yield self._loop.run_until_complete(anext(results))
                except StopAsyncIteration:
                    return
        finally:
            self._loop.run_until_complete(results.aclose())


@pytest.fixture(params=[Client, Blocking], ids=["sync", "async"])
def kind(request):
    return request.param


@pytest.fixture
def client(kind, place):
    with kind(place.url, retry=QUICK) as client:
        yield client


def test_an_answer_has_types(client):
    answer = client.extract(TEXT, id="x", date="2025-02-01")
    assert (answer.id, answer.length, answer.offsets) == ("x", len(TEXT), "codepoint")
    for entity in answer.entities:
        assert TEXT[entity.start : entity.end] == entity.text
    (row,) = (r for r in answer.records if r.number)
    assert answer.entity(row.number).text == "12"
    assert row.due.to == datetime.date(2025, 12, 31)
    assert (row.quantity.min, row.assigned[0].name) == ("12", "县民政局")
    assert answer.json["records"][0]["due"]["to"] == "2025-12-31"
    with pytest.raises(KeyError):
        answer.entity("X1")


def test_options_reach_the_service(client):
    answer = client.extract("🏥" + TEXT, offsets="utf16", labels=["NUMBER", "UNIT"], min_confidence=0.5)
    assert (answer.offsets, answer.length) == ("utf16", len(TEXT) + 2)
    assert {e.label for e in answer.entities} == {"NUMBER", "UNIT"}


def test_a_long_text_goes_packed(client, place, kind):
    long = TEXT * 200
    answer = client.extract(long)
    assert place.road.seen[-1]["headers"].count((b"content-encoding", b"gzip")) == 1
    with kind(place.url, packed=False) as plain:
        assert plain.extract(long).entities == answer.entities
    assert (b"content-encoding", b"gzip") not in place.road.seen[-1]["headers"]


def test_files_by_path_and_by_content(client, tmp_path):
    path = tmp_path / "任务.txt"
    path.write_text(TEXT, encoding="gb18030")
    by_path = client.extract_file(path, text=True, date=datetime.date(2025, 2, 1), labels=["NUMBER"], id="f")
    assert (by_path.id, by_path.document.format, by_path.document.text) == ("f", "txt", TEXT)
    assert [e.text for e in by_path.entities] == ["12"]
    assert client.extract_file(TEXT.encode(), id="f", labels=["NUMBER"]).document.text is None
    with pytest.raises(RequestRefused) as caught:
        client.extract_file(b"%PDF-1.7 broken", name="x.pdf")
    assert caught.value.status == 422


def test_what_is_wrong_is_named(client, place):
    with pytest.raises(RequestRefused) as caught:
        client.extract("", date="heute")
    error = caught.value
    assert (error.status, [e.field for e in error.errors]) == (422, ["date", "text"])
    assert "YYYY-MM-DD" in str(error)
    assert error.request_id
    assert len(place.road.seen) == 1
    with pytest.raises(RequestRefused):
        client.extract("\ud800")


def test_schema_version_and_readiness(client, kind):
    labels = client.labels()
    assert [label.name for label in labels.labels][:2] == ["目标", "指标"]
    assert client.version().model.name
    assert client.ready()
    with kind("http://127.0.0.1:9", retry=QUICK) as nowhere:
        assert not nowhere.ready()
        with pytest.raises(NoAnswer) as caught:
            nowhere.version()
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


def test_the_key_is_sent(kind, place):
    with kind(place.url, "k-1", retry=QUICK) as client:
        client.extract(TEXT)
        list(client.extract_many([TEXT]))
        client.ready()
    assert [dict(scope["headers"])[b"authorization"] for scope in place.road.seen] == [b"Bearer k-1"] * 3


@pytest.mark.parametrize(
    "way",
    [
        *(roads.refused(status) for status in (408, 409, 429, 503, 504)),
        roads.refused(502, None),
        roads.cut_off,
    ],
)
def test_a_call_is_sent_again(client, place, way):
    place.road.ahead = [way] * 3
    assert client.extract(TEXT).entities
    assert len(place.road.seen) == 4


def test_retry_after_is_waited_for(client, place):
    place.road.ahead = [roads.refused(429, "1")]
    began = time.monotonic()
    client.extract(TEXT)
    assert time.monotonic() - began >= 1


def test_there_is_an_end_to_it(client, place):
    place.road.ahead = [roads.cut_off] * 9
    with pytest.raises(NoAnswer):
        client.extract(TEXT)
    assert len(place.road.seen) == 4
    place.road.seen.clear()
    place.road.ahead = [roads.refused(503, "3600")] * 2
    with pytest.raises(UnexpectedAnswer):  # it has no problem in it: another program's
        client.extract(TEXT)
    assert len(place.road.seen) == 1
    place.road.ahead = [roads.refused(409, None)]
    with pytest.raises(UnexpectedAnswer):
        client.extract(TEXT)
    place.road.ahead = [roads.refused(500)]
    with pytest.raises(UnexpectedAnswer):
        client.extract(TEXT)


def test_a_service_that_does_not_get_ready_is_busy(kind, tagger, running):
    from service.settings import Settings

    with running(tagger, Settings()) as place:
        place.app.state.worker.stop()
        with kind(place.url, retry=Retry(attempts=2, first_wait=0.01, longest_wait=1)) as client:
            assert not client.ready()
            with pytest.raises(Busy) as caught:
                client.extract(TEXT)
            assert (caught.value.status, caught.value.retry_after) == (503, 5)
            with pytest.raises(Busy):
                list(client.extract_many([TEXT]))


def test_a_failure_of_the_service(client, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("service.records.build", fail)
    with pytest.raises(ServiceFailed) as caught:
        client.extract(TEXT)
    assert caught.value.status == 500
    (failure,) = client.extract_many([TEXT])
    assert (failure.status, failure.index) == (500, 0)


def documents(count):
    return [Document(TEXT.replace("12", str(i + 1)), id=f"d{i}") for i in range(count)]


def check(answers, sent):
    assert [(a.id, a.length) for a in answers] == [(d.id, len(d.text)) for d in sent]
    for answer, document in zip(answers, sent, strict=True):
        assert all(document.text[e.start : e.end] == e.text for e in answer.entities)
    assert [e.text for e in answers[2].entities if e.label == "NUMBER"] == ["3"]


def test_many_documents_in_order(client, place):
    check(list(client.extract_many(iter(documents(110)), labels=["NUMBER"])), documents(110))
    assert len(place.road.seen) == 2


def test_many_documents_of_either_kind(client):
    answers = list(
        client.extract_many([TEXT, Document("", id="leer"), Document(TEXT, date="2020-01-01")], date="2025-01-01")
    )
    assert isinstance(answers[1], Failure)
    assert (answers[1].index, answers[1].id, answers[1].errors[0].field) == (1, "leer", "text")
    assert [a.records[0].due.to.year for a in answers if isinstance(a, Extraction)] == [2025, 2020]
    assert list(client.extract_many([])) == []


def test_lines_end_at_line_feeds_only(client):
    text = "新建\u2028养老\x85服务\x0b中心12个"
    (answer,) = client.extract_many([Document(text, id=text)])
    assert (answer.id, answer.length) == (text, len(text))
    lines = Lines()
    assert [line for piece in (b"a\r", b"b\nc", b"\n\n", b"d") for line in lines.feed(piece)] == [b"a\rb", b"c"]


def test_documents_are_taken_as_they_are_needed(client):
    taken = []

    def source():
        for document in documents(200):
            taken.append(document)
            yield document

    answers = client.extract_many(source())
    assert next(answers).id == "d0"
    assert len(taken) <= 101
    answers.close()


@pytest.mark.parametrize("lines", [0, 1, 7])
def test_a_stream_that_breaks_is_gone_on_with(client, place, lines):
    place.road.ahead = [roads.broken_after(lines), roads.cut_off, roads.refused(503)]
    check(list(client.extract_many(documents(12), labels=["NUMBER"])), documents(12))
    assert len(place.road.seen) == 4


def test_a_stream_that_gives_nothing_any_more_ends(client, place):
    place.road.ahead = [roads.broken_after(3), *[roads.cut_off] * 9]
    answers = client.extract_many(documents(5))
    assert [next(answers).id for _ in range(3)] == ["d0", "d1", "d2"]
    with pytest.raises(NoAnswer):
        next(answers)
    assert len(place.road.seen) == 4


def test_documents_that_were_put_off_are_sent_again(client, place, monkeypatch):
    from service.errors import NotReady
    from service.extractor import Extractor

    answer = Extractor.answer
    refusals = iter([False, False, True])

    async def sometimes(self, text, options, *more, **further):
        if next(refusals, False):
            raise NotReady(0)
        return await answer(self, text, options, *more, **further)

    monkeypatch.setattr(Extractor, "answer", sometimes)
    check(list(client.extract_many(documents(5), labels=["NUMBER"])), documents(5))
    assert len(place.road.seen) == 2


def test_waits():
    retry = Retry(attempts=9, first_wait=1, longest_wait=10)
    waits = [retry.after(attempt, httpx.ConnectError("x")) for attempt in range(1, 9)]
    for wait, least in zip(waits, [1, 2, 4, 8, 10, 10, 10, 10], strict=True):
        assert least <= wait <= least * 1.25
    assert retry.after(9, httpx.ConnectError("x")) is None
    assert retry.after(1, httpx.UnsupportedProtocol("x")) is None
    assert retry.after(1, httpx.Response(404)) is None
    assert 7 <= retry.after(1, httpx.Response(429, headers={"Retry-After": "7"})) <= 8.75
    assert retry.after(1, httpx.Response(429, headers={"Retry-After": "11"})) is None
    for soon in ("0", "1", "Wed, 21 Oct 2015 07:28:00 GMT"):  # not all attempts at once
        assert 4 <= retry.after(3, httpx.Response(429, headers={"Retry-After": soon})) <= 5
    assert 10 <= Retry(attempts=9999, longest_wait=10).after(9998, httpx.ConnectError("x")) <= 12.5
    later = email.utils.format_datetime(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=60))
    assert 55 < retry_after(httpx.Response(503, headers={"Retry-After": later})) <= 60
    for never in ("bald", "Wed, 21 Oct 2015 07:28:00 +" + "9" * 20):
        assert retry_after(httpx.Response(503, headers={"Retry-After": never})) is None


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"version": 1, "model": {"name": "n", "version": "v"}}, {"version": "1", "model": []}],
)
def test_an_answer_of_another_form_is_an_error(value):
    with pytest.raises(UnexpectedAnswer):
        read(mubiao_client.Version, value)


def test_members_that_are_not_known_are_left_out():
    value = {"version": "1", "model": {"name": "n", "version": "v", "new": 1}, "new": {}}
    assert read(mubiao_client.Version, value) == mubiao_client.Version("1", mubiao_client.Model("n", "v"))


def test_all_that_the_service_answers_is_known(client):
    from service.record_schemas import RecordAnswer
    from service.schemas import EntityAnswer, ExtractFileAnswer

    for ours, theirs in (
        (mubiao_client.Record, RecordAnswer),
        (mubiao_client.Entity, EntityAnswer),
        (mubiao_client.Extraction, ExtractFileAnswer),
    ):
        assert {*theirs.model_fields} <= {*ours.__dataclass_fields__}


def test_both_kinds_have_the_same_calls():
    def calls(cls):
        return {
            name: [*inspect.signature(value).parameters]
            for name, value in vars(cls).items()
            if inspect.isfunction(value) and not name.startswith("__") and name not in ("close", "aclose")
        }

    assert calls(Client) == calls(AsyncClient)


def test_a_job_from_its_documents_to_its_end(kind, running, tagger, tmp_path):
    (tmp_path / "a.txt").write_text(f"🏥{TEXT}", encoding="utf-8")
    options = {"offsets": "utf16", "labels": ["NUMBER", "UNIT"], "min_confidence": 0.5}
    # A service of its own: the jobs of one in a process must have ended before those of another begin.
    with running(tagger, Settings(jobs=JobSettings(folder=tmp_path / "jobs"))) as place, kind(place.url) as client:
        documents = [f"🏥{TEXT}", Document(f"🏥{TEXT}", id="b", date="2020-01-01")]
        jobs = [client.submit(documents, **options), client.submit(files=[tmp_path / "a.txt"], text=True, **options)]
        found = [result for job in jobs for result in client.results(job.id)]
        assert [result.id for result in found] == ["0", "b", "a.txt"]
        for result in found:
            assert [e.label for e in result.entities] == ["NUMBER", "UNIT"]
            assert result.entities[0].start == TEXT.index("12") + 2
        assert found[2].document.text == f"🏥{TEXT}"
        assert [client.wait(job.id).state for job in jobs] == ["done", "done"]
        assert [job.id for job in client.jobs()] == [jobs[1].id, jobs[0].id]
        client.erase(jobs[0].id)
        assert [job.id for job in client.jobs()] == [jobs[1].id]
        again = [client.submit(documents, idempotency_key="plans", **options).id for _ in range(2)]
        assert again[0] == again[1] != jobs[0].id
        with pytest.raises(ValueError, match="idempotency key must be visible ASCII"):
            client.submit(documents, idempotency_key="plans\n")
        client.wait(again[0])


def scripted(kind, handler):
    """A client of a service that ``handler`` plays."""
    http = httpx.Client if kind is Client else httpx.AsyncClient
    return kind("http://service", retry=QUICK, http=http(transport=httpx.MockTransport(handler)))


def job_of(state, total):
    return httpx.Response(200, json={"id": "j", "state": state, "total": total, "done": 0, "failed": 0})


def lines_of(first, last):
    one = {"length": 1, "offsets": "codepoint", "entities": [], "records": [], "model": {"name": "n", "version": "v"}}
    return b"".join(json.dumps({"id": str(i), **one}).encode() + b"\n" for i in range(first, last))


@pytest.mark.parametrize("silence", [httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), 504])
def test_a_job_may_be_silent_for_long(kind, monkeypatch, silence):
    monkeypatch.setattr("mubiao_client.client._POLL", 0)
    monkeypatch.setattr("mubiao_client.async_client._POLL", 0)
    silent = [silence] * 2 * QUICK.attempts

    def service(request):
        if not request.url.path.endswith("/results"):
            return job_of("running" if silent else "done", 2)
        if not silent:
            return httpx.Response(200, content=lines_of(int(request.url.params["offset"]), 2))
        if isinstance(outcome := silent.pop(), int):
            return httpx.Response(outcome)
        raise outcome

    with scripted(kind, service) as client:
        assert [result.id for result in client.results("j")] == ["0", "1"]


@pytest.mark.parametrize("cut", [-5, -len(lines_of(2, 3)), -len(lines_of(1, 3))])
@pytest.mark.parametrize("follow", [True, False])
def test_results_that_end_early_are_gone_on_with(kind, cut, follow):
    """Behind a proxy that takes HTTP/1.0 from the service, an answer that broke off looks whole."""
    cuts = iter([cut])

    def service(request):
        if not request.url.path.endswith("/results"):
            return job_of("done", 3)
        return httpx.Response(200, content=lines_of(int(request.url.params["offset"]), 3)[: next(cuts, None)])

    with scripted(kind, service) as client:
        assert [result.id for result in client.results("j", follow=follow)] == ["0", "1", "2"]
        assert [result.id for result in client.results("j", offset=2, follow=follow)] == ["2"]
        assert list(client.results("j", offset=3, follow=follow)) == []


def test_a_document_that_arrived_too_slowly_is_sent_again(kind):
    """A body that stalls amid a batch has its 408 where the next document's answer would be."""
    problem = {"title": "Request Timeout", "status": 408, "detail": "", "errors": [], "index": 1, "id": None}
    answers = [lines_of(1, 3), lines_of(0, 1) + json.dumps(problem).encode() + b"\n"]
    with scripted(kind, lambda request: httpx.Response(200, content=answers.pop())) as client:
        assert [answer.id for answer in client.extract_many(["a", "b", "c"])] == ["0", "1", "2"]


@pytest.mark.parametrize("line", [b'{"error": "x"}', b'{"error": [1]}', b"[1]", b'{"status": 1}', b"<html>"])
def test_a_line_of_another_form_is_an_error(kind, line):
    with (
        scripted(kind, lambda request: httpx.Response(200, content=line + b"\n")) as client,
        pytest.raises(UnexpectedAnswer),
    ):
        list(client.extract_many(["a"]))


def test_errors_come_out_of_other_processes():
    error = RequestRefused(422, "Unprocessable", "no", (FieldProblem("text", "must be there"),), 1.0, "r")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(other), vars(other), str(other)) == (RequestRefused, vars(error), str(error))
    assert str(error) == "422 Unprocessable: no; text must be there"


def test_jobs_may_be_erased_while_they_are_listed(kind):
    kept = [f"{number:03}" for number in range(250, 0, -1)]

    def service(request):
        """The service's: after a job that is no more come no others."""
        if request.method == "DELETE":
            kept.remove(request.url.path.rpartition("/")[2])
            return httpx.Response(204)
        after = request.url.params.get("after")
        begin = 0 if after is None else kept.index(after) + 1 if after in kept else len(kept)
        found = kept[begin : begin + int(request.url.params["limit"])]
        more = begin + len(found) < len(kept)
        jobs = [{"id": id, "state": "done", "total": 1, "done": 1, "failed": 0} for id in found]
        return httpx.Response(200, json={"jobs": jobs, "next": found[-1] if more else None})

    with scripted(kind, service) as client:
        assert [job.id for job in client.jobs()] == kept
        for job in client.jobs():
            client.erase(job.id)
    assert kept == []


@pytest.mark.parametrize("key", ["k-1\n", "k 1", "schlüssel"])
def test_a_key_that_cannot_be_sent_is_refused_at_once(kind, key):
    with pytest.raises(ValueError, match="key") as caught:
        kind("http://service", key)
    assert key not in str(caught.value)


class Long(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that goes on and on."""

    closed = False

    def __iter__(self):
        while True:
            yield lines_of(0, 1)

    async def __aiter__(self):
        for piece in self:
            yield piece

    def close(self):
        self.closed = True

    async def aclose(self):
        self.close()


@pytest.mark.parametrize("name", ["extract_many", "results"])
def test_who_ends_early_gives_the_connection_back(kind, name):
    bodies = []

    def service(request):
        if request.url.path == "/jobs/j":
            return job_of("running", 9)
        bodies.append(Long())
        return httpx.Response(200, stream=bodies[-1])

    with scripted(kind, service) as client:
        answers = getattr(client, name)("j" if name == "results" else iter(["a"] * 9))
        next(answers)
        answers.close()
        assert [body.closed for body in bodies] == [True]


@pytest.mark.parametrize("name", ["extract_many", "results", "jobs"])
def test_types_allow_to_end_early(name):
    for client, generator in ((Client, Generator), (AsyncClient, AsyncGenerator)):
        assert typing.get_origin(typing.get_type_hints(getattr(client, name))["return"]) is generator


def test_a_document_too_long_for_any_batch_fails_alone(client):
    answers = list(client.extract_many([TEXT, "无" * 6_000_000, TEXT]))
    assert [type(answer) for answer in answers] == [Extraction, Failure, Extraction]
    assert answers[1].status == 413


def test_names_of_files_need_not_be_unicode(client, tmp_path):
    path = tmp_path / os.fsdecode("计划.txt".encode("gbk"))
    path.write_text(TEXT)
    assert client.extract_file(path).entities


def test_one_string_is_not_many_documents(client):
    with pytest.raises(TypeError, match="documents must be a list"):
        list(client.extract_many(TEXT))
    with pytest.raises(TypeError, match="documents must be a list"):
        client.submit(TEXT)
    with pytest.raises(TypeError, match="files must be a list"):
        client.submit(files="plan.txt")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "", "http://127.0.0.1:port", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_refused_at_once(kind, url):
    with pytest.raises(ValueError, match="the url must be like"):
        kind(url)

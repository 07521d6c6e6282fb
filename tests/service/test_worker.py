"""The queue and the thread behind it, by what requests see of them."""

import asyncio
import json
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.tagger import Tagger
from service.schemas import Problem
from service.settings import QueueSettings, Settings
from service.worker import Worker


@pytest.fixture
def pool():
    with ThreadPoolExecutor(16) as pool:
        yield pool


def occupy(client, held, pool, until):
    """Close the gate and send one request that the thread begins."""
    held.begun.clear()
    held.gate.clear()
    first = pool.submit(client.extract, text="占用")
    until(lambda: held.begun == ["占用"])
    return first


def waiting(client):
    """How many documents wait behind the one that was begun."""
    return client.app.state.worker.queue.documents - 1


def test_short_texts_do_not_wait_for_a_long_one(serving, held, pool, until):
    long = "一、年底前，县民政局新建养老服务中心12个。\n" * 100
    with serving(held, Settings(queue=QueueSettings(turn=500))) as client:
        first = occupy(client, held, pool, until)
        archive = pool.submit(client.extract, text=long)
        until(lambda: waiting(client) == 1)
        others = [pool.submit(client.extract, text=f"年底前新建{i}个") for i in range(4)]
        until(lambda: waiting(client) == 5)
        held.gate.set()
        assert {f.result().status_code for f in (first, *others)} == {200}
        assert not archive.done()
        assert archive.result().json()["length"] == len(long)


def test_a_full_queue_answers_429(serving, held, pool, until):
    with serving(held, Settings(queue=QueueSettings(capacity=10))) as client:
        first = occupy(client, held, pool, until)
        second = pool.submit(client.extract, text="长" * 8)
        until(lambda: waiting(client) == 1)
        refused = client.extract(text="短")
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert Problem.model_validate(refused.json()).title == "Too Many Requests"
        held.gate.set()
        assert {f.result().status_code for f in (first, second)} == {200}
        assert client.extract(text="长" * 20).status_code == 200  # over the capacity, but there is nothing else


def test_work_of_a_client_that_has_gone_is_dropped_and_makes_room(serving, held, pool, until):
    with serving(held, Settings(queue=QueueSettings(capacity=10))) as client:
        first = occupy(client, held, pool, until)
        sent = []
        gone = asyncio.Event()

        async def hang_up():
            messages = iter([{"type": "http.request", "body": json.dumps({"text": "走" * 8}).encode()}])

            async def receive():
                try:
                    return next(messages)
                except StopIteration:
                    await gone.wait()
                    return {"type": "http.disconnect"}

            async def send(message):
                sent.append(message)

            scope = {
                "type": "http",
                "method": "POST",
                "path": "/extract",
                "query_string": b"",
                "headers": [(b"content-type", b"application/json")],
            }
            await client.app(scope, receive, send)

        leaving = client.portal.start_task_soon(hang_up)
        until(lambda: waiting(client) == 1)
        assert client.extract(text="满").status_code == 429
        client.portal.call(gone.set)
        leaving.result(10)
        assert sent[0]["status"] == 499
        until(lambda: waiting(client) == 0)
        second = pool.submit(client.extract, text="有位")
        until(lambda: waiting(client) == 1)
        held.gate.set()
        assert {f.result().status_code for f in (first, second)} == {200}
        assert held.begun == ["占用", "有位"]


def test_only_the_text_that_fails_gets_a_500(serving, held, pool, until, capsys):
    with serving(held) as client:
        first = occupy(client, held, pool, until)
        held.error_on = "坏"
        requests = {text: pool.submit(client.extract, text=text) for text in ("好1", "坏文本", "好2")}
        until(lambda: waiting(client) == 3)
        held.gate.set()
        assert first.result().status_code == 200
        assert {text: r.result().status_code for text, r in requests.items()} == {"好1": 200, "坏文本": 500, "好2": 200}
        failed = requests["坏文本"].result()
        assert failed.headers["Content-Type"] == "application/problem+json"
        assert Problem.model_validate(failed.json()).errors == []
        assert not {"坏文本", "RuntimeError", "Traceback"} & set(failed.text.split())
        assert "坏文本" not in failed.text
        assert client.extract(text="年底前新建3个").status_code == 200


def test_a_failure_after_annotation_fails_its_request_alone(serving, tagger, monkeypatch):
    from service import records

    def fail(structure, entities, date, pins):
        if "坏" in structure.text:
            raise RuntimeError
        return ()

    with serving(tagger) as client:
        monkeypatch.setattr(records, "build", fail)
        assert client.extract(text="坏文本").status_code == 500
        assert client.extract(text="好文本").status_code == 200


def test_a_client_that_goes_while_its_text_is_read_frees_the_threads(held):
    async def run():
        worker = Worker(held, QueueSettings(), retry_after=1)
        worker.start()
        while not worker.ready:
            await asyncio.sleep(0.01)
        read = []
        held.read = lambda draft, index: read.append(index) or Tagger.read(held, draft, index)
        work = asyncio.create_task(worker.annotate("年底前，县民政局新建养老服务中心12个。\n" * 2000, lambda a: a))
        while not read:
            await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert worker.queue.documents == worker.queue.code_points == 0
        await worker.annotate("年底前新建3个", lambda a: a)
        assert len(read) < 40
        await asyncio.to_thread(worker.stop)

    asyncio.run(run())


def test_nothing_of_a_text_is_held_after_its_answer(serving, tagger, monkeypatch, until):
    drafts = []

    def begin(text):
        draft = Tagger.begin(tagger, text)
        drafts.append(weakref.ref(draft))
        return draft

    monkeypatch.setattr(tagger, "begin", begin)
    with serving(tagger) as client:
        assert client.extract(text="年底前，县民政局新建养老服务中心12个。").status_code == 200
        until(lambda: drafts and drafts[-1]() is None)


def test_the_event_loop_is_free_while_the_model_works(serving, held, pool, until):
    with serving(held) as client:
        first = occupy(client, held, pool, until)
        assert client.get("/livez").status_code == 200
        assert not first.done()
        held.gate.set()
        assert first.result().status_code == 200


def test_stopping_answers_what_was_accepted_and_no_more(held, until):
    async def run():
        worker = Worker(held, QueueSettings(), retry_after=1)
        worker.start()
        while not worker.ready:
            await asyncio.sleep(0.01)
        held.gate.clear()
        accepted = [asyncio.create_task(worker.annotate(f"文{i}", lambda a: a.structure.text)) for i in range(5)]
        await asyncio.sleep(0.05)
        stopping = asyncio.create_task(asyncio.to_thread(worker.stop))
        await asyncio.sleep(0.05)
        held.gate.set()
        await stopping
        assert await asyncio.gather(*accepted) == [f"文{i}" for i in range(5)]
        assert not worker.alive

    asyncio.run(run())

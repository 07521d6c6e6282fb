"""Jobs from one end to the other, with the real model and a real database."""

import logging
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from io import StringIO

import httpx
import orjson
import pytest

from service import logs
from service.access.guard import EVERYONE
from service.jobs import database
from service.jobs.intake import Intake
from service.jobs.model import Abandoned, Kind, State, Submission
from service.jobs.schemas import JobAnswer
from service.jobs.store import Store
from service.settings.jobs import JobSettings
from tests.service.jobs.conftest import lines

TEXTS = [
    "年底前，市民政局新建50个照料中心。",
    "🏥 家庭医生签约率不低于75%。",
    "无。",
    "区住建局6月底前改造老旧小区12个。",
]
MARKER = "机密ZQX7731标记"


def rows(folder, table):
    with closing(sqlite3.connect(folder / "jobs.sqlite")) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_results_are_the_answers_of_extract_in_order(jobs, assert_same):
    documents = [
        {"text": TEXTS[i % 4], "id": f"文件{i}", "offsets": "utf16", "date": f"20{10 + i}-01-01"} for i in range(9)
    ]
    id = jobs.send(documents)
    job = jobs.ended(id)
    assert (job["state"], job["total"], job["done"], job["failed"]) == ("done", 9, 9, 0)
    assert job["rate"] > 0
    assert job["seconds_left"] is None
    assert job["created"] <= job["started"] <= job["finished"] < job["expires"]
    JobAnswer.model_validate(job)
    results = jobs.results(id)
    assert [r["id"] for r in results] == [d["id"] for d in documents]
    for result, document in zip(results, documents, strict=True):
        assert_same(result, jobs.http.extract(**document).json())


def test_a_list_and_lines_are_the_same(jobs, assert_same):
    response = jobs.submit(orjson.dumps([{"text": text} for text in TEXTS]), "application/json")
    assert response.status_code == 202
    jobs.ended(response.json()["id"])
    from_list = jobs.results(response.json()["id"])
    assert [r["id"] for r in from_list] == ["0", "1", "2", "3"]
    for one, other in zip(from_list, jobs.run([{"text": text} for text in TEXTS]), strict=True):
        assert_same(one, other)


def test_options_hold_for_documents_that_say_nothing_else(jobs):
    text = "🏥 年底前新建50个照料中心。"
    first, second = jobs.run(
        [{"text": text}, {"text": text, "offsets": "codepoint", "date": "2021-05-01"}], "?date=2024-05-01&offsets=utf16"
    )
    assert (first["offsets"], second["offsets"]) == ("utf16", "codepoint")
    assert [r["records"][0]["due"]["to"] for r in (first, second)] == ["2024-12-31", "2021-12-31"]


def test_labels_and_confidence_hold_for_documents_that_say_nothing_else(jobs, assert_same):
    documents = [
        {"text": TEXTS[0], "id": "a"},
        {"text": TEXTS[0], "id": "b", "labels": ["UNIT"], "min_confidence": 0},
        {"text": TEXTS[0], "id": "c", "labels": None, "offsets": "utf8"},
    ]
    found = jobs.run(documents, "?labels=NUMBER,TARGET&min_confidence=0.9&offsets=utf16")
    assert [{e["label"] for e in one["entities"]} for one in found[:2]] == [{"NUMBER", "TARGET"}, {"UNIT"}]
    said = {"labels": ["NUMBER", "TARGET"], "min_confidence": 0.9, "offsets": "utf16"}
    for result, document in zip(found, documents, strict=True):
        assert_same(result, jobs.http.extract(**said | document).json())
    sure = jobs.run(documents[:1], "?min_confidence=1")[0]
    assert sure["entities"] == sure["records"] == []


def test_options_hold_for_every_way_of_sending(with_jobs, tagger, tmp_path):
    text = f"🏥 {TEXTS[0]}"
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.jsonl").write_bytes(lines([{"text": text}]))
    (tmp_path / "archive" / "b.txt").write_text(text, encoding="utf-8")
    form = httpx.Request("POST", "http://x", files=[("file", ("c.txt", text.encode()))])
    bodies = [
        (lines([{"text": text}]), "application/x-ndjson"),
        (orjson.dumps([{"text": text}]), "application/json"),
        (b'{"path": "."}', "application/json"),
        (form.read(), form.headers["content-type"]),
    ]
    found = []
    with with_jobs(tagger, tmp_path, root=tmp_path / "archive") as jobs:
        for content, content_type in bodies:
            response = jobs.submit(content, content_type, "?labels=NUMBER&offsets=utf16&min_confidence=0.5")
            jobs.ended(response.json()["id"])
            found += jobs.results(response.json()["id"])
    place = len(text[: text.index("50")].encode("utf-16-le")) // 2
    assert len(found) == 5
    for result in found:
        assert [(e["label"], e["start"]) for e in result["entities"]] == [("NUMBER", place)]
        assert (result["offsets"], result["records"][0]["target"]) == ("utf16", None)


def test_options_are_kept_over_a_restart(with_jobs, held, tmp_path, until):
    with with_jobs(held, tmp_path) as jobs:
        held.gate.clear()
        id = jobs.send([{"text": TEXTS[0]}], "?labels=NUMBER")
        until(lambda: len(held.begun) > 1)
        threading.Timer(3, held.gate.set).start()
    with with_jobs(held, tmp_path) as jobs:
        jobs.ended(id)
        assert [e["label"] for e in jobs.results(id)[0]["entities"]] == ["NUMBER"]


def test_a_job_of_an_earlier_version_goes_on(with_jobs, held, tmp_path, until):
    with with_jobs(held, tmp_path) as jobs:
        held.gate.clear()
        id = jobs.send([{"text": f"🏥 {TEXTS[0]}"}])
        until(lambda: len(held.begun) > 1)
        threading.Timer(3, held.gate.set).start()
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as connection, connection:
        connection.execute("ALTER TABLE jobs DROP COLUMN owner")
        before = {"date": "2024-01-01", "offsets": "utf16", "text": False, "webhook": None}
        connection.execute("UPDATE jobs SET options = ?", [orjson.dumps(before).decode()])
    with with_jobs(held, tmp_path) as jobs:
        assert [job["id"] for job in jobs.http.get("/jobs").json()["jobs"]] == [id]
        assert jobs.ended(id)["failed"] == 0
        (found,) = jobs.results(id)
        assert (found["offsets"], found["records"][0]["due"]["to"]) == ("utf16", "2024-12-31")
        jobs.run([{"text": "x"}])


def test_requests_come_first(with_jobs, held, tmp_path, until):
    with with_jobs(held, tmp_path) as jobs:
        held.gate.clear()
        id = jobs.send([{"text": f"{TEXTS[0]}{i}"} for i in range(30)])
        until(lambda: len(held.begun) > 1)
        request = threading.Thread(target=jobs.http.extract, kwargs={"text": "急件"})
        request.start()
        until(lambda: jobs.http.app.state.worker.queue.documents == 1)
        held.gate.set()
        request.join()
        jobs.ended(id)
    _, first, second, *rest = held.begun  # the one before warmed the model up
    assert (first, second) == (f"{TEXTS[0]}0", "急件")
    assert rest == [f"{TEXTS[0]}{i}" for i in range(1, 30)]


def test_errors_are_results_of_their_documents(with_jobs, tagger, tmp_path):
    long = {"text": "长" * 500_001, "id": "long"}
    bad = [b"kaputt", {"text": "", "id": "empty"}, {"text": "字", "txt": 1}, [], b'{"text": "\\ud800"}', long]
    bad.append(b'{"text": "' + b"x" * 6_100_000 + b'"}')
    good = {"text": TEXTS[0], "id": "good"}
    with with_jobs(tagger, tmp_path) as jobs:
        id = jobs.send([good, *bad, good])
        job = jobs.ended(id)
        results = jobs.results(id)
    assert (job["state"], job["done"], job["failed"]) == ("done", 9, 7)
    assert [r["id"] for r in results] == ["good", "1", "empty", "3", "4", "5", "long", "7", "good"]
    assert [r.get("error", {}).get("status") for r in results] == [None, 422, 422, 422, 422, 422, 413, 413, None]
    assert results[2]["error"]["errors"][0]["field"] == "text"
    assert results[0]["entities"] == results[-1]["entities"] != []


def test_a_document_that_the_model_fails_on_does_not_harm_the_others(with_jobs, held, tmp_path):
    held.error_on = "75%"
    with with_jobs(held, tmp_path) as jobs:
        results = jobs.run([{"text": text} for text in TEXTS])
    assert [r.get("error", {}).get("status") for r in results] == [None, 500, None, None]


def test_files(jobs):
    files = [
        ("任务.txt", "年底前新建50个照料中心。".encode()),
        ("表.pdf", b"%PDF-1.7"),
        ("a.bin", b"PK\x03\x04"),
        ("x", b""),
    ]
    form = httpx.Request("POST", "http://x", files=[("file", file) for file in files])
    response = jobs.submit(form.read(), form.headers["content-type"], "?text=true&date=2024-01-01")
    job = jobs.ended(response.json()["id"])
    assert (job["total"], job["failed"]) == (4, 3)
    results = jobs.results(job["id"])
    assert [r["id"] for r in results] == [name for name, _ in files]
    assert results[0]["document"]["text"] == "年底前新建50个照料中心。"
    assert results[0]["records"][0]["due"]["to"] == "2024-12-31"
    assert {r["error"]["errors"][0]["field"] for r in results[1:]} == {"file"}


def test_files_on_the_server(with_jobs, tagger, tmp_path):
    root = tmp_path / "archive"
    (root / "2024").mkdir(parents=True)
    (root / "2024" / "b.txt").write_text(TEXTS[0], encoding="utf-8")
    (root / "2024" / "a.jsonl").write_bytes(orjson.dumps({"text": TEXTS[1], "id": "one"}) + b"\n")
    (root / "2024" / "notes.py").write_text("no document")
    (tmp_path / "secret.txt").write_text(MARKER)
    (root / "2024" / "link.txt").symlink_to(tmp_path / "secret.txt")
    with with_jobs(tagger, tmp_path / "data", root=root) as jobs:
        response = jobs.submit(b'{"path": "2024"}', "application/json")
        jobs.ended(response.json()["id"])
        assert [r["id"] for r in jobs.results(response.json()["id"])] == ["one", "2024/b.txt"]
        for path in ("..", "../secret.txt", "2024/link.txt", str(tmp_path), "nowhere", "\0"):
            refused = jobs.submit(orjson.dumps({"path": path}), "application/json")
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "path")


def test_files_on_the_server_are_refused_without_a_root(jobs):
    assert jobs.submit(b'{"path": "x"}', "application/json").status_code == 422


@pytest.mark.parametrize(
    ("content", "content_type", "query", "status", "field"),
    [
        (b"", "application/x-ndjson", "", 422, "body"),
        (b"[]", "application/json", "", 422, "body"),
        (b"[{}", "application/json", "", 400, "body"),
        (b"3", "application/json", "", 400, "body"),
        (b'{"text": "x"}', "application/json", "", 400, "body"),
        (b'{"path": 3}', "application/json", "", 422, "path"),
        (b'{"path": "x", "text": "x"}', "application/json", "", 422, "text"),
        (b"{}", "text/plain", "", 415, "Content-Type"),
        (b"x", "multipart/form-data", "", 400, "body"),
        (b"{}", "application/x-ndjson", "?datum=1", 422, "datum"),
        (b"{}", "application/x-ndjson", "?date=1", 422, "date"),
        (b"{}", "application/x-ndjson", "?labels=TARGET,GOAL", 422, "labels"),
        (b"{}", "application/x-ndjson", "?labels=", 422, "labels"),
        (b"{}", "application/x-ndjson", "?min_confidence=nan", 422, "min_confidence"),
        (b"{}", "application/x-ndjson", "?min_confidence=1.1", 422, "min_confidence"),
        (b"{}", "application/x-ndjson", "?date=2024-01-01&date=2024-01-02", 422, "query"),
        (b"{}", "application/x-ndjson", "?webhook=http://example.com/", 422, "webhook"),
        (b"{}\n" * 6, "application/x-ndjson", "", 413, "body"),
    ],
)
def test_wrong_requests_leave_nothing_behind(with_jobs, tagger, tmp_path, content, content_type, query, status, field):
    with with_jobs(tagger, tmp_path, documents=5) as jobs:
        response = jobs.submit(content, content_type, query)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (status, field)
        assert jobs.http.get("/jobs").json() == {"jobs": [], "next": None}
    assert rows(tmp_path, "documents") == 0


def test_an_idempotency_key_makes_one_job_of_the_same_requests(jobs, tmp_path):
    key = {"Idempotency-Key": "k-1"}
    first = jobs.send([{"text": TEXTS[0]}], **key)
    assert jobs.send([{"text": TEXTS[0]}], **key) == first
    other = jobs.submit(b'{"text": "x"}', **key)
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    for query in ("?offsets=utf8", "?labels=NUMBER", "?min_confidence=0.5"):
        assert jobs.submit(orjson.dumps({"text": TEXTS[0]}), query=query, **key).status_code == 422
    assert jobs.send([{"text": TEXTS[0]}], "?offsets=codepoint&min_confidence=0", **key) == first
    assert jobs.send([{"text": TEXTS[0]}], **{"Idempotency-Key": "k-2"}) != first
    assert jobs.submit(b"{}", **{"Idempotency-Key": "x" * 256}).status_code == 422
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as connection, connection:
        # As long as the first is being received.
        connection.execute("UPDATE jobs SET digest = NULL WHERE key = 'k-2'")
    early = jobs.submit(orjson.dumps({"text": TEXTS[0]}), **{"Idempotency-Key": "k-2"})
    assert (early.status_code, "Retry-After" in early.headers) == (409, True)
    jobs.http.request("DELETE", f"/jobs/{first}?erase=true")
    assert jobs.send([{"text": "x"}], **key) != first


def test_unknown_jobs(jobs):
    for path in ("0" * 32, "x", "%00"):
        for rest in ("", "/results", "/events"):
            assert jobs.http.get(f"/jobs/{path}{rest}").status_code == 404
        assert jobs.http.request("DELETE", f"/jobs/{path}").status_code == 404
        assert jobs.http.request("DELETE", f"/jobs/{path}?erase=true").status_code == 404


def test_what_was_taken_for_abandoned_does_not_become_a_job(tmp_path):
    settings = JobSettings(folder=tmp_path)
    engine = database.connect(settings)
    store = Store(engine, 1)
    intake = Intake(engine, settings, "0" * 32)
    intake.open({}, "", None, "seat-0")
    intake.add([Submission(Kind.JSON, b'{"text": "x"}', None, 13)])
    store.hide_received_by("seat-0")  # as another service does, which the database told that nobody sits there
    with pytest.raises(Abandoned):
        intake.accept("digest")
    assert store.page(EVERYONE, 1, None) == []
    assert store.to_clear() == [(intake.id, State.ERASING)]
    engine.dispose()


def test_the_list_is_paged_newest_first(jobs):
    sent = [jobs.send([{"text": "x"}]) for _ in range(5)][::-1]
    found, query = [], "?limit=2"
    while True:
        page = jobs.http.get(f"/jobs{query}").json()
        found += [job["id"] for job in page["jobs"]]
        if not page["next"]:
            break
        query = f"?limit=2&after={page['next']}"
    assert found == sent
    assert jobs.http.get("/jobs?limit=0").status_code == 422
    refused = jobs.http.get(f"/jobs?after={sent[0]}")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "after")


def test_a_page_follows_on_a_job_that_was_erased(jobs):
    sent = [jobs.send([{"text": "x"}]) for _ in range(3)][::-1]
    first = jobs.http.get("/jobs?limit=1").json()
    assert jobs.http.request("DELETE", f"/jobs/{sent[0]}?erase=true").status_code == 204
    following = jobs.http.get(f"/jobs?limit=2&after={first['next']}").json()
    assert [job["id"] for job in following["jobs"]] == sent[1:]


def test_results_are_there_while_the_job_runs(with_jobs, held, tmp_path, until):
    with with_jobs(held, tmp_path, chunk_documents=2, chunks=1) as jobs:
        held.error_on = None
        held.gate.clear()
        id = jobs.send([{"text": text} for text in TEXTS])
        until(lambda: len(held.begun) > 1)
        assert jobs.job(id)["state"] == "running"
        assert jobs.results(id) == []
        held.gate.set()
        followed = jobs.results(id, "?follow=true&offset=1")
        assert [r["id"] for r in followed] == ["1", "2", "3"]
        assert jobs.job(id)["state"] == "done"
        assert [r["id"] for r in jobs.results(id, "?offset=2")] == ["2", "3"]
        assert [r["id"] for r in jobs.results(id, "?offset=1&limit=2")] == ["1", "2"]
        assert jobs.results(id, "?offset=4") == []
        assert jobs.http.get(f"/jobs/{id}/results?offset=-1").status_code == 422


def test_a_job_can_be_cancelled(with_jobs, held, tmp_path, until):
    with with_jobs(held, tmp_path, chunk_documents=1, chunks=1) as jobs:
        id = jobs.send([{"text": text} for text in [TEXTS[0]] + [MARKER] * 30])
        until(lambda: jobs.job(id)["done"] > 0)
        response = jobs.http.request("DELETE", f"/jobs/{id}")
        assert (response.status_code, response.json()["state"]) == (200, "cancelled")
        assert rows(tmp_path, "documents") == 0
        done = jobs.job(id)["done"]
        assert 0 < done < 31
        assert len(jobs.results(id)) == done
        assert jobs.http.request("DELETE", f"/jobs/{id}").json()["state"] == "cancelled"
        # What is left of it does not keep the next one waiting.
        assert len(jobs.run([{"text": "x"}])) == 1


def test_erasing_leaves_no_text_behind(with_jobs, tagger, tmp_path, until):
    text = f"年底前，{MARKER}新建50个照料中心。"
    with with_jobs(tagger, tmp_path) as jobs:
        id = jobs.send([{"text": text, "id": MARKER}] * 40)
        jobs.ended(id)
        assert MARKER.encode() in (tmp_path / "jobs.sqlite").read_bytes() + (tmp_path / "jobs.sqlite-wal").read_bytes()
        assert jobs.http.request("DELETE", f"/jobs/{id}?erase=true").status_code == 204
        assert jobs.http.get(f"/jobs/{id}").status_code == 404
        until(lambda: rows(tmp_path, "jobs") == 0)
        assert rows(tmp_path, "workflow_status") == 0
        for file in tmp_path.iterdir():
            assert MARKER.encode() not in file.read_bytes(), file


def test_jobs_are_deleted_when_their_time_is_over(with_jobs, tagger, tmp_path, until):
    with with_jobs(tagger, tmp_path, retention_days=1 / 86_400) as jobs:
        id = jobs.send([{"text": "x"}])
        until(lambda: jobs.http.get(f"/jobs/{id}").status_code == 404)
        until(lambda: rows(tmp_path, "results") == rows(tmp_path, "jobs") == 0)


def test_events_tell_the_progress_until_the_end(with_jobs, held, tmp_path):
    with with_jobs(held, tmp_path, chunk_documents=1, chunks=1) as jobs:
        id = jobs.send([{"text": "x"}] * 3)
        response = jobs.http.get(f"/jobs/{id}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [event.split("\n") for event in response.text.strip().split("\n\n")]
    assert {name for name, _ in events} == {"event: progress"}
    told = [orjson.loads(data.removeprefix("data: ")) for _, data in events]
    assert (told[-1]["state"], told[-1]["done"]) == ("done", 3)
    assert [t["done"] for t in told] == sorted(t["done"] for t in told)


def test_what_is_left_is_gone_on_with_by_the_next(with_jobs, held, tmp_path, until):
    with with_jobs(held, tmp_path, chunk_documents=2, chunks=1) as jobs:
        held.gate.clear()
        id = jobs.send([{"text": text} for text in TEXTS])
        until(lambda: len(held.begun) > 1)
        threading.Timer(3, held.gate.set).start()
    with with_jobs(held, tmp_path) as jobs:
        assert jobs.ended(id)["done"] == 4
        assert [r["id"] for r in jobs.results(id)] == ["0", "1", "2", "3"]


def test_documents_that_end_the_service_each_time_fail_at_last(with_jobs, held, tmp_path, until):
    with with_jobs(held, tmp_path) as jobs:
        held.gate.clear()
        id = jobs.send([{"text": "x"}])
        until(lambda: len(held.begun) > 1)
        threading.Timer(3, held.gate.set).start()
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as connection, connection:
        assert connection.execute("SELECT begun FROM chunks").fetchall() == [(0,)]  # it did not die
        connection.execute("UPDATE chunks SET begun = 2")
    with with_jobs(held, tmp_path, attempts=2) as jobs:
        assert jobs.ended(id)["failed"] == 1
        assert jobs.results(id)[0]["error"]["status"] == 500


def test_a_short_job_need_not_wait_for_a_long_one(with_jobs, tagger, tmp_path):
    with with_jobs(tagger, tmp_path, chunk_documents=1, chunks=1) as jobs:
        long = jobs.send([{"text": TEXTS[0]}] * 40)
        short = jobs.send([{"text": "x"}])
        jobs.ended(short)
        assert jobs.job(long)["state"] != "done"
        jobs.http.request("DELETE", f"/jobs/{long}")


def test_no_text_in_logs(with_jobs, held, tmp_path):
    stream = StringIO()
    handlers = logging.getLogger().handlers[:]
    logs.configure(stream)
    try:
        held.error_on = MARKER
        with with_jobs(held, tmp_path) as jobs:
            text = {"text": f"{MARKER}新建50个照料中心", "id": MARKER}
            results = jobs.run([text, {"text": MARKER, "x": MARKER}, MARKER.encode()])
            assert [r["error"]["status"] for r in results] == [500, 422, 422]
            # The database goes away, and what fails is told without what it carried.
            (tmp_path / "jobs.sqlite").chmod(0o400)
            with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as connection:
                connection.execute("ALTER TABLE documents RENAME TO gone")
            failed = jobs.submit(orjson.dumps(text))
            assert (failed.status_code, "Retry-After" in failed.headers) == (503, True)
            assert MARKER not in failed.text
    finally:
        logging.getLogger().handlers[:] = handlers
    assert "the database of the jobs cannot be used" in stream.getvalue()
    assert MARKER not in stream.getvalue()


def test_a_database_that_cannot_be_used_is_told(with_jobs, tagger, tmp_path):
    (tmp_path / "jobs.sqlite").mkdir()
    with with_jobs(tagger, tmp_path) as jobs:
        assert jobs.submit(b"{}").status_code == 503
        assert jobs.http.get("/readyz").status_code == 200


def test_plain_serving_does_without_what_jobs_need():
    code = (
        "import sys; from models.tagger import Tagger; from service.app import create_app; from service.settings import "
        "Settings; create_app(Tagger.load(), Settings()).openapi(); print({'dbos', 'sqlalchemy'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_jobs_can_be_switched_off(with_jobs, tagger, tmp_path):
    with with_jobs(tagger, tmp_path, enabled=False) as jobs:
        assert jobs.submit(b"{}").status_code == 404
        assert "/jobs" not in jobs.http.get("/openapi.json").json()["paths"]
    assert list(tmp_path.iterdir()) == []

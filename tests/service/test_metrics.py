"""GET /metrics: what it counts, and that nothing of a client's choosing is in it."""

import re

from prometheus_client.parser import text_string_to_metric_families


def read(client):
    response = client.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_batches_and_what_runs(serving, tagger, until):
    with serving(tagger) as client:
        client.extract(text="年底前新建3个")
        client.extract(text="")
        client.get("/somewhere/机密")
        client.request("SUBVERT", "/extract")
        until(lambda: read(client)["mubiao_ready_workers",] == 1)
        found = read(client)

    def requests(method, route, status):
        return found["mubiao_requests_total", ("method", method), ("route", route), ("status", status)]

    assert requests("POST", "/extract", "200") == requests("POST", "/extract", "422") == 1
    assert requests("GET", "none", "404") == 1
    assert found["mubiao_request_seconds_count", ("route", "/extract")] >= 2
    assert found["mubiao_window_tokens_sum",] == found["mubiao_tokens_total",] == 7
    assert found["mubiao_documents_total",] == found["mubiao_window_seconds_count",] == 1
    info = next(key for key in found if key[0] == "mubiao_info")
    assert dict(info[1:])["model_version"] == tagger.version
    assert "机密" not in str(found)


def test_what_waits(serving, held, until):
    with serving(held) as client:
        held.gate.clear()
        running = [client.portal.start_task_soon(lambda: client.http.post("/extract", json={"text": "字" * 10}))]
        until(lambda: len(held.begun) > 1)
        running += [
            client.portal.start_task_soon(lambda: client.http.post("/extract", json={"text": "字" * 10})) for _ in "ab"
        ]
        until(lambda: read(client)["mubiao_queue_documents",] == 3)
        found = read(client)
        assert found["mubiao_queue_tokens",] == 30
        assert found["mubiao_requests_in_progress",] == 4  # and this one
        held.gate.set()
        for task in running:
            task.result(60)
        found = read(client)
        assert (found["mubiao_queue_tokens",], found["mubiao_queue_documents",]) == (0, 0)


def test_stages_are_those_of_the_server_timing(serving, tagger):
    with serving(tagger) as client:
        metrics = next(m.kwargs["metrics"] for m in client.app.user_middleware if "metrics" in m.kwargs)
        metrics.answered("POST", "/extract", 200, 0.5, "read;dur=1.5, tag;dur=250.0, 机密;dur=3")
        found = read(client)
    assert found["mubiao_stage_seconds_sum", ("stage", "tag")] == 0.25
    assert {dict(key[1:])["stage"] for key in found if key[0] == "mubiao_stage_seconds_sum"} == {"read", "tag"}


def test_names_follow_the_conventions(client):
    text = client.get("/metrics").text
    names = re.findall(r"^# TYPE (mubiao_\w+) (\w+)", text, re.MULTILINE)
    assert names
    assert all(name.endswith("_total") for name, kind in names if kind == "counter")
    assert all(help_text.endswith(".") for help_text in re.findall(r"^# HELP mubiao_\w+ (.*)", text, re.MULTILINE))

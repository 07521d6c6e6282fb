"""The Label Studio backend, on requests as Label Studio documents and sends them."""

import json
from dataclasses import replace

import pytest

from annotations import AnnotationError, corpus
from annotations.formats import labelstudio_config
from service.settings import LabelStudioSettings, Settings

TEXT = "😀年底前，市民政局新建照料中心50个。"
CONFIG = labelstudio_config.generate()
RENAMED = (
    CONFIG.replace('"label"', '"ner"')
    .replace('"text"', '"t1"')
    .replace('"$text"', '"$content"')
    .replace('"value"', '"kind"')
)
PROJECT = {"id": 3, "title": "mubiao", "label_config": CONFIG}


def post(client, path, body):
    return client.request("POST", f"/label-studio/{path}", json=body)


def predict(client, *texts, config=CONFIG, key="text"):
    tasks = [{"id": i, "data": {key: text}, "meta": {}, "project": 3} for i, text in enumerate(texts)]
    params = {"login": None, "password": None, "context": None}
    return post(
        client, "predict", {"tasks": tasks, "project": "3.1700000000", "label_config": config, "params": params}
    )


def test_it_is_up_and_says_its_version(client, tagger):
    assert client.get("/label-studio/health").json() == {"status": "UP", "model_class": "mubiao"}
    body = {
        "project": "3.1",
        "schema": CONFIG,
        "hostname": "http://studio",
        "access_token": "secret",
        "extra_params": None,
    }
    assert post(client, "setup", body).json() == {"model_version": f"{tagger.name} {tagger.version}"}


def test_it_is_down_until_the_model_is_warm(serving, held):
    held.gate.clear()
    with serving(held, wait=False) as client:
        assert client.get("/label-studio/health").status_code == 503
        assert predict(client, TEXT).status_code == 503
        held.gate.set()


def test_predictions_are_regions_in_code_points(client):
    (prediction,) = predict(client, TEXT).json()["results"]
    regions = {r["value"]["labels"][0]: r for r in prediction["result"] if r["type"] == "labels"}
    assert regions["NUMBER"]["value"] == {"start": 15, "end": 17, "text": "50", "labels": ["NUMBER"]}
    assert TEXT[15:17] == "50"
    assert all(r["value"]["text"] == TEXT[r["value"]["start"] : r["value"]["end"]] for r in regions.values())
    (choice,) = (r for r in prediction["result"] if r["type"] == "choices")
    assert (choice["id"], choice["value"]["choices"]) == (regions["NUMBER"]["id"], ["target"])
    links = {(r["labels"][0], r["from_id"], r["to_id"]) for r in prediction["result"] if r["type"] == "relation"}
    assert ("unit", regions["NUMBER"]["id"], regions["UNIT"]["id"]) in links
    assert 0 < prediction["score"] <= 1


def test_a_prediction_a_task_in_order(client):
    results = predict(client, TEXT, "", "没有。", TEXT).json()["results"]
    assert len(results) == 4
    assert results[0] == results[3]
    assert results[1]["result"] == results[2]["result"] == []


def test_more_than_the_queue_holds_is_answered_batch_after_batch(serving, held):
    settings = Settings()
    queue = settings.queue.model_copy(update={"capacity": 60, "turn": 50})
    with serving(held, replace(settings, queue=queue)) as client:
        assert len(predict(client, *[TEXT] * 9).json()["results"]) == 9


def test_a_projects_own_names_are_used(client):
    (prediction,) = predict(client, TEXT, config=RENAMED, key="content").json()["results"]
    assert {(r["from_name"], r["to_name"]) for r in prediction["result"] if "to_name" in r} == {
        ("ner", "t1"),
        ("kind", "t1"),
    }


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("setup", {"schema": "<View/>"}, "schema"),
        ("setup", {"schema": "<View"}, "schema"),
        ("setup", {"schema": '<!DOCTYPE x [<!ENTITY a "b">]><View>&a;</View>'}, "schema"),
        ("setup", {}, "schema"),
        ("predict", {"tasks": [{"data": {"text": 5}}], "label_config": CONFIG}, "tasks[0].data"),
        (
            "predict",
            {"tasks": [{"data": {"text": TEXT}}, {"data": {"txt": TEXT}}], "label_config": CONFIG},
            "tasks[1].data",
        ),
        ("predict", {"tasks": [{"data": {"text": "\ud83d"}}]}, "tasks[0].data"),
        ("predict", {"tasks": [5]}, "tasks"),
        ("predict", {"tasks": [], "label_config": "<View/>"}, "label_config"),
    ],
)
def test_what_is_wrong_is_named(client, path, body, field):
    content = json.dumps(body).encode()
    answer = client.request(
        "POST", f"/label-studio/{path}", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert TEXT not in answer.text


def test_limits_are_kept(serving, tagger):
    http = Settings().http.model_copy(update={"text_limit": 10})
    settings = replace(Settings(), http=http, label_studio=LabelStudioSettings(bytes=10_000))
    with serving(tagger, settings) as client:
        assert predict(client, TEXT).json()["errors"][0]["field"] == "tasks[0].data"
        assert predict(client, "一" * 10_000).json()["errors"][0] == {
            "field": "body",
            "message": "must be at most 10000 bytes",
        }


@pytest.fixture
def kept(serving, tagger, tmp_path):
    settings = replace(Settings(), label_studio=LabelStudioSettings(folder=tmp_path / "kept"))
    with serving(tagger, settings) as client:
        yield client, tmp_path / "kept"


def event(action, annotation=57, **more):
    task = {"id": 12, "data": {"text": TEXT, "name": "plan"}, "project": 3}
    region = {"id": "x1", "from_name": "label", "to_name": "text", "type": "labels"}
    result = [region | {"value": {"start": 15, "end": 17, "text": "50", "labels": ["NUMBER"]}}]
    result += [
        region | {"from_name": "value", "type": "choices", "value": {"start": 15, "end": 17, "choices": ["target"]}}
    ]
    made = {"id": annotation, "task": 12, "completed_by": 1, "result": result} | more
    return {"action": action, "project": PROJECT, "task": task, "annotation": made}


def test_annotations_come_back_as_gold(kept):
    client, folder = kept
    assert post(client, "webhook", event("ANNOTATION_CREATED")).json() == {"status": "ok"}
    (document,) = corpus.load([folder])
    assert (document.name, document.text) == ("plan", TEXT)
    assert [(e.label, e.start, e.end, e.value) for e in document.entities] == [("NUMBER", 15, 17, "target")]

    post(client, "webhook", event("ANNOTATION_UPDATED", result=[]))
    assert corpus.load([folder])[0].entities == ()
    post(client, "webhook", event("ANNOTATION_CREATED", annotation=58))
    assert len(corpus.load([folder])) == 2
    post(client, "webhook", {"action": "ANNOTATIONS_DELETED", "annotations": [{"id": 58}], "project": PROJECT})
    assert [f.name for f in folder.iterdir()] == ["project-3-task-12-annotation-57.json"]
    post(client, "webhook", event("ANNOTATION_UPDATED", was_cancelled=True))
    assert list(folder.iterdir()) == []
    post(client, "webhook", event("ANNOTATION_CREATED"))
    post(client, "webhook", {"action": "TASKS_DELETED", "tasks": [{"id": 12}], "project": PROJECT})
    assert list(folder.iterdir()) == []


def test_what_a_project_asks_beside_our_labels_is_passed_over(kept):
    client, folder = kept
    made = event("ANNOTATION_CREATED")
    number = made["annotation"]["result"][0]
    made["annotation"]["result"] += [
        {"id": "c1", "from_name": "importance", "to_name": "text", "type": "choices", "value": {"choices": ["高"]}},
        number | {"from_name": "remark", "type": "textarea", "value": {"text": ["再看"]}},
        number | {"id": "x2", "from_name": "places", "value": {"start": 0, "end": 2, "labels": ["PLACE"]}},
        {"type": "relation", "from_id": "x2", "to_id": "x1", "labels": ["near"]},
    ]
    assert post(client, "webhook", made).json() == {"status": "ok"}
    (document,) = corpus.load([folder])
    assert [(e.id, e.value) for e in document.entities] == [("x1", "target")]
    assert not document.links


def test_many_annotations_at_once(kept):
    client, folder = kept
    one = event("ANNOTATIONS_CREATED")
    many = one | {"task": [one["task"]], "annotation": [one["annotation"], one["annotation"] | {"id": 58}]}
    assert post(client, "webhook", many).json() == {"status": "ok"}
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"annotation": {"id": "../../x", "task": 12, "result": []}}, "annotation.id"),
        ({"annotation": {"id": 57, "task": 99, "result": []}}, "annotation.task"),
        ({"annotation": {"id": 57, "task": 12, "result": [{"type": "labels"}]}}, "annotation"),
        ({"project": {"id": None}}, "project.id"),
    ],
)
def test_events_that_cannot_be_kept_are_refused(kept, change, field):
    client, folder = kept
    answer = post(client, "webhook", event("ANNOTATION_CREATED") | change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert list(folder.iterdir()) == []


def test_other_events_are_let_be(client, kept):
    assert post(kept[0], "webhook", {"action": "START_TRAINING", "project": PROJECT}).json() == {"status": "ignored"}
    assert post(client, "webhook", event("ANNOTATION_CREATED")).json() == {"status": "ignored"}


def test_a_configuration_is_read_as_it_was_made():
    assert labelstudio_config.parse(CONFIG) == labelstudio_config.OURS
    assert labelstudio_config.parse(RENAMED) == labelstudio_config.Config("content", "t1", "ner", "kind")
    without = CONFIG[: CONFIG.index("  <Choices")] + "</View>"
    assert labelstudio_config.parse(without).values is None
    with pytest.raises(AnnotationError, match="TARGET"):
        labelstudio_config.parse(CONFIG.replace("METRIC", "MEASURE"))

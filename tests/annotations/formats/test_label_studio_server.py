"""Against a running Label Studio: LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY (a legacy token) say which.

For one in a throw-away environment: ``pip install label-studio``, then ``LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN=true
label-studio start --username you@example.org --password … --user-token …``.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from annotations import Document, Entity, Label, Link, Role, Value, corpus
from annotations.formats import jsonl, labelstudio_config, registry

_URL, _TOKEN = os.environ.get("LABEL_STUDIO_URL"), os.environ.get("LABEL_STUDIO_API_KEY")
pytestmark = pytest.mark.skipif(not (_URL and _TOKEN), reason="LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY say no server")
_TRAPS = Document(
    "plan/一",
    "　😀到2025年底\r\n\t新建  食堂12家\u2028，市民政局𠮷 \n\n完\x85成<b>&amp;50</b>\\n个 ",
    (
        Entity("D1", Label.DEADLINE, 3, 9, confidence=0.5),
        Entity("T1", Label.TARGET, 12, 21, confidence=0.25),
        Entity("T2", Label.TARGET, 12, 21),
        Entity("N1", Label.NUMBER, 18, 20, Value.TARGET, 0.75),
        Entity("R1", Label.DEPARTMENT, 23, 28),
        Entity("T3", Label.TARGET, 31, 51),
        Entity("N2", Label.NUMBER, 42, 44, Value.ACTUAL),
    ),
    (Link("N1", Role.TARGET, "T1"), Link("T1", Role.DEADLINE, "D1"), Link("T2", Role.DEPARTMENT, "R1")),
)


@pytest.fixture
def server() -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Token {_TOKEN}"}
    with httpx.Client(base_url=_URL or "", headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def project(server: httpx.Client) -> Iterator[int]:
    made = server.post("/api/projects", json={"title": "mubiao test", "label_config": labelstudio_config.generate()})
    assert made.status_code == 201, made.text
    yield made.json()["id"]
    server.delete(f"/api/projects/{made.json()['id']}")


def _documents() -> list[Document]:
    assert _TRAPS.text[18:20] == "12"
    assert _TRAPS.text[42:44] == "50"
    return [_TRAPS, Document("nothing", "无"), *corpus.load([corpus.AUTHORED / "short-snippets.txt"])]


def _send(server: httpx.Client, project: int, file: Path) -> None:
    files = {"file": (file.name, file.read_bytes(), "application/json")}
    assert server.post(f"/api/projects/{project}/import", files=files).status_code == 201


def test_what_it_imports_it_exports(server: httpx.Client, project: int, tmp_path: Path) -> None:
    documents = [replace(d, entities=tuple(replace(e, confidence=1.0) for e in d.entities)) for d in _documents()]
    registry.write("labelstudio", documents, tmp_path / "in.json")
    _send(server, project, tmp_path / "in.json")
    (tmp_path / "out.json").write_bytes(server.get(f"/api/projects/{project}/export?exportType=JSON").content)
    assert list(registry.read("labelstudio", [tmp_path / "out.json"])) == documents


def test_predictions_stay_as_they_are(server: httpx.Client, project: int, tmp_path: Path) -> None:
    documents = _documents()
    registry.write("labelstudio-predictions", documents, tmp_path / "in.json")
    _send(server, project, tmp_path / "in.json")
    tasks = server.get("/api/tasks", params={"project": project, "fields": "all"}).json()["tasks"]
    jsonl.write_array((server.get(f"/api/tasks/{task['id']}").json() for task in tasks), tmp_path / "out.json")
    assert list(registry.read("labelstudio-predictions", [tmp_path / "out.json"])) == documents

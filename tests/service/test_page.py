"""The files of the page: all there, nothing else, and under a policy that lets no text become code."""

import re
from pathlib import Path

import pytest

from service.page.routes import FOLDER

_SOURCES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir())}


def test_the_page_is_served_under_a_strict_policy(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", _SOURCES)
def test_its_files_are_served_and_not_sent_twice(client, name):
    response = client.get(f"/page/{name}")
    assert response.text == _SOURCES[name]
    again = client.request("GET", f"/page/{name}", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/page/", "/page/nothing.js", "/page/..%2froutes.py", "/page/../routes.py"])
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404


def test_the_page_is_told_what_it_must_know(client):
    assert client.get("/page/settings.json").json() == {
        "jobs": True,
        "training_data": False,
        "text_limit": 500_000,
        "file_bytes": 20_000_000,
    }


def test_whatever_the_page_loads_is_there():
    for name, source in _SOURCES.items():
        for target in re.findall(r"from '\./([^']+)'|(?:href|src)=\"/page/([^\"]+)\"", source):
            assert "".join(target) in _SOURCES, f"{name} loads {target}"


def test_text_never_becomes_markup():
    for name, source in _SOURCES.items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(", source), name
        assert not re.search(r"<script(?! type=\"module\" src=)| style=\"| on\w+=\"", source), name
        assert "http" not in source.replace("http://www.w3.org/2000/svg", ""), name


def test_modules_are_small():
    assert all(source.count("\n") < 400 for source in _SOURCES.values())
    assert Path(FOLDER.parent / "types.d.ts").exists()

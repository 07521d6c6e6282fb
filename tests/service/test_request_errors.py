"""Requests that cannot be answered: the right status, a problem that names the field, and nothing echoed."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.schemas import Problem
from service.settings import HTTPSettings, Settings

MARKER = "不得回显ZQX7731"


def problem(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = Problem.model_validate(response.json())
    assert problem.status == status
    assert MARKER not in response.text
    assert "ZQX7731" not in response.text
    return {e.field: e.message for e in problem.errors}


@pytest.mark.parametrize(
    ("body", "field", "allowed"),
    [
        ({}, "text", "not empty"),
        ({"text": ""}, "text", "not empty"),
        ({"text": None}, "text", "a string"),
        ({"text": 5}, "text", "a string"),
        ({"text": [MARKER]}, "text", "a string"),
        ({"text": {"text": MARKER}}, "text", "a string"),
        ({"text": "\ud800" + MARKER}, "text", "valid Unicode"),
        ({"text": MARKER + "\udfff"}, "text", "valid Unicode"),
        ({"text": "无", "id": "\udc00"}, "id", "a string"),
        ({"text": "无", "id": ""}, "id", "1 to 200"),
        ({"text": "无", "id": "9" * 201}, "id", "1 to 200"),
        ({"text": "无", "id": 7}, "id", "a string"),
        ({"text": "无", "date": MARKER}, "date", "YYYY-MM-DD"),
        ({"text": "无", "date": "2024-02-30"}, "date", "YYYY-MM-DD"),
        ({"text": "无", "date": "20240201"}, "date", "YYYY-MM-DD"),
        ({"text": "无", "date": "２０２４-02-01"}, "date", "YYYY-MM-DD"),
        ({"text": "无", "date": "0001-01-01"}, "date", "1900"),
        ({"text": "无", "date": 1700000000}, "date", "YYYY-MM-DD"),
        ({"text": "无", "offsets": "bytes"}, "offsets", "codepoint, utf16 or utf8"),
        ({"text": "无", "offsets": MARKER}, "offsets", "codepoint, utf16 or utf8"),
        ({"text": "无", "offsets": None}, "offsets", "codepoint, utf16 or utf8"),
        ({"text": "无", "offset": MARKER}, "offset", "text, date, offsets, id"),
        ({"text": "无", MARKER: 1}, "(unknown)", "text, date, offsets, id"),
        ({"text": "无", "body": 1}, "body", "text, date, offsets, id"),
        ({"text": "无", "\ud800": 1}, "body", "valid Unicode"),
        ([MARKER], "body", "object"),
        (MARKER, "body", "object"),
        (None, "body", "object"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(client, body, field, allowed):
    errors = problem(client.raw(json.dumps(body)), 422)
    assert list(errors) == [field]
    assert allowed in errors[field]


def test_few_of_very_many_wrong_things_are_named(client):
    unknown = {f"a{n}": n for n in range(30_000)}
    assert list(problem(client.extract(**unknown, text=""), 422)) == ["text", *(f"a{n}" for n in range(20))]
    assert list(problem(client.extract(text="无", labels=[7] * 100_000), 422)) == ["labels"]


def test_all_wrong_fields_are_named_at_once(client):
    assert set(problem(client.extract(text="", date="soon", extra=1), 422)) == {"text", "date", "extra"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"text": "' + MARKER.encode(),
        MARKER.encode(),
        b"\xff\xfe{}",
        b'{"text": "\xff"}',
        b'{"text": "\xed\xa0\x80"}',
        MARKER.encode("gb18030"),
        b'\xef\xbb\xbf\xef\xbb\xbf{"text": "x"}',
        b"\xef\xbb\xbf",
        b'{"text": NaN}',
        b'{"text": ' + b"9" * 5000 + b"}",
        b'{"text": 1e}',
        b'{"text": "a\nb"}',
        b"[" * 100_000,
        b'{"text":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'["\\ud800",' + b"[" * 100_000 + b"]" * 100_000 + b"]",
    ],
)
def test_what_is_no_json_is_malformed(client, body):
    assert list(problem(client.raw(body), 400)) == ["body"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"]
)
def test_another_content_type_is_refused(client, content_type):
    assert "application/json" in problem(client.raw(b'{"text": "x"}', content_type), 415)["Content-Type"]


def test_another_charset_and_another_coding_are_refused(client):
    assert list(problem(client.raw(b"{}", "application/json; charset=gbk"), 415)) == ["Content-Type"]
    assert list(problem(client.raw(b"{}", **{"Content-Encoding": "br"}), 415)) == ["Content-Encoding"]


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "Application/JSON"])
def test_ways_to_say_json_in_utf8(client, content_type):
    assert client.raw(b'{"text": "x"}', content_type).status_code == 200


def test_a_byte_order_mark_in_front_is_passed_over(client):
    answer = client.raw(b'\xef\xbb\xbf{"text": "x"}')
    assert answer.status_code == 200
    assert answer.json()["length"] == 1


@pytest.fixture(scope="module")
def small(serving, tagger):
    with serving(tagger, Settings(http=HTTPSettings(text_limit=50))) as client:
        yield client


def test_text_is_limited_in_code_points(small):
    assert small.extract(text="😀" * 50).status_code == 200
    assert "50 code points" in problem(small.extract(text="😀" * 51), 413)["text"]


def test_the_longest_text_fits_the_body_however_it_is_escaped(small):
    escaped = json.dumps({"text": "😀" * 50, "date": "2024-01-01", "offsets": "utf16", "id": "😀" * 200})
    assert small.raw(escaped).status_code == 200


def test_a_declared_length_over_the_limit_is_refused_unread(small):
    def body():
        raise AssertionError("was read")
        yield b""

    async def chunks():
        for chunk in body():
            yield chunk

    assert "bytes" in problem(small.raw(chunks(), **{"Content-Length": "99999999"}), 413)["body"]


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "5"}], ids=["chunked", "lie"])
def test_a_body_is_cut_off_at_the_limit(small, headers):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1000
            yield b" " * 1000
            await asyncio.sleep(0)

    assert list(problem(small.raw(endless(), **headers), 413)) == ["body"]
    assert sent <= HTTPSettings(text_limit=50).body_limit + 1000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["text", "date", "offsets", "id", "extra"])


@given(body=st.binary(max_size=40) | (JSON | st.dictionaries(FIELDS, JSON)).map(json.dumps).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_any_body_gets_an_answer(client, body):
    response = client.raw(body)
    assert response.status_code in (200, 400, 422)
    if response.status_code != 200:
        Problem.model_validate(response.json())


@pytest.mark.parametrize(("method", "path", "status"), [("GET", f"/{MARKER}", 404), ("GET", "/extract/", 404)])
def test_an_unknown_path_is_a_problem_too(client, method, path, status):
    problem(client.request(method, path), status)


def test_a_wrong_method_is_a_problem_that_allows_the_right_one(client):
    response = client.get("/extract")
    problem(response, 405)
    assert response.headers["Allow"] == "POST"
    problem(client.request("POST", "/readyz"), 405)
    response = client.request("PUT", "/jobs/" + "0" * 32)
    problem(response, 405)
    assert response.headers["Allow"] == "DELETE, GET"


def test_the_service_goes_on(client):
    for _ in range(20):
        client.raw(b"\xff")
    assert client.extract(text="年底前新建3个").status_code == 200

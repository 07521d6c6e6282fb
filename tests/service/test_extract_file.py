"""POST /extract/file: files as forms, what is answered, what is refused."""

import asyncio
import json
import threading

import openpyxl
import pytest

from service import examples
from service.schemas import ExtractFileAnswer, Problem
from service.settings import FileSettings, HTTPSettings, Settings

MARKER = "不得回显ZQX7731"
TABLE = "序号,任务,单位\n1,新建社区食堂12个,县民政局\n2,新增托位450个,县卫健局\n"


@pytest.fixture
def send(client):
    """Send a file and fields as a form."""
    return sender(client)


def sender(client):
    def send(content, **fields):
        return client.request("POST", "/extract/file", files={"file": ("a.bin", content)}, data=fields)

    return send


def problem(response, status):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "ZQX7731" not in response.text
    return {e.field: e.message for e in Problem.model_validate(response.json()).errors}


def test_a_table_from_a_file_by_its_content(send):
    answer = send(TABLE.encode("gb18030"), text="true", id="t1", date="2024-01-15").json()
    ExtractFileAnswer.model_validate(answer)
    document = answer["document"]
    assert (document["format"], document["charset"], document["pages"]) == ("csv", "gb18030", None)
    assert document["text"].splitlines()[1] == "1 | 新建社区食堂12个 | 县民政局"
    assert (answer["id"], answer["length"]) == ("t1", len(document["text"]))
    assert all(document["text"][e["start"] : e["end"]] == e["text"] for e in answer["entities"])
    assert {"12", "450", "县民政局"} <= {e["text"] for e in answer["entities"]}


def test_the_answer_is_that_of_the_text(send, client, assert_same):
    answer = send(TABLE.encode(), text="true", id="x", offsets="utf16", date="2024-01-15").json()
    text = answer.pop("document")["text"]
    assert_same(answer, client.extract(text=text, id="x", offsets="utf16", date="2024-01-15").json())


def test_the_text_comes_only_on_request_and_warnings_always(send, tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["任务", "新建3个"])
    workbook.create_sheet("底稿").append(["密"])
    workbook["底稿"].sheet_state = "hidden"
    workbook.save(tmp_path / "a.xlsx")
    document = send((tmp_path / "a.xlsx").read_bytes()).json()["document"]
    assert document == {"format": "xlsx", "charset": None, "pages": None, "warnings": ["hidden sheets left out: 1"]}


def test_empty_fields_are_as_if_not_there(send):
    assert send(b"x", date="", id="", offsets="", text="").status_code == 200


@pytest.mark.parametrize("name", list(examples.load(examples.FILES)))
def test_examples_are_current(send, assert_same, name):
    """If this fails, the model or the rules changed: run ``python -m service.examples``."""
    example = examples.load(examples.FILES)[name]
    fields = {k: json.dumps(v) if isinstance(v, bool) else v for k, v in example.request.items() if k != "file"}
    assert_same(send(example.request["file"].encode(), **fields).json(), example.answer)


@pytest.mark.parametrize(
    ("fields", "field", "allowed"),
    [
        ({"date": MARKER}, "date", "YYYY-MM-DD"),
        ({"offsets": MARKER}, "offsets", "codepoint, utf16 or utf8"),
        ({"text": MARKER}, "text", "true or false"),
        ({"text": "1"}, "text", "true or false"),
        ({"id": "9" * 201}, "id", "1 to 200"),
        ({"datum": MARKER}, "datum", "file, date, offsets, id, labels, min_confidence, text"),
        ({MARKER: "x"}, "(unknown)", "file, date, offsets, id, labels, min_confidence, text"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(send, fields, field, allowed):
    errors = problem(send(b"x", **fields), 422)
    assert list(errors) == [field]
    assert allowed in errors[field]


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"PK\x03\x04" + MARKER.encode(), 422, "cannot be unpacked"),
        (b"\0" + MARKER.encode(), 422, "must be text"),
        (b"", 422, "a file, not empty"),
        (b"{\\rtf1 " + MARKER.encode(), 415, "not rtf"),
        (("字" * 500_001).encode(), 413, "500000 characters"),
    ],
)
def test_why_a_file_is_refused(send, content, status, message):
    errors = problem(send(content), status)
    assert list(errors) == ["file"]
    assert message in errors["file"]


def test_the_file_must_be_a_file_and_one(client):
    def post(**options):
        return client.request("POST", "/extract/file", **options)

    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    as_text = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n'
    assert list(problem(post(content=as_text, headers=boundary), 422)) == ["file"]
    two = [("file", ("a", b"x")), ("file", ("b", b"y"))]
    assert problem(post(files=two), 422) == {"file": "must be there once"}
    assert list(problem(post(files=[("file", (str(i), b"x")) for i in range(3)]), 400)) == ["body"]
    assert list(problem(post(files=[("file", ("a", b"x"))], data={f"f{i}": "x" for i in range(9)}), 400)) == ["body"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        MARKER.encode(),
        b"--x\r\n\r\n\r\n--x--",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--",
        b"--x\r\n" + b"A: b\r\n" * 99 + b"\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n' + b"9" * 2_000_000 + b"\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="' + b"f" * 100_000 + b'"\r\n\r\n\r\n--x--',
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut off',
    ],
)
def test_broken_forms_are_refused(client, body):
    response = client.request(
        "POST", "/extract/file", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert response.status_code in (400, 422)
    problem(response, response.status_code)


def test_other_content_types_are_refused(client):
    for content_type in ("application/json", "text/csv", "application/x-www-form-urlencoded", ""):
        response = client.request("POST", "/extract/file", content=b"x", headers={"Content-Type": content_type})
        assert problem(response, 415) == {"Content-Type": "must be multipart/form-data"}
    response = client.request("POST", "/extract/file", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert list(problem(response, 400)) == ["body"]


@pytest.fixture(scope="module")
def small(serving, tagger):
    files = FileSettings(bytes=1000, processes=1, waiting=0)
    with serving(tagger, Settings(http=HTTPSettings(text_limit=50), file=files)) as client:
        yield client


def test_limits_of_file_text_and_body(small):
    send = sender(small)
    assert send(b"x" * 50).status_code == 200
    assert problem(send(b"x" * 51), 413) == {"file": "must be at most 50 characters of text"}
    assert problem(send(b"x" * 1001), 413) == {"file": "must be at most 1000 bytes"}
    assert list(problem(send(b"x" * 100_000), 413)) == ["body"]


def test_a_body_is_cut_off_at_the_limit(small):
    sent = 0

    async def endless():
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            sent += 1000
            yield b" " * 1000
            await asyncio.sleep(0)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = small.request("POST", "/extract/file", content=endless(), headers=headers)
    assert list(problem(response, 413)) == ["body"]
    assert sent <= 70_000


def test_too_many_files_at_once_are_told_to_come_back(serving, tagger):
    slow = b"<div>" * 400_000
    files = FileSettings(seconds=3, processes=1, waiting=0)
    with serving(tagger, Settings(file=files)) as client:
        responses = []
        threads = [threading.Thread(target=lambda: responses.append(sender(client)(slow))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = sorted(response.status_code for response in responses)
        assert statuses == [422, 429]
        assert next(r for r in responses if r.status_code == 429).headers["Retry-After"] == "5"
        assert sender(client)(b"x").status_code == 200


def test_examples_of_problems_are_what_is_answered(client, send):
    responses = client.get("/openapi.json").json()["paths"]["/extract/file"]["post"]["responses"]

    def example(status):
        return responses[status]["content"]["application/problem+json"]["example"]

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.request("POST", "/extract/file", content=b"x", headers=headers).json() == example("400")
    assert client.request("POST", "/extract/file", files={"nofile": ("a", b"")}).json() == example("422")
    assert send(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").json() == example("415")
    assert send(b"x" * 20_100_000).json() == example("413")

"""What is logged: one JSON line a request, and never anything of a document."""

import io
import json
import logging

import pytest
import structlog

from annotations.errors import ModelError
from service import logs

MARKER = "机密ZQX7731标记"


@pytest.fixture
def log_lines():
    """Configure logging as the server does; gives what was logged since as objects."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.configure(written)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the client's
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_one_line_a_request(client, log_lines):
    client.request("POST", "/extract", json={"text": "年底前新建3个"}, headers={"X-Request-ID": "r-1"})
    (line,) = log_lines()
    assert line.pop("timestamp")
    assert line.pop("seconds") > 0
    assert line == {
        "event": "request",
        "level": "info",
        "method": "POST",
        "route": "/extract",
        "status": 200,
        "request_id": "r-1",
        "length": 7,
    }


def test_the_route_is_logged_and_not_the_path(client, log_lines):
    client.get(f"/{MARKER}?q={MARKER}")
    (line,) = log_lines()
    assert (line["route"], line["status"]) == (None, 404)


def test_an_unexpected_error_is_logged_by_type_and_place(serving, held, log_lines):
    with serving(held) as client:
        held.error_on = MARKER
        assert client.extract(text=f"年底前{MARKER}").status_code == 500
    written = log_lines()
    error = next(line for line in written if line["event"] == "unexpected error")
    assert error["error"] == "RuntimeError"
    assert any("worker.py" in place for place in error["at"])
    request = next(line for line in written if line.get("status") == 500)
    assert error["request_id"] == request["request_id"]
    assert "机密" not in json.dumps(written, ensure_ascii=False)


def test_exceptions_of_the_standard_library_s_loggers_are_cut_too(log_lines):
    try:
        raise KeyError(MARKER)
    except KeyError:
        logging.getLogger("uvicorn.error").exception("failed")
    (line,) = log_lines()
    assert (line["event"], line["error"]) == ("failed", "KeyError")
    assert MARKER not in json.dumps(line, ensure_ascii=False)


def test_messages_of_our_own_errors_are_kept(log_lines):
    try:
        raise ModelError("weights: missing")
    except ModelError:
        logging.getLogger("uvicorn.error").exception("failed")
    assert log_lines()[0]["message"] == "weights: missing"


def test_a_word_in_place_of_a_method_is_not_logged(client, log_lines):
    assert client.request("ZQX7731", "/extract").status_code == 405
    assert log_lines()[0]["method"] == "other"


def test_a_broken_form_is_one_line_and_no_byte_of_it(client, log_lines):
    answer = client.request(
        "POST", "/extract/file", content=b"--x\ryz", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 400
    assert [line["event"] for line in log_lines()] == ["request"]

"""The files of a form, however it arrives."""

from itertools import pairwise

import pytest
from httpx import Request
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InvalidFields, MalformedBody
from service.jobs.forms import Files

FILES = [("a.txt", b"1\r\n--x\r\n2"), ("计划.docx", b"\0\xff" * 30), ("empty.txt", b"")]


def form(files):
    request = Request("POST", "http://x", files=[("file", (name, content)) for name, content in files])
    return request.headers["content-type"], request.read()


def split(content_type, body, cuts=(), limit=1000):
    files = Files(content_type, limit)
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    found = [file for a, b in pairwise(edges) for file in files.feed(body[a:b])]
    files.close()
    return found


@given(st.lists(st.integers(0, 10_000), max_size=8))
def test_files_are_found_however_they_arrive(cuts):
    assert split(*form(FILES), cuts) == FILES


def test_a_file_that_is_too_large_is_forgotten_and_the_others_are_not():
    assert split(*form(FILES), limit=20) == [FILES[0], ("计划.docx", None), FILES[2]]


def test_names_hold_no_nul():
    content_type, body = form([("a.txt", b"1")])
    assert split(content_type, body.replace(b"a.txt", b"a\0txt")) == [("a\N{REPLACEMENT CHARACTER}txt", b"1")]


def test_a_form_that_breaks_off_is_refused():
    content_type, body = form(FILES)
    with pytest.raises(MalformedBody):
        split(content_type, body[:-20])


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_a_wrong_boundary_is_refused(content_type):
    with pytest.raises(MalformedBody):
        split(content_type, form(FILES)[1])


def test_other_fields_are_refused_by_name():
    request = Request("POST", "http://x", data={"date": "2025-01-01"}, files=[("file", ("a.txt", b"1"))])
    with pytest.raises(InvalidFields) as caught:
        split(request.headers["content-type"], request.read())
    assert caught.value.errors[0].field == "date"

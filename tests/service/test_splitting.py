"""Bodies are split alike however they arrive, and only what is no list is refused."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import MalformedBody
from service.splitting import Elements, Lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def split(splitter, body, cuts=()):
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    found = [value for a, b in pairwise(edges) for value in splitter.feed(body[a:b])]
    return [*found, *splitter.close()]


@given(st.lists(VALUES, max_size=6), st.lists(st.integers(0, 10_000), max_size=6), st.sampled_from([None, 0, 3]))
def test_elements_are_those_of_the_list(values, cuts, indent):
    body = json.dumps(values, ensure_ascii=False, indent=indent).encode()
    assert [json.loads(v) for v in split(Elements(10_000), b" \n" + body + b"\n", cuts)] == values


@given(
    st.lists(VALUES, max_size=6),
    st.lists(st.integers(0, 10_000), max_size=6),
    st.sampled_from([b"\n", b"\r\n", b"\n\n"]),
)
def test_lines_are_the_values(values, cuts, end):
    body = end.join(json.dumps(v, ensure_ascii=False).encode() for v in values)
    assert [json.loads(v) for v in split(Lines(10_000), body, cuts)] == values


@given(st.binary(max_size=40), st.lists(st.integers(0, 40), max_size=4))
def test_anything_is_split_alike_however_it_arrives(body, cuts):
    def tried(cuts):
        try:
            return split(Elements(20), body, cuts)
        except MalformedBody:
            return None

    assert tried(cuts) == tried([])
    assert split(Lines(20), body, cuts) == split(Lines(20), body)


@pytest.mark.parametrize(
    "body", [b"", b" ", b"[", b"[1", b"[1]]", b"[1] x", b"[1][2]", b"{}", b"[1,]", b"[,1]", b"x[1]", b'["]']
)
def test_what_is_no_list_is_refused(body):
    with pytest.raises(MalformedBody):
        split(Elements(100), body)


def test_what_is_too_long_is_forgotten_and_the_rest_is_not():
    long = b'"' + b"x" * 100 + b'"'
    assert split(Elements(10), b"[1," + long + b",2]", [5, 50]) == [b"1", None, b"2"]
    assert split(Lines(10), b"1\n" + long + b"\n2", [5, 50]) == [b"1", None, b"2"]


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    assert split(Lines(100), b"\xef\xbb\xbf1\n2") == [b"1", b"2"]

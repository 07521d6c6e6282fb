"""Offsets in code points, UTF-16 units and bytes."""

from hypothesis import given
from hypothesis import strategies as st

from service.offsets import Unit, code_points, convert

texts = st.lists(
    st.sampled_from(["👨‍👩‍👧", "e\u0301", "\r\n", "目标", "\U00020000", "a"]) | st.text(max_size=4), max_size=12
).map("".join)
ENCODINGS = {Unit.CODEPOINT: ("utf-32-le", 4), Unit.UTF16: ("utf-16-le", 2), Unit.UTF8: ("utf-8", 1)}


@given(text=texts, unit=st.sampled_from(Unit), data=st.data())
def test_an_offset_is_the_length_of_what_stands_before_it(text, unit, data):
    offsets = data.draw(st.lists(st.integers(0, len(text))))
    encoding, size = ENCODINGS[unit]
    assert convert(text, offsets, unit) == {o: len(text[:o].encode(encoding)) // size for o in offsets}


@given(text=texts, unit=st.sampled_from(Unit), more=st.lists(st.integers(-2, 60)))
def test_offsets_come_back_as_code_points_and_none_within_a_character(text, unit, more):
    places = convert(text, range(len(text) + 1), unit)
    back = {there: here for here, there in places.items()}
    wanted = [*places.values(), *more]
    assert code_points(text, wanted, unit) == {o: back[o] for o in wanted if o in back}


def test_known_offsets():
    text = "a目😀\r\n"
    assert convert(text, range(6), Unit.UTF16) == {0: 0, 1: 1, 2: 2, 3: 4, 4: 5, 5: 6}
    assert convert(text, range(6), Unit.UTF8) == {0: 0, 1: 1, 2: 4, 3: 8, 4: 9, 5: 10}


def test_many_offsets_in_a_long_text_take_linear_time():
    text = "目标😀" * 200_000
    assert convert(text, range(len(text) + 1), Unit.UTF8)[len(text)] == 10 * 200_000

"""What is grouped stays in order, and no group is larger than it may be."""

from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from service.grouping import grouped


@given(st.lists(st.binary(max_size=9)), st.integers(0, 20), st.none() | st.integers(1, 4))
def test_groups_are_as_large_as_they_may_be(items, room, most):
    groups = list(grouped(items, len, room, most))
    assert [item for group in groups for item in group] == items
    for group, after in zip_longest(groups, groups[1:]):
        assert len(group) == 1 or sum(map(len, group)) <= room
        assert most is None or len(group) <= most
        if after:  # there was no room for one more
            assert len(group) == most or sum(map(len, [*group, after[0]])) > room

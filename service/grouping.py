"""Putting things together that are worked on together."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def grouped(items: Iterable[T], size: Callable[[T], int], room: int, most: int | None = None) -> Iterator[list[T]]:
    """The items in order, in lists of at most ``most`` whose sizes come to at most ``room``; a larger one goes alone."""
    group: list[T] = []
    left = room
    for item in items:
        length = size(item)
        if group and (length > left or len(group) == most):
            yield group
            group, left = [], room
        group.append(item)
        left -= length
    if group:
        yield group

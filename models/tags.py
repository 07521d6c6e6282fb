"""The tags that the heads score: BIO for each label, with NUMBER's tags split by its value.

The heads stand side by side in one axis of TAG_COUNT scores; HEADS says which part is whose.
"""

from dataclasses import dataclass

from annotations.schema import Label, Value


@dataclass(frozen=True, slots=True)
class Head:
    """The tags ``[start, start + count)`` of one label: outside, then begin and inside for each kind."""

    label: Label
    start: int
    kinds: tuple[Value | None, ...]

    @property
    def count(self) -> int:
        return 1 + 2 * len(self.kinds)


def _heads() -> tuple[Head, ...]:
    heads, start = [], 0
    for label in Label:
        kinds: tuple[Value | None, ...] = tuple(Value) if label is Label.NUMBER else (None,)
        heads.append(Head(label, start, kinds))
        start += heads[-1].count
    return tuple(heads)


HEADS = _heads()
TAG_COUNT = sum(head.count for head in HEADS)
OUTSIDE = 0


def begin(kind: int) -> int:
    """The tag, within a head, that begins a span of the head's ``kind``-th kind."""
    return 1 + 2 * kind


def inside(kind: int) -> int:
    """The tag, within a head, that continues a span of the head's ``kind``-th kind."""
    return 2 + 2 * kind

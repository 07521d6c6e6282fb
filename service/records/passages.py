"""The passages of a document that a reader checks a record against: sentences and table rows."""

from bisect import bisect_right

from models.structure import Structure
from service.records import layout


class Passages:
    """The sentences and table rows of a document."""

    def __init__(self, structure: Structure) -> None:
        self._layout = layout.read(structure, ())
        self._items = [item.start for item in self._layout.items]

    def around(self, start: int, end: int) -> tuple[int, int]:
        """(start, end) of the table row that a span starts in, or else of the sentences that it touches."""
        places = self._layout
        item = places.items[max(0, bisect_right(self._items, start) - 1)]
        if item.columns:
            return item.start, max(item.end, end)
        first, last = (max(0, bisect_right(places.sentences, at) - 1) for at in (start, max(start, end - 1)))
        return max(places.sentences[first], item.start), max(min(places.sentence_end(last), item.end), end)

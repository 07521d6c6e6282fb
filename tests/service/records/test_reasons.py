"""docs/records.md lists what is not understood; each of its examples is read here."""

import re
from pathlib import Path

import pytest

from service.records import due, quantity, units
from service.records.anchor import Anchors

PAGE = Path(__file__).parents[3] / "docs" / "records.md"
ROWS = re.findall(
    r"^\| (quantity|deadline|unit) \| (\S+)(?: (\S+))? \| (?:`(\w+)`)? *\|", PAGE.read_text("utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("what", "written", "unit", "reason"), ROWS)
def test_the_example_has_the_reason(what: str, written: str, unit: str, reason: str) -> None:
    if what == "quantity":
        found = quantity.read(written, unit or None)
        assert (found.comparator, found.min, found.max, found.reason) == (None, None, None, reason)
    elif what == "deadline":
        dated = due.read(written, Anchors() if reason == "anchor" else Anchors(title=2025))
        assert (dated.from_, dated.to, dated.reason) == (None, None, reason)
    else:
        assert units.read(written).dimension is None


def test_every_reason_has_an_example() -> None:
    reasons = {reason for *_, reason in ROWS if reason}
    assert reasons == {"numeral", "ratio", "range", *due.REASONS}

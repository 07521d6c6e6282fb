"""Names of departments that the tagger found in two pieces: a second name in brackets, a name broken over lines.

The guideline takes both as one name: 市卫生健康委（市疾控局）, and in a table's cell 区自然资源 / 和规划局.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from annotations.schema import Label, Span

_OPENS = re.compile(r"[ \u3000]*\n?[ \u3000]*[（(]")
_BREAK = re.compile(r"[ \u3000]*(?:\r\n|\n)[ \u3000]*")
_ENDING = re.compile(
    "(?:[局部门府委心位室办会处司院区队镇股科联厅构业政道站所署关乡团社校组市厂馆县村）)]|[银支分总商]行)$"
)
"""What the names of organisations end with; in the training corpus nineteen in twenty do."""
_BRANCH = "分局"
"""A name that goes on after 局: 市生态环境局 / 高新分局."""


def join_names(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans with each such name in one; the other labels as they are. Spans of one label must not overlap."""
    joined: list[Span] = []
    names: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if span.label is not Label.DEPARTMENT:
            joined.append(span)
        elif names and (end := _end_of_one_name(text, names[-1], span)):
            names[-1] = replace(names[-1], end=end, confidence=min(names[-1].confidence, span.confidence))
        else:
            names.append(span)
    return joined + names


def _end_of_one_name(text: str, first: Span, second: Span) -> int | None:
    """Where the name ends that both are pieces of, None if they are two."""
    # The brackets may have been found as part of the second piece.
    inside = second.start + (text[second.start] in "（(")
    between = text[first.end : inside]
    if _OPENS.fullmatch(between):
        inner = text[inside : second.end].rstrip("）)")
        closed = inside + len(inner)
        return closed + 1 if text[closed : closed + 1] in ("）", ")") and not re.search("[（(]", inner) else None
    if not _BREAK.fullmatch(between):
        return None
    ended = _ENDING.search(text[first.start : first.end])
    if ended and not (ended[0] == "局" and text[second.start : second.end].endswith(_BRANCH)):
        return None
    return second.end

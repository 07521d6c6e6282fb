"""A page to adjudicate from: the passages on which two annotators differ, as each of them has it, drawn by displaCy.

One HTML file that needs no network and runs no script. It quotes the documents, which are people's data.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from spacy import displacy

from annotations.agreement import Agreement, Disagreement, Pair
from annotations.formats.assembly import label_name
from annotations.schema import Document, Entity

_COLOURS = {
    "TARGET": "#8da0cb",
    "METRIC": "#66c2a5",
    "NUMBER-target": "#fc8d62",
    "NUMBER-actual": "#e5c494",
    "NUMBER": "#b3b3b3",
    "UNIT": "#ffd92f",
    "DEADLINE": "#e78ac3",
    "DEPARTMENT": "#a6d854",
}
_STYLE = """
body { font: 16px/1.6 sans-serif; margin: 2em auto; max-width: 90em; padding: 0 1em; }
table { border-collapse: collapse; } td, th { border: 1px solid #bbb; padding: .2em .6em; text-align: left; }
section { border-top: 2px solid #888; margin-top: 2em; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1em; } .sides > div { border: 1px solid #bbb; padding: .5em; overflow-x: auto; }
"""


def render(result: Agreement) -> str:
    """The page."""
    rows = [line.strip("|").split("|") for line in result.table().splitlines()]
    cells = ["".join(f"<td>{escape(cell.strip())}</td>" for cell in row) for row in (rows[0], *rows[2:])]
    body = "".join(piece for pair in result.pairs for piece in _document(pair))
    return (
        f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>A / B</title><style>{_STYLE}</style></head><body>\n'
        f"<h1>A / B</h1><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>\n{body}</body></html>\n"
    )


def _document(pair: Pair) -> Iterator[str]:
    if not pair.disagreements:
        return
    yield f"<h2>{escape(pair.a.name)}</h2>\n"
    for start, end, found in _passages(pair):
        line = pair.a.text.count("\n", 0, start) + 1
        sides = "".join(f"<div><b>{side}</b>{_draw(d, start, end)}</div>" for side, d in (("A", pair.a), ("B", pair.b)))
        rows = "".join(_row(pair, d) for d in found)
        yield (
            f'<section><p>{line}</p><div class="sides">{sides}</div>'
            f"<table><tr><th></th><th>A</th><th>B</th></tr>{rows}</table></section>\n"
        )


def _passages(pair: Pair) -> Iterator[tuple[int, int, list[Disagreement]]]:
    """The lines that disagreements stand in, those of several together where they share one."""
    text, open_passage = pair.a.text, None
    for d in pair.disagreements:
        start = text.rfind("\n", 0, d.start) + 1
        end = text.find("\n", max(d.end - 1, start))
        end = len(text) if end < 0 else end
        if open_passage and start < open_passage[1]:
            open_passage = (open_passage[0], max(open_passage[1], end), [*open_passage[2], d])
            continue
        if open_passage:
            yield open_passage
        open_passage = (start, end, [d])
    if open_passage:
        yield open_passage


def _draw(document: Document, start: int, end: int) -> str:
    text = document.text[start:end]
    spans = [
        {
            "start_token": max(e.start, start) - start,
            "end_token": min(e.end, end) - start,
            "label": label_name(e.label, e.value),
        }
        for e in document.entities
        if e.start < end and start < e.end
    ]
    # A character a token; what is blank must not be, for displaCy draws no span over white space.
    tokens = ["␣" if c.isspace() else c for c in text]
    drawn: Any = {"text": text, "spans": spans, "tokens": tokens}
    return str(displacy.render(drawn, style="span", manual=True, jupyter=False, options={"colors": _COLOURS}))


def _row(pair: Pair, d: Disagreement) -> str:
    if d.role:
        ends: Sequence[Entity] = [e for e in (d.a, d.b) if e]
        text = " → ".join(pair.a.text[e.start : e.end] for e in ends)
        cells = (text, "") if d.kind.endswith("A") else ("", text)
        return f"<tr><td>{escape(d.kind)}: {d.role}</td>" + "".join(f"<td>{escape(c)}</td>" for c in cells) + "</tr>"
    shown = (f"{label_name(e.label, e.value)}: {pair.a.text[e.start : e.end]}" if e else "" for e in (d.a, d.b))
    return f"<tr><td>{escape(d.kind)}</td>" + "".join(f"<td>{escape(c)}</td>" for c in shown) + "</tr>"

"""Any document goes into each format and comes back the same, or is refused by an error that names why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotations import AnnotationError, Document, Entity, Label, Link, Role, Value, corpus, number_entities
from annotations.formats import registry
from annotations.formats.assembly import renumbered
from annotations.schema import LINKED, Span

_KEEP_IDS = {"gold", "gold-folder", "labelstudio", "labelstudio-predictions", "docbin"}
_KEEP_CONFIDENCE = {"gold", "gold-folder", "labelstudio-predictions", "prodigy", "docbin"}
_KEEP_NO_LINKS = {f for f in registry.WRITABLE if registry.FORMATS[f].links} - {"brat", "uie"}
"""Those that can say that there are links, but none here."""
_BOTH_WAYS = [name for name in registry.WRITABLE if name in registry.READABLE]
_TRAPS = ["到2025年底", "\r\n", "\r", "\n", " ", "  ", "\t", "\u3000", "😀", "𠮷", "e\u0301", "\x00", "\x0b", "\x85"]
_TRAPS += [
    "\u2028",
    "\ufeff",
    "\\n",
    "\\",
    "\\u3000",
    '"',
    "<b>&amp;",
    "12家",
    "O",
    "B-TARGET",
    "#",
    "-DOCSTART-",
    "⟦T",
    "的单位",
]
_TEXT = st.lists(st.sampled_from(_TRAPS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=12)
_NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_PLAN = Document(
    "plan",
    "😀到2025年底，新建\r\n食堂12家，市民政局\u2028已建成9家。",
    (
        Entity("D1", Label.DEADLINE, 2, 8, confidence=0.5),
        Entity("T1", Label.TARGET, 9, 18, confidence=0.25),
        Entity("M1", Label.METRIC, 13, 15),
        Entity("N1", Label.NUMBER, 15, 17, Value.TARGET, 0.75),
        Entity("U1", Label.UNIT, 17, 18),
        Entity("R1", Label.DEPARTMENT, 19, 23),
        Entity("N2", Label.NUMBER, 27, 28, Value.ACTUAL),
        Entity("U2", Label.UNIT, 28, 29),
    ),
    (
        Link("N1", Role.UNIT, "U1"),
        Link("N1", Role.METRIC, "M1"),
        Link("N1", Role.TARGET, "T1"),
        Link("T1", Role.DEADLINE, "D1"),
        Link("T1", Role.DEPARTMENT, "R1"),
        Link("N2", Role.UNIT, "U2"),
        Link("N2", Role.METRIC, "M1"),
    ),
)
"""What every format that holds links can hold: text before U+FFFF and beyond, entities over two lines, nested ones."""


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    text = "".join(draw(_TEXT))
    spans = []
    for _ in range(draw(st.integers(0, 5)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        label = draw(st.sampled_from(Label))
        value = draw(st.none() | st.sampled_from(Value)) if label is Label.NUMBER else None
        spans.append(Span(start, draw(st.integers(start + 1, len(text))), label, value, draw(st.floats(0, 1))))
    entities = number_entities(spans)
    links = None
    if draw(st.booleans()):
        pairs = [
            Link(a.id, role, b.id)
            for role in Role
            for a in entities
            for b in entities
            if (a.label, b.label) == LINKED[role]
        ]
        links = tuple(draw(st.lists(st.sampled_from(pairs), unique=True, max_size=4))) if pairs else ()
    return Document(draw(_NAME), text, entities, links)


def _expected(name: str, document: Document) -> Document:
    if name not in _KEEP_CONFIDENCE:
        document = replace(document, entities=tuple(replace(e, confidence=1.0) for e in document.entities))
    if not document.links and name not in _KEEP_NO_LINKS:
        document = replace(document, links=None)
    return document if name in _KEEP_IDS else renumbered(document)


def _comparable(documents: Iterable[Document]) -> list[Document]:
    """Links are a set, and files of a folder have an order of their own."""
    inorder = [replace(d, links=d.links and tuple(sorted(d.links, key=str))) for d in documents]
    return sorted(inorder, key=lambda d: d.name)


def _reason(name: str, document: Document) -> str | None:
    """Why a format must refuse a document, if it must."""
    format = registry.FORMATS[name]
    at = Counter((e.start, e.end, e.label) for e in document.entities)
    pairs = list(combinations(document.entities, 2))
    if document.links and not format.links:
        return "has links"
    if format.folder and not name.startswith("conll") and not _is_file_name(document.name):
        return "no name for files"
    if name.startswith("conll") and any(a.label is b.label and a.start < b.end and b.start < a.end for a, b in pairs):
        return "BIO tags cannot hold"
    if name == "brat" and any(
        not document.text[i].splitlines()[0] for e in document.entities for i in (e.start, e.end - 1)
    ):
        return "line break at its edge"
    if name.startswith("doccano") and not document.text:
        return "an empty text"
    if name == "uie" and document.text != document.text.lstrip():
        return "begins with white space"
    if name == "uie" and any(n > 1 for n in at.values()):
        return "cannot tell apart"
    if (
        name == "prodigy"
        and document.links
        and len({(e.start, e.end, e.label, e.value) for e in document.entities}) < len(document.entities)
    ):
        return "cannot tell apart"
    if name == "markup" and (
        {"⟦", "⟧"} & set(document.text)
        or any(a.start < b.start < a.end < b.end or b.start < a.start < b.end < a.end for a, b in pairs)
        or any(e.label is Label.NUMBER and not e.value for e in document.entities)
    ):
        return "⟦ or ⟧|crosses|which NUMBER cannot have"
    return None


def _is_file_name(name: str) -> bool:
    parts = name.split("/")
    return "\0" not in name and not {"", ".", ".."} & set(parts)


@pytest.mark.parametrize("name", _BOTH_WAYS)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents=st.lists(_documents(), max_size=3, unique_by=lambda d: d.name))
@example(documents=[])
@example(documents=[Document("empty", "")])
@example(documents=[_PLAN])
@example(documents=[replace(_PLAN, links=None), Document("a/b", "一\n", (Entity("T1", Label.TARGET, 0, 1),))])
def test_any_document_comes_back_or_is_refused(
    name: str, tmp_path_factory: pytest.TempPathFactory, documents: list[Document]
) -> None:
    path = tmp_path_factory.mktemp("format") / "documents"
    reason = next(filter(None, (_reason(name, d) for d in documents)), None)
    if reason:
        with pytest.raises(AnnotationError, match=reason):
            registry.write(name, documents, path)
        return
    path = path.with_suffix(".jsonl") if name == "gold" else path
    assert registry.write(name, documents, path) == len(documents)
    if documents or not registry.FORMATS[name].folder:
        back = list(registry.read(name, [path]))
        assert _comparable(back) == _comparable(_expected(name, d) for d in documents)


@pytest.mark.parametrize("name", [n for n in _BOTH_WAYS if registry.FORMATS[n].links])
def test_links_come_back(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    registry.write(name, [_PLAN], path)
    (back,) = registry.read(name, [path])
    assert _comparable([back]) == _comparable([_expected(name, _PLAN)])
    assert len(back.links or ()) == 7


@pytest.mark.parametrize("name", _BOTH_WAYS)
def test_the_corpus_comes_back(name: str, tmp_path: Path) -> None:
    files = ["short-snippets.txt", "two-header-pipe.txt", "forest-table-tabs.txt", "village-scan.txt"]
    documents = corpus.load([corpus.AUTHORED / file for file in files])
    path = tmp_path / "corpus.jsonl"
    parts = [registry.Part.EDGES]
    registry.write(name, documents, path, parts)
    expected = [_expected(name, replace(d, text=d.text.strip())) for d in documents]
    assert _comparable(registry.read(name, [path])) == _comparable(expected)


@pytest.mark.parametrize("name", registry.WRITABLE)
@pytest.mark.parametrize(
    ("document", "why"),
    [
        (Document("plan", "一\ud83d"), "plan: half a surrogate pair"),
        (Document("\ud83d", "一"), "half a surrogate pair"),
        (Document("plan", "一", (Entity("T1", Label.TARGET, 0, 2),)), r"plan: T1: \[0, 2\) is no stretch"),
        (Document("plan", "一", (Entity("T1", Label.TARGET, 0, 0),)), r"plan: T1: \[0, 0\) is no stretch"),
        (
            Document("plan", "一二", (Entity("T1", Label.TARGET, 0, 1), Entity("T1", Label.TARGET, 1, 2))),
            "stands twice",
        ),
        (Document("plan", "一", (Entity("T1", Label.TARGET, 0, 1, Value.ACTUAL),)), "T1: a TARGET has no value"),
        (Document("plan", "一", (), (Link("N1", Role.UNIT, "U1"),)), "names N1 and U1"),
    ],
)
def test_what_no_format_can_hold_is_named(name: str, document: Document, why: str, tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=why):
        registry.write(name, [document], tmp_path / "plan", [registry.Part.LINKS] if "names" not in why else [])


def test_nothing_is_left_of_a_file_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    path.write_text("as it was")
    with pytest.raises(AnnotationError):
        registry.write("gold", [_PLAN, Document("half", "\ud83d")], path)
    assert [p.name for p in tmp_path.iterdir()] == ["plan.jsonl"]
    assert path.read_text() == "as it was"


@pytest.mark.parametrize("name", ["gold", "doccano", "doccano-relations", "prodigy", "uie", "conll-merged"])
def test_lines_are_read_as_they_come(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    documents = [replace(_PLAN, name=str(number), links=None) for number in range(3)]
    registry.write(name, documents, path)
    with path.open("a") as file:
        file.write("what cannot be read\n")
    reader = registry.read(name, [path])
    assert [next(reader).name for _ in range(2)] == ["0", "1"]
    with pytest.raises(AnnotationError, match="line"):
        list(reader)

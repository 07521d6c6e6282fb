"""How far two annotators agree: pairwise F1, strict and by overlap, and where they do not.

F1 is that of either against the other, which is symmetric, and what kappa comes to where most of a text is in no span
(Hripcsak and Rothschild 2005, Agreement, the F-measure, and reliability in information retrieval).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from annotations.errors import AnnotationError
from annotations.schema import Document, Entity, Label, Link, Role
from annotations.scoring import Count, Report, compare


class Kind(StrEnum):
    """In what two annotations differ."""

    ONLY_A = "only in A"
    ONLY_B = "only in B"
    BORDERS = "borders"
    LABEL = "label"
    VALUE = "value"
    LINK_ONLY_A = "link only in A"
    LINK_ONLY_B = "link only in B"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A place of a document where A and B differ: their entities, or those that one of them links by ``role``."""

    kind: Kind
    a: Entity | None
    b: Entity | None
    role: Role | None = None

    @property
    def start(self) -> int:
        """Where it is in the text."""
        return min(e.start for e in (self.a, self.b) if e)

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return max(e.end for e in (self.a, self.b) if e)


@dataclass(frozen=True, slots=True)
class Pair:
    """A document as A and as B annotated it, and where they differ, in the order of the text."""

    a: Document
    b: Document
    disagreements: tuple[Disagreement, ...]


@dataclass(slots=True)
class Agreement:
    """Figures and disagreements of two annotators on the documents of both; ``alone`` are names that only one has."""

    spans: Report
    links: dict[Role, Count] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    alone: tuple[str, ...] = ()

    def table(self) -> str:
        """The figures as a Markdown table."""
        lines = ["| | A | B | F1 | F1 by overlap |", "| --- | --- | --- | --- | --- |"]
        for name, count in self.spans.strict.items():
            overlap = f"{self.spans.overlap[name].f1:.3f}" if name in self.spans.overlap else ""
            lines.append(f"| {name} | {count.gold} | {count.predicted} | {count.f1:.3f} | {overlap} |")
        for role, count in self.links.items():
            lines.append(f"| link {role} | {count.gold} | {count.predicted} | {count.f1:.3f} | |")
        return "\n".join(lines)


def agreement(a: Iterable[Document], b: Iterable[Document]) -> Agreement:
    """Compare what two annotators made of the same documents, which their names tell.

    Links are compared where both annotated them. Raises AnnotationError for two documents of one name, for texts that
    differ, and if there is no document of both.
    """
    of_a, of_b = _by_name(a, "A"), _by_name(b, "B")
    both = [name for name in of_a if name in of_b]
    if not both:
        raise AnnotationError("A and B have no document of the same name")
    for name in both:
        if of_a[name].text != of_b[name].text:
            raise AnnotationError(f"{name}: A and B annotated different texts")
    result = Agreement(
        compare([of_a[name] for name in both], [of_b[name].entities for name in both]),
        alone=tuple(sorted(of_a.keys() ^ of_b.keys())),
    )
    for name in both:
        first, second = of_a[name], of_b[name]
        found = [*_spans(first, second), *_links(first, second, result.links)]
        result.pairs.append(Pair(first, second, tuple(sorted(found, key=lambda d: (d.start, d.end)))))
    return result


def _by_name(documents: Iterable[Document], side: str) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for document in documents:
        if document.name in found:
            raise AnnotationError(f"{document.name}: twice in {side}; documents need names of their own")
        found[document.name] = document
    return found


def _spans(a: Document, b: Document) -> Iterator[Disagreement]:
    of_a, of_b = ({(e.label, e.start, e.end): e for e in d.entities} for d in (a, b))
    for key in of_a.keys() & of_b.keys():
        if of_a[key].value is not of_b[key].value:
            yield Disagreement(Kind.VALUE, of_a[key], of_b[key])
    left = sorted((e for key, e in of_a.items() if key not in of_b), key=lambda e: e.start)
    right = sorted((e for key, e in of_b.items() if key not in of_a), key=lambda e: e.start)
    for kind in (Kind.LABEL, Kind.BORDERS):
        for e in list(left):
            if other := next((o for o in right if _same(e, o, kind)), None):
                yield Disagreement(kind, e, other)
                left.remove(e)
                right.remove(other)
    yield from (Disagreement(Kind.ONLY_A, e, None) for e in left)
    yield from (Disagreement(Kind.ONLY_B, None, e) for e in right)


def _same(e: Entity, other: Entity, kind: Kind) -> bool:
    """Whether two entities are one but for what ``kind`` says."""
    if kind is Kind.LABEL:
        return (e.start, e.end) == (other.start, other.end)
    return e.label is other.label and e.start < other.end and other.start < e.end


def _links(a: Document, b: Document, counts: dict[Role, Count]) -> Iterator[Disagreement]:
    if a.links is None or b.links is None:
        return
    of_a, of_b = _placed(a, a.links), _placed(b, b.links)
    for role in Role:
        ours, theirs = ({key for key in side if key[0] is role} for side in (of_a, of_b))
        counts.setdefault(role, Count()).add(len(ours & theirs), len(theirs), len(ours))
    for key in of_a.keys() - of_b.keys():
        yield Disagreement(Kind.LINK_ONLY_A, *of_a[key], role=key[0])
    for key in of_b.keys() - of_a.keys():
        yield Disagreement(Kind.LINK_ONLY_B, *of_b[key], role=key[0])


_Place = tuple[Label, int, int]


def _placed(document: Document, links: Iterable[Link]) -> dict[tuple[Role, _Place, _Place], tuple[Entity, Entity]]:
    """Links by what they link, since ids are each annotator's own."""
    by_id = {e.id: e for e in document.entities}
    found = {}
    for link in links:
        source, target = by_id.get(link.source), by_id.get(link.target)
        if source is None or target is None:
            raise AnnotationError(f"{document.name}: a {link.role} link names what is no entity")
        places = [(e.label, e.start, e.end) for e in (source, target)]
        found[link.role, places[0], places[1]] = source, target
    return found

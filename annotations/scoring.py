"""Scoring entities against gold documents: strict and overlap F1, the value of numbers, and the errors themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotations.schema import Document, Entity, Label

MICRO = "micro"
NUMBER_VALUE = "NUMBER+value"


@dataclass(slots=True)
class Count:
    """How many spans agree, were predicted, and are gold."""

    agreed: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, agreed: int, predicted: int, gold: int) -> None:
        self.agreed += agreed
        self.predicted += predicted
        self.gold += gold

    @property
    def precision(self) -> float:
        return self.agreed / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.agreed / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.agreed / (self.predicted + self.gold) if self.predicted + self.gold else 1.0


@dataclass(frozen=True, slots=True)
class Error:
    """A gold span that was missed, or a predicted one that is not gold."""

    document: str
    kind: str
    label: Label
    start: int
    end: int


@dataclass(slots=True)
class Report:
    """Counts by label (with NUMBER+value and micro), strict and by overlap, micro F1 by document, and all errors."""

    strict: dict[str, Count] = field(default_factory=dict)
    overlap: dict[str, Count] = field(default_factory=dict)
    documents: dict[str, Count] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)

    @property
    def micro(self) -> float:
        """Strict micro F1."""
        return self.strict[MICRO].f1

    def table(self) -> str:
        """The figures as a Markdown table."""
        lines = ["| | precision | recall | F1 | F1 by overlap | gold |", "| --- | --- | --- | --- | --- | --- |"]
        for name, count in self.strict.items():
            overlap = f"{self.overlap[name].f1:.3f}" if name in self.overlap else ""
            lines.append(
                f"| {name} | {count.precision:.3f} | {count.recall:.3f} | {count.f1:.3f} | {overlap} | {count.gold} |"
            )
        return "\n".join(lines)


def compare(gold: Iterable[Document], predicted: Iterable[Sequence[Entity]]) -> Report:
    """Score the entities predicted for each gold document.

    Strict: label, start and end agree. Overlap: a span counts as agreed if it shares a character with one of its label
    on the other side.
    """
    names = [*Label, NUMBER_VALUE, MICRO]
    report = Report({n: Count() for n in names}, {n: Count() for n in names if n != NUMBER_VALUE})
    for document, entities in zip(gold, predicted, strict=True):
        report.documents[document.name] = Count()
        for label in Label:
            golden = {(e.start, e.end): e for e in document.entities if e.label is label}
            found = {(e.start, e.end): e for e in entities if e.label is label}
            agreed = golden.keys() & found.keys()
            for count in (report.strict[label], report.strict[MICRO], report.documents[document.name]):
                count.add(len(agreed), len(found), len(golden))
            if label is Label.NUMBER:
                valued = sum(golden[span].value is found[span].value for span in agreed)
                report.strict[NUMBER_VALUE].add(valued, len(found), len(golden))
            overlapping = min(_overlapping(found, golden), _overlapping(golden, found))
            for count in (report.overlap[label], report.overlap[MICRO]):
                count.add(overlapping, len(found), len(golden))
            for span in sorted(golden.keys() ^ found.keys()):
                kind = "missed" if span in golden else "extra"
                report.errors.append(Error(document.name, kind, label, *span))
    return report


def _overlapping(spans: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> int:
    covered = {offset for start, end in others for offset in range(start, end)}
    return sum(not covered.isdisjoint(range(start, end)) for start, end in spans)

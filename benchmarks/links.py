"""``python -m benchmarks.links DOCUMENT…``: links by the service's rules against learned ones, on gold spans.

The documents need gold links. The learned scorer (training.pair_scorer) is trained on all of them but one and scored on
that one, in turn. F1 by role, counted as in docs/records.md: of reported numbers only metric and unit count.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from annotations import corpus
from annotations.schema import Document, Link, Role, Value
from annotations.scoring import Count
from models import structure
from models.tagger import SHIPPED
from service import records
from training import export, pair_scorer
from training.pair_scorer import Pairs

_OF_ALL = frozenset({Role.METRIC, Role.UNIT})
_SEED = 7


def main(paths: list[str]) -> None:
    """Measure and print a Markdown table."""
    documents = [d for d in corpus.load(map(Path, paths)) if d.links is not None]
    rules = [_by_rules(document) for document in documents]
    learned = _left_out(documents)
    both = [r | links for r, links in zip(rules, learned, strict=True)]
    columns = [_score(documents, links) for links in (rules, learned, both)]
    print("| role | rules | learned | either | gold |\n| --- | --- | --- | --- | --- |")
    for role in columns[0]:
        print(f"| {role} | " + " | ".join(f"{c[role].f1:.3f}" for c in columns) + f" | {columns[0][role].gold} |")


def _by_rules(document: Document) -> set[Link]:
    links = set()
    for record in records.build(structure.read(document.text), document.entities):
        single = ((Role.UNIT, record.unit), (Role.METRIC, record.metric), (Role.TARGET, record.target))
        links |= {Link(record.number, role, found) for role, found in single if record.number and found}
        several = ((Role.DEADLINE, record.deadlines), (Role.DEPARTMENT, record.departments))
        links |= {Link(record.target, role, found) for role, all_ in several if record.target for found in all_}
    return links


def _left_out(documents: list[Document]) -> list[set[Link]]:
    """The links that a scorer trained on the other documents finds in each."""
    network, vocabulary = export.load(SHIPPED)
    candidates = []
    for document in documents:
        text = structure.read(document.text)
        candidates.append(pair_scorer.pairs(document, text, pair_scorer.encode(network, vocabulary, text)))
    found = []
    for held_out in range(len(documents)):
        by_role: dict[Role, list[Pairs]] = defaultdict(list)
        for index, of_document in enumerate(candidates):
            for role, role_pairs in of_document.items():
                if index != held_out:
                    by_role[role].append(role_pairs)
        scorers = {role: pair_scorer.fit(examples, _SEED) for role, examples in by_role.items()}
        found.append(pair_scorer.predict(scorers, candidates[held_out]))
    return found


def _score(documents: Iterable[Document], predicted: Iterable[set[Link]]) -> dict[str, Count]:
    counts: dict[str, Count] = {role: Count() for role in (*Role, "all")}
    for document, links in zip(documents, predicted, strict=True):
        reported = {e.id for e in document.entities if e.value is Value.ACTUAL}
        for role in Role:
            gold = {link for link in document.links or () if link.role is role}
            found = {x for x in links if x.role is role and (role in _OF_ALL or x.source not in reported)}
            for count in (counts[role], counts["all"]):
                count.add(len(gold & found), len(found), len(gold))
    return counts


if __name__ == "__main__":
    main(sys.argv[1:])

"""``python -m benchmarks.links DOCUMENT…``: links by the service's rules against learned ones.

The documents need annotated links. The learned scorer (training.pair_scorer) is trained on all of them but one and scored
on that one, in turn. F1 by role, strict in spans and role, on annotated spans and on those that the shipped model finds; as in
docs/records.md, of reported numbers only metric and unit count.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from annotations import corpus
from annotations.schema import Document, Entity, Label, Link, Role, Value
from annotations.scoring import Count
from models import structure
from models.structure import Structure
from models.tagger import SHIPPED, Annotation, Tagger
from service import records
from training import export, pair_scorer
from training.pair_scorer import Pairs

_OF_ALL = frozenset({Role.METRIC, Role.UNIT})
_SEED = 7
_ALL = "all"

Spot = tuple[int, int, Label]
SpotLink = tuple[Spot, Role, Spot]


def main(paths: list[str]) -> None:
    """Measure and print a Markdown table."""
    documents = [d for d in corpus.load(map(Path, paths)) if d.links is not None]
    texts = [structure.read(document.text) for document in documents]
    found = [replace(d, entities=a.entities) for d, a in zip(documents, _annotate(documents), strict=True)]
    columns = []
    for given, learned in zip((documents, found), _left_out(documents, found, texts), strict=True):
        rules = [by_rules(document, text) for document, text in zip(given, texts, strict=True)]
        columns += [score(documents, given, links) for links in (rules, learned)]
    print("| role | annotated spans: rules | learned | found spans: rules | learned | links |")
    print("| --- |" + " --- |" * 5)
    for role, count in columns[0].items():
        print(f"| {role} | " + " | ".join(f"{c[role].f1:.3f}" for c in columns) + f" | {count.gold} |")


def _annotate(documents: Sequence[Document]) -> Sequence[Annotation]:
    return Tagger.load().annotate([document.text for document in documents])


def by_rules(document: Document, text: Structure) -> set[Link]:
    """The links that the service's records hold."""
    links = set()
    for record in records.build(text, document.entities):
        single = ((Role.UNIT, record.unit), (Role.METRIC, record.metric), (Role.TARGET, record.target))
        links |= {Link(record.number, role, found) for role, found in single if record.number and found}
        several = ((Role.DEADLINE, record.deadlines), (Role.DEPARTMENT, record.departments))
        links |= {Link(record.target, role, found) for role, all_ in several if record.target for found in all_}
    return links


def _left_out(
    documents: Sequence[Document], found: Sequence[Document], texts: Sequence[Structure]
) -> tuple[list[set[Link]], list[set[Link]]]:
    """The links that a scorer trained on the other documents finds in each: of annotated spans, and of found ones."""
    network, vocabulary = export.load(SHIPPED)
    states = [pair_scorer.encode(network, vocabulary, text) for text in texts]
    annotated = [pair_scorer.pairs(*each) for each in zip(documents, texts, states, strict=True)]
    candidates = [pair_scorer.pairs(*each) for each in zip(found, texts, states, strict=True)]
    of_annotated, of_found = [], []
    for held_out in range(len(documents)):
        by_role: dict[Role, list[Pairs]] = defaultdict(list)
        for index, of_document in enumerate(annotated):
            for role, role_pairs in of_document.items():
                if index != held_out:
                    by_role[role].append(role_pairs)
        scorers = {role: pair_scorer.fit(examples, _SEED) for role, examples in by_role.items()}
        of_annotated.append(pair_scorer.predict(scorers, annotated[held_out]))
        of_found.append(pair_scorer.predict(scorers, candidates[held_out]))
    return of_annotated, of_found


def score(documents: Sequence[Document], given: Sequence[Document], predicted: Sequence[set[Link]]) -> dict[str, Count]:
    """Counts by role of the links ``predicted`` between the entities of ``given``, against those of ``documents``."""
    counts: dict[str, Count] = {role: Count() for role in (*Role, _ALL)}
    for document, spans, links in zip(documents, given, predicted, strict=True):
        reported = {_spot(e) for e in document.entities if e.value is Value.ACTUAL}
        gold, ours = _by_place(document.entities, document.links or ()), _by_place(spans.entities, links)
        for role in Role:
            right = {link for link in gold if link[1] is role}
            made = {x for x in ours if x[1] is role and (role in _OF_ALL or x[0] not in reported)}
            for count in (counts[role], counts[_ALL]):
                count.add(len(right & made), len(made), len(right))
    return counts


def _by_place(entities: Sequence[Entity], links: Sequence[Link] | set[Link]) -> set[SpotLink]:
    spots = {e.id: _spot(e) for e in entities}
    return {(spots[link.source], link.role, spots[link.target]) for link in links}


def _spot(entity: Entity) -> Spot:
    return entity.start, entity.end, entity.label


if __name__ == "__main__":
    main(sys.argv[1:])

"""Links in whole documents that were linked by readers who did not know the rules, on their annotated spans."""

from annotations import corpus
from benchmarks.links import by_rules, score
from models import structure

LINKED = corpus.AUTHORED.parent / "linked.jsonl"
FLOORS = {"unit": 0.995, "metric": 0.985, "target": 0.9, "deadline": 0.92, "department": 0.98}
"""F1 of each role; below what was measured by a link or two."""


def test_links() -> None:
    documents = corpus.load([LINKED])
    found = score(documents, documents, [by_rules(d, structure.read(d.text)) for d in documents])
    assert {role: round(found[role].f1, 3) for role, floor in FLOORS.items() if found[role].f1 < floor} == {}

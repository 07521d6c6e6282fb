"""The behaviour suite (after CheckList, Ribeiro et al. 2020): small authored cases by phenomenon.

A case passes if every span and value is right. The share that passes may not drop below what the shipped model was
measured at (``behaviour/floors.json``); ``python -m tests.models.test_behaviour`` measures it anew.
"""

import json
from pathlib import Path

import pytest

from annotations import Document, markup
from annotations.check import check
from models.tagger import Tagger

_FOLDER = Path(__file__).parent / "behaviour"
_FLOORS = _FOLDER / "floors.json"
_PHENOMENA = sorted(f.stem for f in _FOLDER.glob("*.txt"))


def _cases(phenomenon: str) -> list[Document]:
    """The cases of a phenomenon: marked text, separated by empty lines."""
    content = (_FOLDER / f"{phenomenon}.txt").read_text(encoding="utf-8")
    return [markup.parse(f"{phenomenon}-{i}", case) for i, case in enumerate(content.strip().split("\n\n"), 1)]


def _passed(tagger: Tagger, cases: list[Document]) -> int:
    found = tagger.annotate([case.text for case in cases])
    return sum(
        {(e.label, e.start, e.end, e.value) for e in case.entities}
        == {(e.label, e.start, e.end, e.value) for e in annotation.entities}
        for case, annotation in zip(cases, found, strict=True)
    )


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def test_there_are_enough_cases_and_they_are_sound() -> None:
    cases = [case for phenomenon in _PHENOMENA for case in _cases(phenomenon)]
    assert len(cases) >= 250
    assert [problem for case in cases for problem in check(case)] == []


@pytest.mark.parametrize("phenomenon", _PHENOMENA)
def test_no_phenomenon_drops(phenomenon: str, tagger: Tagger) -> None:
    floors = json.loads(_FLOORS.read_text(encoding="utf-8"))
    # One case of leeway: INT8 kernels round differently on other processors.
    assert _passed(tagger, _cases(phenomenon)) >= floors[phenomenon] - 1


def main() -> None:
    """Measure the shipped model, print the shares and keep them as floors."""
    shipped = Tagger.load()
    floors = {phenomenon: _passed(shipped, _cases(phenomenon)) for phenomenon in _PHENOMENA}
    for phenomenon, passed in floors.items():
        print(f"{phenomenon}: {passed} of {len(_cases(phenomenon))}")
    total = sum(len(_cases(phenomenon)) for phenomenon in _PHENOMENA)
    print(f"all: {sum(floors.values())} of {total}")
    _FLOORS.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

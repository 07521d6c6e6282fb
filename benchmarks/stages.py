"""What each stage of a document costs in process, in processor seconds, and how that grows with its length."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from benchmarks.clock import Lap, lap
from models import structure, windows
from models.draft import Draft
from models.inputs import Tokens, tokens
from models.runtime import Runtime
from models.tagger import NETWORK_FILE, SHIPPED, Tagger
from models.vocabulary import Vocabulary
from service import answers
from service.body import parse, validate
from service.schemas import ExtractRequest

_PIECES = 16
_WARM_UP = "年底前，市民政局新建50个照料中心，20个工作日内完成投资3亿元。"
"""What records are made of loads its libraries' tables when it is first met."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Processor seconds of each stage, and the windows that were read."""

    seconds: dict[str, float]
    read: tuple[Tokens, ...]

    def shares(self) -> dict[str, float]:
        """The share of each stage."""
        whole = sum(self.seconds.values())
        return {name: seconds / whole for name, seconds in self.seconds.items()}


def measure(tagger: Tagger, texts: Sequence[str]) -> Stages:
    """Take the texts through one stage after the other, as the service does."""
    vocabulary, runtime = Vocabulary.load(SHIPPED), Runtime(SHIPPED / NETWORK_FILE)
    list(runtime.score([tokens(vocabulary, "新建", w) for w in windows.cut(structure.read("新建"))]))
    answers.build(tagger.annotate([_WARM_UP])[0], tagger, "")
    bodies = [orjson.dumps({"text": text}) for text in texts]
    seconds: dict[str, float] = {}

    def took(stage: str, taken: Lap) -> None:
        seconds[stage] = taken.processor

    with lap() as taken:
        read = [validate(parse(body), ExtractRequest).text for body in bodies]
    took("read", taken)
    with lap() as taken:
        structures = [structure.read(text) for text in read]
    took("structure", taken)
    with lap() as taken:
        cut = [windows.cut(s) for s in structures]
        inputs = [[tokens(vocabulary, s.text, w) for w in ws] for s, ws in zip(structures, cut, strict=True)]
    took("window", taken)
    with lap() as taken:
        scores = list(runtime.score([window for document in inputs for window in document]))
    took("tag", taken)
    drafts = [Draft(text, vocabulary, tagger.calibration) for text in read]
    following = iter(scores)
    with lap() as taken:
        for draft, document in zip(drafts, inputs, strict=True):
            for index, window in enumerate(document):
                draft.put(index, window, next(following))
        annotations = [draft.annotation() for draft in drafts]
    took("decode", taken)
    with lap() as taken:
        built = [answers.build(annotation, tagger, "") for annotation in annotations]
    took("records", taken)
    with lap() as taken:
        for answer in built:
            orjson.dumps(answer)
    took("JSON", taken)
    return Stages(seconds, tuple(window for document in inputs for window in document))


def growth(tagger: Tagger, text: str, short: int, long: int) -> float:
    """Processor seconds per character of a text's first ``long`` characters, over those of pieces of ``short`` characters
    taken evenly out of the same: other pieces have other headings, and so another length of context."""

    def per_character(texts: Sequence[str]) -> float:
        with lap() as taken:
            for one in texts:
                (annotation,) = tagger.annotate([one])
                orjson.dumps(answers.build(annotation, tagger, ""))
        return taken.processor / sum(map(len, texts))

    pieces = [text[start : start + short] for start in range(0, long - short + 1, long // _PIECES)]
    per_character(pieces[:1])
    return per_character([text[:long]]) / per_character(pieces)

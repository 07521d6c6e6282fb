"""Texts that nobody would write: no exception, offsets exact, and the same answer alone and among others."""

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from annotations import corpus
from models.tagger import Annotation, Tagger
from proofs.report import Result, must, told
from proofs.service import Service, serving
from service import answers
from service.offsets import Unit
from service.selection import EVERYTHING

TITLE = "fuzzed texts: no exception, exact offsets, batch = alone"
UNIT = "texts in process, and a twentieth of that over HTTP"
FULL = 1_000_000
SHORT = 4_000
_TOGETHER = 256
_ALONE_EVERY = 8
"""One text in so many is annotated a second time, alone; all are among others."""
_LONGEST = 60
_HOSTILE = (
    "\0\t\n\r\x0b\x0c\x1c\x85\u2028\u2029\ufeff\u200b\u200d\u202e\u2066\u0301\u20dd\ufe0f\ue000\ufffe\uffff\ufffd\xa0\u3000"
    "😀👩🏽‍⚕️🇨🇳\U00020000\U0010ffff１２３％‰㎡①⑴㈠〇零百千万亿|｜,，.。、；：（）()《》“”「」【】%5—10-~～ABCabc"
)
_JSON = {"Content-Type": "application/json"}
_ENCODINGS = {Unit.CODEPOINT: ("utf-32-le", 4), Unit.UTF16: ("utf-16-le", 2), Unit.UTF8: ("utf-8", 1)}


@dataclass
class Tally:
    """What was found wrong."""

    texts: int = 0
    alone: int = 0
    exceptions: int = 0
    offsets: int = 0
    differences: int = 0

    def note(self, kind: str, text: str) -> None:
        """Count it, and show the text, which is nobody's."""
        setattr(self, kind, getattr(self, kind) + 1)
        print(f"{kind}: {text!r}", file=sys.stderr)


def run(amount: int) -> Result:
    """Try so many texts in process and a twentieth over HTTP."""
    inside, outside = Tally(), Tally()
    tagger = Tagger.load()
    texts = _texts(random.Random(amount))
    while inside.texts < amount:
        _try(tagger, list(islice(texts, min(_TOGETHER, amount - inside.texts))), inside)
    with serving() as service:
        asyncio.run(_try_service(service, list(islice(texts, amount // 20)), outside))
    figures = []
    for where, tally in (("in process", inside), ("over HTTP", outside)):
        figures += [
            told(f"texts {where}", f"{tally.texts:,}, {tally.alone:,} of them also alone"),
            must(f"exceptions {where}", tally.exceptions, "0", tally.exceptions == 0),
            must(f"offset violations {where}", tally.offsets, "0", tally.offsets == 0),
            must(f"answers that depend on company {where}", tally.differences, "0", tally.differences == 0),
        ]
    return Result(tuple(figures))


def _texts(choose: random.Random) -> Iterator[str]:
    """One in ten by Hypothesis, the others mutated out of authored documents."""
    sources = [document.text for document in corpus.load([corpus.AUTHORED])]
    while True:
        yield from _generated(100, choose.getrandbits(32))
        for _ in range(900):
            yield _mutated(sources, choose)


def _generated(count: int, number: int) -> list[str]:
    made: list[str] = []
    pieces = st.text(max_size=20) | st.text(alphabet=_HOSTILE, max_size=20)

    @seed(number)
    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(pieces, min_size=1, max_size=4).map("".join).filter(bool))
    def take(text: str) -> None:
        made.append(text)

    take()
    return made[:count]


def _mutated(sources: list[str], choose: random.Random) -> str:
    """A cut of a document, damaged in up to four places."""
    source = choose.choice(sources)
    start = choose.randrange(len(source))
    text = source[start : start + choose.randint(1, _LONGEST)]
    for _ in range(choose.randrange(5)):
        at, end = sorted(choose.randrange(len(text) + 1) for _ in range(2))
        match choose.randrange(6):
            case 0:
                text = text[:at] + choose.choice(_HOSTILE) * choose.choice((1, 1, 2, 30)) + text[at:]
            case 1:
                text = text[:at] + text[min(end, at + 5) :]
            case 2:
                text = text[:at] + text[at:end] * 2 + text[end:]
            case 3:
                text = text[:at] + text[at:end][::-1] + text[end:]
            case 4:
                other = choose.choice(sources)
                cut = choose.randrange(len(other))
                text = text[:at] + other[cut : cut + 15] + text[at:]
            case 5:
                text = text.replace(choose.choice(text or " "), choose.choice(("\n", "|", "", " | ")))
    return text or "无"


def _try(tagger: Tagger, texts: list[str], tally: Tally) -> None:
    """Annotate texts together, one in so many also alone, and check each answer."""
    units = list(Unit)
    for i, (text, annotation) in enumerate(zip(texts, _annotated(tagger, texts, tally), strict=True)):
        tally.texts += 1
        if annotation is None:
            continue
        if i % _ALONE_EVERY == 0:
            tally.alone += 1
            (alone,) = _annotated(tagger, [text], tally)
            if alone != annotation:
                tally.note("differences", text)
        try:
            answer = answers.build(annotation, tagger, "", None, units[i % len(units)], EVERYTHING)
        except Exception:  # noqa: BLE001 - that is what is looked for
            tally.note("exceptions", text)
            continue
        if not _exact(text, answer):
            tally.note("offsets", text)


def _annotated(tagger: Tagger, texts: list[str], tally: Tally) -> list[Annotation | None]:
    """The annotation of each text; None, and an exception counted, where there is none."""
    try:
        return list(tagger.annotate(texts))
    except Exception:  # noqa: BLE001 - likewise
        if len(texts) > 1:
            return [found for text in texts for found in _annotated(tagger, [text], tally)]
        tally.note("exceptions", texts[0])
        return [None]


def _exact(text: str, answer: dict[str, object]) -> bool:
    """Whether all entities are what the text has at their offsets, and records name nothing else."""
    encoding, size = _ENCODINGS[Unit(str(answer["offsets"]))]
    encoded = text.encode(encoding)
    entities: list[dict[str, object]] = answer["entities"]  # type: ignore[assignment]
    records: list[dict[str, object]] = answer["records"]  # type: ignore[assignment]
    for entity in entities:
        start, end = int(str(entity["start"])), int(str(entity["end"]))
        if not start < end or encoded[start * size : end * size].decode(encoding, "replace") != entity["text"]:
            return False
    ids = {entity["id"] for entity in entities}
    named = {record[role] for record in records for role in ("target", "metric", "number", "unit")} - {None}
    linked = {id for record in records for role in ("deadlines", "departments") for id in record[role]}  # type: ignore[attr-defined]
    return answer["length"] == len(encoded) // size and {*named, *linked} <= ids


async def _try_service(service: Service, texts: list[str], tally: Tally) -> None:
    """Send texts in batches, one in so many alone, and check each answer."""
    async with httpx.AsyncClient(base_url=service.url, timeout=600) as client:
        for start in range(0, len(texts), _TOGETHER):
            group = texts[start : start + _TOGETHER]
            unit = list(Unit)[start // _TOGETHER % len(Unit)]
            requests = [{"text": text, "offsets": unit.value, "id": "x"} for text in group]
            response = await client.post("/extract/batch", json=requests)
            together = response.json() if response.status_code == 200 else [{}] * len(group)
            for i, (text, answer) in enumerate(zip(group, together, strict=True)):
                tally.texts += 1
                if "entities" not in answer:
                    tally.note("exceptions", text)
                elif not _exact(text, answer):
                    tally.note("offsets", text)
                if i % _ALONE_EVERY == 0:
                    tally.alone += 1
                    alone = await client.post("/extract", content=json.dumps(requests[i]).encode(), headers=_JSON)
                    if alone.status_code != 200 or alone.json() != answer:
                        tally.note("differences", text)

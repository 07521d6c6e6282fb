"""The training format of PaddleNLP's UIE: a line for each text and prompt, ``{"content", "result_list", "prompt"}``.

Prompts are the Chinese names of the labels, 计划数值 and 实际数值 for a NUMBER with its value; a link is asked for as
「50的单位」. Results are in the order of the text, as UIE's reader needs them; prompts without any are its negative
examples. UIE knows the first entity of a link by its words alone, and words may stand twice: ``subjects``, which UIE does not
read, says in each result where. ``name`` is the document's. Later versions of that reader strip the content without
moving the offsets, so a text that begins with white space cannot be held. Described in PaddleNLP's model_zoo/uie.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from annotations.errors import AnnotationError
from annotations.formats import jsonl
from annotations.formats.assembly import assemble
from annotations.schema import LINKED, Document, Entity, Label, Role, Span, Value

_VALUES = {None: "", Value.TARGET: "计划", Value.ACTUAL: "实际"}
_PROMPTS = {(label, None): label.chinese for label in Label} | {
    (Label.NUMBER, value): prefix + Label.NUMBER.chinese for value, prefix in _VALUES.items()
}
_KINDS = {prompt: kind for kind, prompt in _PROMPTS.items()}
_ROLES = {role: LINKED[role][1].chinese for role in Role}
_Stretch = tuple[int, int]
_SpanKey = tuple[int, int, Label]


def read(path: Path) -> Iterator[Document]:
    """The documents of a file: lines that follow each other with one name and content. Raises AnnotationError."""
    lines = (
        (place, raw, _named(raw, path), jsonl.text_of(raw, "content", place)) for place, raw in jsonl.read_lines(path)
    )
    for number, ((name, text), group) in enumerate(groupby(lines, key=lambda line: line[2:]), 1):
        asked: dict[str, tuple[str, list[Any]]] = {}
        for place, raw, _, _ in group:
            prompt = jsonl.text_of(raw, "prompt", place)
            if prompt in asked:
                raise AnnotationError(f"{place}: prompt: asked of this text before; documents need names of their own")
            asked[prompt] = place, jsonl.list_of(raw, "result_list", place)
        yield _document(f"{path.stem}-{number}" if name is None else name, text, asked)


def write(documents: Iterable[Document], path: Path) -> None:
    """Write documents. Raises AnnotationError for what UIE cannot hold."""
    jsonl.write_lines((line for document in documents for line in _lines(document)), path)


def _lines(document: Document) -> Iterator[dict[str, Any]]:
    text = document.text
    if text != text.lstrip():
        raise AnnotationError(
            f"{document.name}: begins with white space, which UIE strips off without moving the offsets; "
            "--leave-out edges takes it off the text"
        )
    entities = sorted(document.entities, key=lambda e: (e.start, e.end))
    by_id = {e.id: e for e in entities}
    if len({(e.start, e.end, e.label) for e in entities}) < len(entities):
        raise AnnotationError(f"{document.name}: two entities of one label at one place, which UIE cannot tell apart")
    results: dict[str, list[dict[str, Any]]] = {_PROMPTS[kind]: [] for kind in _asked_always(entities)}
    for e in entities:
        results[_PROMPTS[e.label, e.value]].append(_result(text, e))
    subjects: dict[tuple[str, _Stretch], list[_Stretch]] = {}
    for link in document.links or ():
        source, target = by_id[link.source], by_id[link.target]
        if (source.label, target.label) != LINKED[link.role]:
            raise AnnotationError(
                f"{document.name}: UIE holds {link.role} links from {' to '.join(LINKED[link.role])} only"
            )
        prompt = f"{text[source.start : source.end]}的{_ROLES[link.role]}"
        if prompt in _KINDS:
            raise AnnotationError(f"{document.name}: the prompt for a link of {link.source} is the name of a label")
        subjects.setdefault((prompt, (target.start, target.end)), []).append((source.start, source.end))
    for (prompt, (start, end)), places in sorted(subjects.items(), key=lambda item: item[0][1]):
        result = {"text": text[start:end], "start": start, "end": end, "subjects": [list(p) for p in places]}
        results.setdefault(prompt, []).append(result)
    for prompt, found in results.items():
        yield {"content": text, "result_list": found, "prompt": prompt, "name": document.name}


def _asked_always(entities: list[Entity]) -> list[tuple[Label, Value | None]]:
    """The labels that every text is asked for; a NUMBER without its value only where there is one."""
    unknown = any(e.label is Label.NUMBER and not e.value for e in entities)
    return [kind for kind in _PROMPTS if kind != (Label.NUMBER, None) or unknown]


def _result(text: str, e: Entity) -> dict[str, Any]:
    return {"text": text[e.start : e.end], "start": e.start, "end": e.end}


def _named(raw: dict[str, Any], path: Path) -> str | None:
    return raw["name"] if isinstance(raw.get("name"), str) else None


def _document(name: str, text: str, asked: dict[str, tuple[str, list[Any]]]) -> Document:
    spans: dict[str, Span] = {}
    keys: dict[_SpanKey, str] = {}
    for prompt, kind in _KINDS.items():
        place, found = asked.get(prompt, ("", []))
        for i, raw in enumerate(found):
            start, end = _stretch(text, raw, f"{place}: result_list[{i}]")
            key = f"{prompt}[{i}]"
            spans[key] = Span(start, end, *kind)
            keys[start, end, kind[0]] = key
    links: list[tuple[str, Role, str]] = []
    for prompt, (place, found) in asked.items():
        if prompt in _KINDS:
            continue
        role, words = _relation(prompt, place)
        for i, raw in enumerate(found):
            where = f"{place}: result_list[{i}]"
            start, end = _stretch(text, raw, where)
            target = keys.get((start, end, LINKED[role][1]))
            sources = [
                keys[stretch] for stretch in _subjects(raw, words, text, role, list(keys), where) if stretch in keys
            ]
            if target is None or not sources:
                raise AnnotationError(f"{where}: links what is no entity: {role} goes from {' to '.join(LINKED[role])}")
            links += [(source, role, target) for source in sources]
    return assemble(name, text, spans, links or None)


def _relation(prompt: str, place: str) -> tuple[Role, str]:
    words, _, role = prompt.rpartition("的")
    for known, chinese in _ROLES.items():
        if words and role == chinese:
            return known, words
    raise AnnotationError(
        f"{place}: prompt: neither one of {'、'.join(_KINDS)} nor words with 的 and one of {'、'.join(_ROLES.values())}"
    )


def _subjects(
    raw: dict[str, Any], words: str, text: str, role: Role, known: list[_SpanKey], where: str
) -> list[_SpanKey]:
    if isinstance(said := raw.get("subjects"), list):
        try:
            return [(int(start), int(end), LINKED[role][0]) for start, end in said]
        except (TypeError, ValueError):
            raise AnnotationError(f"{where}: subjects must be a list of [start, end]") from None
    found = [key for key in known if key[2] is LINKED[role][0] and text[key[0] : key[1]] == words]
    if len(found) > 1:
        raise AnnotationError(
            f"{where}: the words of its prompt stand {len(found)} times, and subjects does not say where"
        )
    return found


def _stretch(text: str, raw: Any, where: str) -> _Stretch:
    if not isinstance(raw, dict):
        raise AnnotationError(f"{where}: must be an object")
    start, end = jsonl.offsets_of(raw, "start", "end", where)
    if not 0 <= start < end <= len(text) or raw.get("text") != text[start:end]:
        raise AnnotationError(f"{where}: its text does not stand at its offsets, which were made for another text")
    return start, end

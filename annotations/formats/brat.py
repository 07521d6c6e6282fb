"""BRAT standoff: a folder with NAME.txt and NAME.ann for each document, and an annotation.conf for brat to show them.

``T1⇥NUMBER 15 17⇥50`` is an entity, ``A1⇥Value T1 target`` a NUMBER's value, ``R1⇥unit Arg1:T1 Arg2:T2`` a link. Offsets are
code points, the end exclusive. The lines of an .ann file end where brat takes them to end, so an entity over several
lines of the text is written, as brat does, with a stretch for each: ``T1⇥TARGET 0 4;5 9⇥建成食堂 12家以上``. Documented
at brat.nlplab.org/standoff.html.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotations.errors import AnnotationError
from annotations.formats import folders
from annotations.formats.assembly import assemble, parse_role
from annotations.schema import LINKED, Document, Entity, Label, Role, Span, Value

_LINE = re.compile("[^\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]+")
"""What stands between two line breaks, those of ``str.splitlines``."""
_ENTITY = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_ATTRIBUTE = re.compile(r"[AM]\d+\tValue (T\d+) (\S+)\s*")
_RELATION = re.compile(r"R\d+\t(\S+) Arg1:(T\d+) Arg2:(T\d+)\s*")
_VALUE = "Value"


def config() -> str:
    """brat's annotation.conf for our schema."""
    relations = [f"{role}\tArg1:{LINKED[role][0]}, Arg2:{LINKED[role][1]}" for role in Role]
    values = "|".join(Value)
    sections: dict[str, list[str]] = {
        "entities": [label.value for label in Label],
        "relations": [*relations, "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"],
        "events": [],
        "attributes": [f"{_VALUE}\tArg:{Label.NUMBER}, Value:{values}"],
    }
    return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


def read(path: Path) -> Iterator[Document]:
    """The documents of a folder, or of one .ann or .txt file with its sibling. Raises AnnotationError."""
    if path.suffix == ".txt" and path.is_file():
        path = path.with_suffix(".ann")
    for name, file in folders.files(path, ".ann"):
        text_file = file.with_name(file.name.removesuffix(".ann") + ".txt")
        if not text_file.is_file():
            raise AnnotationError(f"{text_file}: there is none, although there is {file.name}")
        yield _document(name, folders.read_text(text_file), folders.read_text(file), str(file))


def write(documents: Iterable[Document], path: Path) -> None:
    """Write documents into a folder. Raises AnnotationError for an entity that begins or ends with a line break."""
    for document, place in folders.places(documents, path):
        folders.write_text(document.text, place.with_name(place.name + ".txt"))
        folders.write_text("".join(_lines(document)), place.with_name(place.name + ".ann"))
    folders.write_text(config(), path / "annotation.conf")


def _lines(document: Document) -> Iterator[str]:
    ids = {}
    values: list[tuple[str, Value]] = []
    for number, entity in enumerate(document.entities, 1):
        ids[entity.id] = f"T{number}"
        stretches = _stretches(document, entity)
        offsets = ";".join(f"{start} {end}" for start, end in stretches)
        content = " ".join(document.text[start:end] for start, end in stretches)
        yield f"T{number}\t{entity.label} {offsets}\t{content}\n"
        if entity.value:
            values.append((ids[entity.id], entity.value))
    for number, (id, value) in enumerate(values, 1):
        yield f"A{number}\t{_VALUE} {id} {value}\n"
    for number, link in enumerate(document.links or (), 1):
        yield f"R{number}\t{link.role} Arg1:{ids[link.source]} Arg2:{ids[link.target]}\n"


def _stretches(document: Document, entity: Entity) -> list[tuple[int, int]]:
    """The parts of an entity that hold no line break."""
    found = [m.span() for m in _LINE.finditer(document.text, entity.start, entity.end)]
    if not found or (found[0][0], found[-1][1]) != (entity.start, entity.end):
        raise AnnotationError(f"{document.name}: {entity.id}: a line break at its edge, which BRAT cannot hold")
    return found


def _document(name: str, text: str, annotations: str, place: str) -> Document:
    spans: dict[str, Span] = {}
    values: dict[str, str] = {}
    links: list[tuple[str, Role, str]] = []
    for number, line in enumerate(re.split("\r?\n", annotations), 1):
        where = f"{place}: line {number}"
        if match := _ENTITY.fullmatch(line):
            if match[1] in spans:
                raise AnnotationError(f"{where}: {match[1]} stands twice")
            spans[match[1]] = _span(text, match[2], match[3], match[4], where)
        elif match := _ATTRIBUTE.fullmatch(line):
            values[match[1]] = match[2]
        elif match := _RELATION.fullmatch(line):
            links.append((match[2], parse_role(match[1], where), match[3]))
        elif line.strip() and line[0] not in "#":
            raise AnnotationError(f"{where}: neither an entity, an attribute Value, a relation of two nor a note")
    for id, value in values.items():
        if id not in spans or spans[id].label is not Label.NUMBER or value not in list(Value):
            raise AnnotationError(f"{place}: {id}: only a NUMBER has a Value, of {' or '.join(Value)}")
        spans[id] = Span(spans[id].start, spans[id].end, Label.NUMBER, Value(value))
    try:
        return assemble(name, text, spans, links or None)
    except AnnotationError as error:
        raise AnnotationError(f"{place}: {error}") from None


def _span(text: str, label: str, offsets: str, content: str, where: str) -> Span:
    if label not in list(Label):
        raise AnnotationError(f"{where}: the type must be one of {', '.join(Label)}")
    stretches = [(int(start), int(end)) for start, end in (pair.split() for pair in offsets.split(";"))]
    for (_, end), (start, _) in itertools.pairwise(stretches):
        if start < end or _LINE.search(text, end, start):
            raise AnnotationError(f"{where}: in pieces that more than a line break parts; ours are never")
    if content != " ".join(text[start:end] for start, end in stretches):
        raise AnnotationError(f"{where}: its text does not stand at its offsets, which were made for another text")
    return Span(stretches[0][0], stretches[-1][1], Label(label))

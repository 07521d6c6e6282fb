"""The files that corrected documents are written to."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from annotations import gold
from annotations.formats import labelstudio
from models.tagger import Tagger
from service.corrected.correct import Corrected
from service.corrected.schemas import ExportFormat
from service.ledger import text as ledger_text


@dataclass(frozen=True, slots=True)
class Written:
    """How a format is written: its media type, the end of its file's name, and what writes it."""

    media_type: str
    suffix: str
    write: Callable[[Sequence[Corrected], Tagger], bytes]


def _workbook(documents: Sequence[Corrected], tagger: Tagger) -> bytes:
    from service.ledger import workbook  # only who writes one needs its library

    output = io.BytesIO()
    workbook.write((document.extraction(tagger) for document in documents), output)
    return output.getvalue()


def _csv(documents: Sequence[Corrected], tagger: Tagger) -> bytes:
    return "".join(ledger_text.csv_lines(document.extraction(tagger) for document in documents)).encode()


def _json(documents: Sequence[Corrected], tagger: Tagger) -> bytes:
    return orjson.dumps([_answer(document, tagger) for document in documents], option=orjson.OPT_INDENT_2)


def _answer(document: Corrected, tagger: Tagger) -> dict[str, Any]:
    query = document.query
    set_by_hand = query.model_dump(mode="json", include={"text", "date", "links", "duties"})
    return document.answer(tagger, query.offsets) | set_by_hand


def _label_studio(documents: Sequence[Corrected], tagger: Tagger) -> bytes:
    return orjson.dumps([labelstudio.annotated_task(document.document(tagger)) for document in documents])


def _gold(documents: Sequence[Corrected], tagger: Tagger) -> bytes:
    return b"".join(orjson.dumps(gold.to_dict(document.document(tagger))) + b"\n" for document in documents)


WRITTEN = {
    ExportFormat.XLSX: Written("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", _workbook),
    ExportFormat.CSV: Written("text/csv; charset=utf-8", ".csv", _csv),
    ExportFormat.JSON: Written("application/json", ".json", _json),
    ExportFormat.LABEL_STUDIO: Written("application/json", ".label-studio.json", _label_studio),
    ExportFormat.GOLD: Written("application/jsonl", ".jsonl", _gold),
}
"""How each format is written."""

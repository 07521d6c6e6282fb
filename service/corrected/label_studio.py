"""Corrected documents as annotated tasks of Label Studio."""

from typing import Any

from annotations.schema import Document


def task(document: Document) -> dict[str, Any]:
    """The task, as Label Studio imports it: labels and values as regions under the entity's id, links as relations.

    Offsets are code points, as Label Studio counts them. Documented at labelstud.io/guide/task_format.
    """
    regions: list[dict[str, Any]] = []
    for e in document.entities:
        stretch = {"start": e.start, "end": e.end, "text": document.text[e.start : e.end]}
        kinds = [("label", "labels", e.label.value)] + ([("value", "choices", e.value.value)] if e.value else [])
        for name, kind, chosen in kinds:
            value = stretch | {kind: [chosen]}
            regions.append({"id": e.id, "from_name": name, "to_name": "text", "type": kind, "value": value})
    regions += [
        {"type": "relation", "from_id": x.source, "to_id": x.target, "direction": "right", "labels": [x.role.value]}
        for x in document.links or ()
    ]
    return {"data": {"text": document.text, "name": document.name}, "annotations": [{"result": regions}]}

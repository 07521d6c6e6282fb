"""Links in the OpenAPI document: which answer leads to which request, and what of the one goes into the other."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """Operations are ``METHOD path``; ``parameters`` and ``body`` hold runtime expressions of OpenAPI."""

    name: str
    source: str
    status: str
    target: str
    description: str
    parameters: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None


_ID = {"id": "$response.body#/id"}
_CORRECTED = {
    "id": "$response.body#/id",
    "text": "$request.body#/text",
    "offsets": "$response.body#/offsets",
    "entities": "$response.body#/entities",
}


def _of_job(source: str, status: str, parameters: dict[str, str]) -> tuple[Link, ...]:
    return (
        Link("job", source, status, "GET /jobs/{id}", "How the job is.", parameters),
        Link("results", source, status, "GET /jobs/{id}/results", "Its results.", parameters),
        Link("events", source, status, "GET /jobs/{id}/events", "Its progress.", parameters),
        Link("end", source, status, "DELETE /jobs/{id}", "Cancel or erase it.", parameters),
    )


LINKS = (
    Link(
        "records",
        "POST /extract",
        "200",
        "POST /records",
        "The records of entities that were corrected.",
        body=_CORRECTED,
    ),
    Link(
        "export",
        "POST /extract",
        "200",
        "POST /export",
        "A file of documents that were corrected.",
        body={"documents": [_CORRECTED]},
    ),
    *_of_job("POST /jobs", "202", _ID),
    Link("next", "GET /jobs", "200", "GET /jobs", "The next page.", {"after": "$response.body#/next"}),
    *_of_job("GET /jobs/{id}", "200", _ID),
    *_of_job("DELETE /jobs/{id}", "200", _ID),
)


def describe(document: dict[str, Any]) -> None:
    """Put the links into the OpenAPI document, between operations that are both there."""
    operations = {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    for link in LINKS:
        if not {link.source, link.target} <= operations.keys():
            continue
        value: dict[str, Any] = {"operationId": operations[link.target]["operationId"], "description": link.description}
        if link.parameters:
            value["parameters"] = link.parameters
        if link.body:
            value["requestBody"] = link.body
        operations[link.source]["responses"][link.status].setdefault("links", {})[link.name] = value

"""What a label is: schema, guideline, corpora and their formats."""

from annotations.errors import AnnotationError, MarkupError, MubiaoError
from annotations.schema import Document, Entity, Label, Link, Role, Span, Value, number_entities

__all__ = [
    "AnnotationError",
    "Document",
    "Entity",
    "Label",
    "Link",
    "MarkupError",
    "MubiaoError",
    "Role",
    "Span",
    "Value",
    "number_entities",
]

"""Word's .doc (97 to 2003) → text: the binary file, its paragraphs, its lists, and the lines they make."""

from service.documents.doc.reader import read

__all__ = ["read"]

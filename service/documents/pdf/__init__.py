"""PDF files → text: glyphs, lines and grids of each page, their order, and the paragraphs and tables of the document."""

from service.documents.pdf.reader import read

__all__ = ["read"]

"""The structure of a document, read from its plain text alone: headings, table rows, cells.

``reader`` walks over the lines; ``cell_lines`` finds tables pasted with a cell a line, by the ``column_names`` above them, what
columns of such names hold (``column_kinds``), and how a row's lines fall into the columns best (``row_alignment``). Both go by
the marks of lines (``line_marks``).
"""

from models.structure.line_marks import list_level
from models.structure.reader import Block, Cell, Kind, Structure, clause_starts, read, sentence_starts

__all__ = ["Block", "Cell", "Kind", "Structure", "clause_starts", "list_level", "read", "sentence_starts"]

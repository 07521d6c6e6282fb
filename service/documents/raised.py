"""Raised digits as characters of their own: 10⁴ is not 104, and the mark of a note not part of the number before it."""

_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def raised(text: str) -> str:
    """A text that stands raised, as plain text."""
    return text.translate(_RAISED)

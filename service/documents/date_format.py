"""Dates and times as a spreadsheet shows them, by their format codes (ECMA-376 part 1, 18.8.31)."""

import datetime
import re
from collections.abc import Callable

from service.documents import chinese

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|!(?P<bang>.)|_.|\*.|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<noon>AM/PM|A/P|上午/下午)|(?P<field>y+|e+|m+|d+|h+|s+(?:\.0+)?|a{3,4})|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_LITERAL = re.compile(
    r'"[^"]*"?|\\.|!.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General|[Ee][+-]', re.IGNORECASE | re.DOTALL
)
_DATE_LETTER = re.compile("[ymdhs]|aaa|^e+|e{4}", re.IGNORECASE)
_SYSTEM = {"[$-f800]": 'yyyy"年"m"月"d"日"', "[$-x-sysdate]": 'yyyy"年"m"月"d"日"', "[$-f400]": "h:mm:ss"}
"""What begins so is shown as the system shows dates and times, whatever else it says: as Chinese Windows does."""
_WEEKDAYS = "一二三四五六日"
_ELAPSED = {"h": 3600, "m": 60, "s": 1}
_LAST_DAY = 2_958_466
"""The day after 31 December 9999."""


def is_date(code: str) -> bool:
    """Whether a format code shows a date or a time."""
    return _DATE_LETTER.search(_LITERAL.sub("", code)) is not None


def shown(value: float, code: str, from_1904: bool) -> str:
    """A count of days as a date or time; "" if there is no such day."""
    if not 0 <= value < _LAST_DAY - 1462 * from_1904:
        return ""
    moment = _moment(value, from_1904)
    code = next((system for mark, system in _SYSTEM.items() if code.lower().startswith(mark)), code)
    pieces = [(m.lastgroup or "", m[m.lastgroup] if m.lastgroup else "") for m in _PIECE.finditer(code)]
    half_days = any(kind == "noon" for kind, _ in pieces)
    han = any(kind == "bracket" and text.upper() == "DBNUM1" for kind, text in pieces)
    seconds = round(value * 86_400)
    out = []
    for i, (kind, text) in enumerate(pieces):
        if kind == "field":
            letter = "minute" if text[0] in "mM" and _is_minute(pieces, i) else text[0].lower()
            out.append(_FIELDS[letter](moment, len(text), half_days, han))
        elif kind == "elapsed":
            out.append(f"{seconds // _ELAPSED[text[0].lower()]:0{len(text)}}")
        elif kind == "noon":
            names = text.split("/")
            out.append(names[moment.hour >= 12])
        elif kind in ("quoted", "escaped", "bang", "other"):
            out.append(text)
    # A code for dates may end in a section for texts.
    return "".join(out).replace("@", "").strip()


def _moment(value: float, from_1904: bool) -> datetime.datetime:
    # Spreadsheets count a 29 February 1900, which there never was.
    counted = datetime.datetime(1899, 12, 30 if value >= 60 else 31)
    start = datetime.datetime(1904, 1, 1) if from_1904 else counted
    return start + datetime.timedelta(seconds=round(value * 86_400))


def _is_minute(pieces: list[tuple[str, str]], index: int) -> bool:
    """m is a minute directly after hours or directly before seconds."""
    if len(pieces[index][1]) > 2:
        return False
    times = ("field", "elapsed")
    before = next((text for kind, text in reversed(pieces[:index]) if kind in times), "")
    after = next((text for kind, text in pieces[index + 1 :] if kind in times), "")
    return before.lower().startswith("h") or after.lower().startswith("s")


def _padded(value: int, width: int, han: bool) -> str:
    if han:
        return chinese.counting(value) if value else "〇"
    return f"{value:0{min(width, 2)}}"


def _year(moment: datetime.datetime, width: int, half_days: bool, han: bool) -> str:
    year = moment.year if width > 2 else moment.year % 100
    return chinese.digits(year) if han else f"{year:0{4 if width > 2 else 2}}"


def _month(moment: datetime.datetime, width: int, half_days: bool, han: bool) -> str:
    if width > 2:
        return f"{moment:%B}" if width == 4 else f"{moment:%b}"[: None if width == 3 else 1]
    return _padded(moment.month, width, han)


def _day(moment: datetime.datetime, width: int, half_days: bool, han: bool) -> str:
    return f"星期{_WEEKDAYS[moment.weekday()]}" if width > 2 else _padded(moment.day, width, han)


def _hour(moment: datetime.datetime, width: int, half_days: bool, han: bool) -> str:
    return _padded((moment.hour - 1) % 12 + 1 if half_days else moment.hour, width, han)


_FIELDS: dict[str, Callable[[datetime.datetime, int, bool, bool], str]] = {
    "y": _year,
    "e": lambda moment, width, half_days, han: _year(moment, 4, half_days, han),
    "m": _month,
    "d": _day,
    "h": _hour,
    "minute": lambda moment, width, half_days, han: _padded(moment.minute, width, han),
    "s": lambda moment, width, half_days, han: _padded(moment.second, width, han),
    "a": lambda moment, width, half_days, han: ("星期" if width == 4 else "") + _WEEKDAYS[moment.weekday()],
}

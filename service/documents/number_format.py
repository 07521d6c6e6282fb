"""Numbers as a spreadsheet shows them, by their format codes (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum, auto
from fractions import Fraction
from functools import lru_cache

from service.documents import chinese, date_format

GENERAL = "General"
_ACCOUNTING = '_ * #,##0{0}_ ;_ * -#,##0{0}_ ;_ * "-"_ ;_ @_ '
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "¥#,##0;¥-#,##0", 6: "¥#,##0;¥-#,##0", 7: "¥#,##0.00;¥-#,##0.00", 8: "¥#,##0.00;¥-#,##0.00",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: _ACCOUNTING.format(""), 42: _ACCOUNTING.format(""), 43: _ACCOUNTING.format(".00"),
    44: _ACCOUNTING.format(".00"), 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""The codes that files name by number only, as Chinese Excel has them."""

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|!(?P<bang>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)'
    r"|(?P<exponent>[Ee][+-])|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<slash>/)"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$([^-]*)")
_SIGNIFICANT = 15
"""Decimal digits that spreadsheets keep."""
_EXACT = Context(prec=_SIGNIFICANT, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_MOST_PLACES = 30
_LONGEST_CODE = 255


class _Kind(Enum):
    LITERAL = auto()
    DIGIT = auto()
    POINT = auto()
    COMMA = auto()
    PERCENT = auto()
    EXPONENT = auto()
    SLASH = auto()
    GENERAL = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the parts of a code between semicolons: its pieces, when it applies, and in which numerals."""

    code: str
    pieces: tuple[tuple[_Kind, str], ...]
    condition: tuple[str, Decimal] | None
    numerals: str

    def has(self, *kinds: _Kind) -> bool:
        return any(kind in kinds for kind, _ in self.pieces)


def shown(value: float, code: str, from_1904: bool = False) -> str:
    """``value`` as it is shown by a format code; dates count from 1904 if ``from_1904``.

    What the code is not understood for is shown as if it had none.
    """
    sections = _sections(code[:_LONGEST_CODE])
    number = _EXACT.create_decimal(repr(value))
    section, signed = _choose(sections, number)
    if section is None:
        return general(value)
    if date_format.is_date(section.code):
        return date_format.shown(value, section.code, from_1904) or general(value)
    text = _number(section, abs(number))
    return f"-{text}" if signed and number < 0 and re.search("[1-9一-九壹-玖]", text) else text


def general(value: float) -> str:
    """A number without a format: ten significant digits, whole numbers in full."""
    if value == int(value) and abs(value) < 10**_SIGNIFICANT:
        return str(int(value))
    return f"{value:.10g}".replace("e", "E")


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[_Section, ...]:
    parts = re.findall(r'(?:"[^"]*"?|\\.|!.|\[[^\]]*\]|_.|\*.|[^;])*', code, re.DOTALL)
    # findall gives an empty match after each part.
    return tuple(_section(part) for part in parts[::2] or [""]) if ";" in code else (_section(code),)


def _section(code: str) -> _Section:
    pieces: list[tuple[_Kind, str]] = []
    condition = None
    numerals = ""
    for match in _PIECE.finditer(code):
        kind, text = match.lastgroup, match[match.lastgroup] if match.lastgroup else ""
        if kind == "bracket":
            if compared := _CONDITION.fullmatch(text):
                condition = compared[1], Decimal(compared[2])
            elif currency := _CURRENCY.match(text):
                pieces.append((_Kind.LITERAL, currency[1]))
            elif text.upper().startswith("DBNUM"):
                numerals = text.upper()
        elif kind in ("quoted", "escaped", "bang", "other"):
            pieces.append((_Kind.LITERAL, text))
        elif kind:
            pieces.append((_Kind[kind.upper()], text))
    return _Section(code, tuple(pieces), condition, numerals)


_COMPARE = {
    "<": Decimal.__lt__, "<=": Decimal.__le__, ">": Decimal.__gt__, ">=": Decimal.__ge__, "=": Decimal.__eq__,
    "<>": Decimal.__ne__,
}  # fmt: skip


def _choose(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section | None, bool]:
    """The section that applies, and whether it leaves the minus sign to us."""
    if any(s.condition for s in sections):
        signed = True
        for section in sections:
            sign, bound = section.condition or ("", None)
            if bound is None or _COMPARE[sign](number, bound):
                # What only negative numbers come to says itself that they are.
                return section, signed and not (bound == 0 and sign in ("<", "<="))
            signed = signed and not (bound == 0 and sign in (">", ">="))
        return None, False
    if len(sections) == 1:
        return sections[0], True
    if number < 0:
        return sections[1], False
    return sections[2 if number == 0 and len(sections) > 2 else 0], True


def _number(section: _Section, number: Decimal) -> str:
    if section.has(_Kind.GENERAL, _Kind.TEXT):
        plain = _in_numerals(general(float(number)), section.numerals)
        return "".join(plain if k in (_Kind.GENERAL, _Kind.TEXT) else t for k, t in section.pieces)
    if not section.has(_Kind.DIGIT):
        return "".join(text for kind, text in section.pieces if kind in (_Kind.LITERAL, _Kind.PERCENT)).strip()
    if section.has(_Kind.EXPONENT):
        return _scientific(section, number)
    if section.has(_Kind.SLASH):
        return _fraction(section, number)
    return _plain(section, number)


def _plain(section: _Section, number: Decimal) -> str:
    kinds = [kind for kind, _ in section.pieces]
    digits = [i for i, kind in enumerate(kinds) if kind is _Kind.DIGIT]
    point = kinds.index(_Kind.POINT) if _Kind.POINT in kinds else digits[-1] + 1
    thousands = any(digits[0] < i < min(digits[-1], point) for i, kind in enumerate(kinds) if kind is _Kind.COMMA)
    scale = _trailing_commas(kinds, point, digits[-1])
    places = [section.pieces[i][1] for i in digits if i > point]
    shifted = number.scaleb(2 * kinds.count(_Kind.PERCENT) - 3 * scale, _WIDE)
    rounded = shifted.quantize(Decimal(1).scaleb(-min(len(places), _MOST_PLACES)), context=_WIDE)
    whole, _, decimals = f"{rounded:f}".partition(".")
    while places and places[-1] != "0" and decimals.endswith("0"):
        places.pop()
        decimals = decimals[:-1]
    if section.numerals:
        written = _in_numerals(whole + (f".{decimals}" if decimals else ""), section.numerals)
        return "".join(_around(section, digits[0], digits[-1], written)).strip()
    slots = [i for i in digits if i < point]
    filled = _fill(section, slots, whole, thousands)
    out = []
    for i, (kind, text) in enumerate(section.pieces):
        if kind is _Kind.DIGIT:
            out.append(filled.get(i, "") if i < point else decimals[:1])
            decimals = decimals if i < point else decimals[1:]
        elif kind is _Kind.POINT:
            # Without places for whole digits there are none, except those that must not be lost.
            out.append(("" if slots or whole == "0" else whole) + (text if decimals else ""))
        elif kind in (_Kind.LITERAL, _Kind.PERCENT):
            out.append(text)
    return "".join(out).strip()


def _trailing_commas(kinds: list[_Kind], point: int, last: int) -> int:
    """Each comma after the last place for a digit, of the whole number or of all, divides by a thousand."""
    count = 0
    for end in {last, max((i for i in range(point) if kinds[i] is _Kind.DIGIT), default=last)}:
        i = end + 1
        while i < len(kinds) and kinds[i] is _Kind.COMMA:
            count, i = count + 1, i + 1
    return count


def _fill(section: _Section, slots: list[int], whole: str, thousands: bool) -> dict[int, str]:
    """What stands in each place for a digit before the point, filled from the right; the first takes what is left."""
    whole = "" if whole == "0" else whole
    filled = {}
    for position, slot in enumerate(reversed(slots)):
        digit, whole = whole[-1:], whole[:-1]
        if not digit and section.pieces[slot][1] == "0":
            digit = "0"
        if slot == slots[0]:
            digit, whole = whole + digit, ""
        filled[slot] = _grouped(digit, position) if thousands and digit else digit
    return filled


def _grouped(digits: str, position: int) -> str:
    """Digits with the comma that follows each that has a multiple of three behind it; ``position`` is the last's."""
    marks = range(position + len(digits) - 1, position - 1, -1)
    return "".join(d + ("," if p and p % 3 == 0 else "") for d, p in zip(digits, marks, strict=True))


def _around(section: _Section, first: int, last: int, number: str) -> list[str]:
    texts = [t if k in (_Kind.LITERAL, _Kind.PERCENT) else "" for k, t in section.pieces]
    return [*texts[:first], number, *texts[last + 1 :]]


def _in_numerals(number: str, numerals: str) -> str:
    """A number in the characters that [DBNum1] (一百) and [DBNum2] (壹佰) ask for; in digits if it has decimals."""
    if not number.isdecimal() or number == "0":
        return number
    return {"DBNUM1": chinese.counting, "DBNUM2": chinese.legal}.get(numerals, str)(int(number))


def _scientific(section: _Section, number: Decimal) -> str:
    kinds = [kind for kind, _ in section.pieces]
    split = kinds.index(_Kind.EXPONENT)
    places = sum(k is _Kind.DIGIT for k in kinds[kinds.index(_Kind.POINT) : split]) if _Kind.POINT in kinds else 0
    width = max(1, sum(kind is _Kind.DIGIT for kind in kinds[split:]))
    mantissa, _, exponent = f"{number:.{min(places, _MOST_PLACES)}E}".partition("E")
    sign = "-" if exponent.startswith("-") else "+" if section.pieces[split][1].endswith("+") else ""
    return f"{mantissa}E{sign}{exponent.lstrip('+-').zfill(width)}"


def _fraction(section: _Section, number: Decimal) -> str:
    match = re.search(r"([0#?]*)(\s*)([0#?]+)/([0#?]+|\d+)", section.code)
    if not match:
        return general(float(number))
    fixed = match[4] if match[4].strip("#?0") else ""
    value = Fraction(number)
    if fixed:
        value = Fraction(round(value * int(fixed)), int(fixed))
    else:
        value = value.limit_denominator(10 ** min(len(match[4]), 7) - 1)
    whole, rest = divmod(value, 1) if match[1] else (0, value)
    scale = int(fixed) // rest.denominator if fixed else 1
    parts = [str(whole)] if whole or not rest else []
    parts += [f"{rest.numerator * scale}/{rest.denominator * scale}"] if rest else []
    return " ".join(parts)

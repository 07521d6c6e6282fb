"""Numerals of Chinese administrative text as exact decimals.

cn2an reads whole Chinese integers; what it lacks or rounds is done here: 两 beside 百 and 千 in decimals, 半, fractions
(三分之二), bare 百 and 亿, digits mixed with 万 and 亿 (3亿5000万) without passing through floats.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

import cn2an

from service.records.traditional import simplified

LONGEST: Final = 24
"""A numeral longer than this is not read, so that no digit is ever rounded off."""
_DIGITS = "零〇一二三四五六七八九两壹贰叁肆伍陆柒捌玖"
_SCALES = {"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "亿": 8, "万亿": 12}
_HAN = re.compile(rf"[{_DIGITS}十拾百佰千仟万亿廿]+")
_HAN_DECIMAL = re.compile(rf"([{_DIGITS}十拾百佰千仟万亿]*)点([{_DIGITS}]+)((?:万亿|万|亿)?)")
_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_MIXED = re.compile(r"(?:\d+(?:\.\d+)?(?:万亿|亿|[百千]?万|千|百|十))+(?:\d+(?:\.\d+)?)?")
_PART = re.compile(r"(\d+(?:\.\d+)?)(万亿|亿|[百千]?万|千|百|十)?")
_FRACTION = re.compile(r"(.+)分之(.+)")
_SLASHED = re.compile(r"(\d{1,3})/(\d{1,3})")
_DIGIT_VALUES = str.maketrans("零〇一二三四五六七八九两壹贰叁肆伍陆柒捌玖", "001234567892123456789")
_HALVES = {"半": Decimal("0.5"), "一半": Decimal("0.5"), "多半": None, "大半": None}
_PLACES = 10


def read(text: str) -> Decimal | None:
    """The value of a numeral, None if it is none. Fractions are rounded to ten places."""
    numeral = simplified(unicodedata.normalize("NFKC", text)).replace(" ", "").replace("⁄", "/")
    if not numeral or len(numeral) > LONGEST:
        return None
    if numeral in _HALVES:
        return _HALVES[numeral]
    if fraction := _FRACTION.fullmatch(numeral):
        below, above = read(fraction[1]), read(fraction[2])
        return _ratio(above, below) if above is not None and below else None
    if slashed := _SLASHED.fullmatch(numeral):
        return _ratio(Decimal(slashed[1]), Decimal(slashed[2]))
    if _ARABIC.fullmatch(numeral):
        return Decimal(numeral.replace(",", ""))
    if _MIXED.fullmatch(numeral):
        return _mixed(numeral)
    if decimal := _HAN_DECIMAL.fullmatch(numeral):
        whole = _han(decimal[1]) if decimal[1] else Decimal(0)
        scale = Decimal(10) ** _SCALES.get(decimal[3], 0)
        return None if whole is None else (whole + Decimal("0." + decimal[2].translate(_DIGIT_VALUES))) * scale
    return _han(numeral)


def ratio(text: str) -> Decimal | None:
    """The quotient of a ratio (1:14, 2.05∶1), None if it is none; rounded to ten places."""
    parts = re.split("[:：∶比]", text)
    if len(parts) != 2:
        return None
    above, below = read(parts[0]), read(parts[1])
    return _ratio(above, below) if above is not None and below else None


def plain(value: Decimal) -> str:
    """A decimal without exponent and without zeros behind the point."""
    if not value:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scale(text: str) -> Decimal:
    """What a word of scale multiplies by (万 10000), 1 for none."""
    factor = Decimal(1)
    for word in re.findall("万亿|[十百千万亿]", text):
        factor *= Decimal(10) ** _SCALES[word]
    return factor


def _ratio(above: Decimal, below: Decimal) -> Decimal | None:
    try:
        return round(above / below, _PLACES)
    except (InvalidOperation, ZeroDivisionError):
        return None


def _mixed(numeral: str) -> Decimal:
    """Digits before words of scale, summed: 3亿5000万."""
    return sum((Decimal(m[1]) * scale(m[2] or "") for m in _PART.finditer(numeral)), Decimal(0))


def _han(numeral: str) -> Decimal | None:
    if not _HAN.fullmatch(numeral):
        return None
    if all(letter in "十百千万亿" for letter in numeral):
        return scale(numeral)
    try:
        return Decimal(cn2an.cn2an(numeral, "normal"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None

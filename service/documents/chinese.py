"""Whole numbers in Chinese characters, as lists and cells are numbered."""

import re

_UNITS = ("", "十", "百", "千")
_LARGE = ("", "万", "亿")


def counting(value: int) -> str:
    """一, 十二, 一百〇五 as 一百零五; in digits from 10¹² on and below 1."""
    if not 0 < value < 10**12:
        return str(value)
    written = ""
    for power in reversed(range(3)):
        part = value // 10_000**power % 10_000
        if part:
            gap = "零" if written and part < 1000 else ""
            written += gap + _below_ten_thousand(part) + _LARGE[power]
    return re.sub("^一十", "十", written)


def digits(value: int) -> str:
    """Digit by digit: 二〇二四."""
    return str(value).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def legal(value: int) -> str:
    """As on cheques: 壹佰贰拾叁."""
    written = re.sub("^十", "一十", counting(value))
    return written.translate(str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟"))


def _below_ten_thousand(value: int) -> str:
    written = ""
    for power in reversed(range(4)):
        digit = value // 10**power % 10
        if digit:
            written += "零一二三四五六七八九"[digit] + _UNITS[power]
        elif written and not written.endswith("零"):
            written += "零"
    return written.rstrip("零")

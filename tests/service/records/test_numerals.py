from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.records import numerals

READ = [
    ("0", "0"),
    ("7", "7"),
    ("2041", "2041"),
    ("37.5", "37.5"),
    ("0.012", "0.012"),
    ("12.50", "12.5"),
    ("1,360", "1360"),
    ("39,200.00", "39200"),
    ("12，480", "12480"),
    ("１２３", "123"),
    ("４５．６", "45.6"),
    ("零", "0"),
    ("〇", "0"),
    ("两", "2"),
    ("九", "9"),
    ("十", "10"),
    ("十二", "12"),
    ("二十三", "23"),
    ("百", "100"),
    ("千", "1000"),
    ("亿", "100000000"),
    ("一百零五", "105"),
    ("两百", "200"),
    ("三百一十二", "312"),
    ("四千三百", "4300"),
    ("两千零二十五", "2025"),
    ("一万二", "12000"),
    ("三万五千", "35000"),
    ("一百万", "1000000"),
    ("二百六十万", "2600000"),
    ("叁拾", "30"),
    ("八十五点四", "85.4"),
    ("零点零一二", "0.012"),
    ("一点五万", "15000"),
    ("1.5万", "15000"),
    ("3亿5000万", "350000000"),
    ("2千", "2000"),
    ("半", "0.5"),
    ("一半", "0.5"),
    ("三分之二", "0.6666666667"),
    ("四分之一", "0.25"),
    ("百分之九十", "0.9"),
    ("千分之一点二", "0.0012"),
    ("百万分之五", "0.000005"),
    ("2/3", "0.6666666667"),
    ("十万", "100000"),
    ("1亿2千万", "120000000"),
    ("2万3千", "23000"),
    ("壹佰贰拾", "120"),
    ("兩百", "200"),
    ("3萬", "30000"),
    ("九千八百六十", "9860"),
    ("一千零一", "1001"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_read(text: str, value: str) -> None:
    read = numerals.read(text)
    assert read is not None
    assert numerals.plain(read) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "若干",
        "多",
        "大半",
        "1,34",
        "1.2.3",
        "三分之",
        "零分之一",
        "abc",
        "5个",
        "1:2",
        "9" * 25,
        "Ⅲ",
        "1/0",
        "2025/6/30",
        "数十",
        "几",
    ],
)
def test_no_numeral(text: str) -> None:
    assert numerals.read(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.05:1", "2.05"),
        ("1:4", "0.25"),
        ("1∶14", "0.0714285714"),
        ("1比14", "0.0714285714"),
        ("3：2", "1.5"),
        ("三比一", "3"),
    ],
)
def test_ratio(text: str, value: str) -> None:
    ratio = numerals.ratio(text)
    assert ratio is not None
    assert numerals.plain(ratio) == value


@pytest.mark.parametrize("text", ["8:41:50", "1:0", ":", "甲:乙", "3"])
def test_no_ratio(text: str) -> None:
    assert numerals.ratio(text) is None


@given(st.integers(0, 10**13), st.integers(0, 9999))
def test_what_is_written_is_read(whole: int, fraction: int) -> None:
    value = Decimal(f"{whole}.{fraction:04d}")
    assert numerals.read(f"{value:,}") == value
    assert Decimal(numerals.plain(value)) == value


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_are_read_back(value: int) -> None:
    assert numerals.read(_chinese(value)) == value


def _chinese(value: int) -> str:
    """Spell a number below 10⁸ out, an independent inverse."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        return _chinese(high) + "万" + ("零" if 0 < low < 1000 else "") + (_chinese(low) if low else "")
    text, zero = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // scale % 10
        if digit:
            text += ("零" if zero and text else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        else:
            zero = True
    return text


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    value = numerals.read(text)
    assert value is None or value == Decimal(numerals.plain(value))
    numerals.ratio(text)

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.records import units

READ = [
    ("个", "个", "1", "[count]"),
    ("家", "家", "1", "[count]"),
    ("名", "名", "1", "[person]"),
    ("人", "人", "1", "[person]"),
    ("户", "户", "1", "[household]"),
    ("人次", "人次", "1", "[event] * [person]"),
    ("户次", "户次", "1", "[event] * [household]"),
    ("家次", "家次", "1", "[count] * [event]"),
    ("场次", "场次", "1", "[count] * [event]"),
    ("元", "元", "1", "[currency]"),
    ("万元", "元", "10000", "[currency]"),
    ("亿元", "元", "100000000", "[currency]"),
    ("万亿元", "元", "1000000000000", "[currency]"),
    ("百万元", "元", "1000000", "[currency]"),
    ("千元", "元", "1000", "[currency]"),
    ("亿美元", "美元", "100000000", "[us_dollar]"),
    ("万余户", "户", "10000", "[household]"),
    ("万多亩", "亩", "10000", "[length] ** 2"),
    ("余万件", "件", "10000", "[count]"),
    ("余吨", "吨", "1", "[mass]"),
    ("㎡", "平方米", "1", "[length] ** 2"),
    ("万㎡", "平方米", "10000", "[length] ** 2"),
    ("平米", "平方米", "1", "[length] ** 2"),
    ("公顷", "公顷", "1", "[length] ** 2"),
    ("千米", "公里", "1", "[length]"),
    ("KM", "公里", "1", "[length]"),
    ("kg", "公斤", "1", "[mass]"),
    ("亿斤", "斤", "100000000", "[mass]"),
    ("万方", "立方米", "10000", "[length] ** 3"),
    ("mg/L", "毫克/升", "1", "[mass] / [length] ** 3"),
    ("亿千瓦时", "千瓦时", "100000000", "[energy]"),
    ("个月", "月", "1", "[month]"),
    ("岁", "岁", "1", "[month]"),
    ("个工作日", "工作日", "1", "[working_day]"),
    ("学时", "学时", "1", "[class_hour]"),
    ("分", "分", "1", "[point]"),
    ("%", "%", "1", ""),
    ("％", "%", "1", ""),
    ("百分之", "%", "1", ""),
    ("成", "%", "10", ""),
    ("‰", "‰", "1", ""),
    ("千分之", "‰", "1", ""),
    ("倍", "倍", "1", ""),
    ("个百分点", "百分点", "1", "[percentage_point]"),
    ("/10万", "/10万", "1", ""),
    ("元/月/人", "元/人/月", "1", "[currency] / [month] / [person]"),
    ("元/人·月", "元/人/月", "1", "[currency] / [month] / [person]"),
    ("元/生·年", "元/人/年", "1", "[currency] / [month] / [person]"),
    ("万元/亩", "元/亩", "10000", "[currency] / [length] ** 2"),
    ("吨标准煤/万元", "吨标准煤/元", "0.0001", "[coal_equivalent] / [currency]"),
    ("吨/平方公里·月", "吨/平方公里/月", "1", "[mass] / [length] ** 2 / [month]"),
    ("台（套）", "台", "1", "[count]"),
    ("套(间)", "套", "1", "[count]"),
    ("人\n次", "人次", "1", "[event] * [person]"),
]


@pytest.mark.parametrize(("written", "name", "factor", "dimension"), READ)
def test_read(written: str, name: str, factor: str, dimension: str) -> None:
    assert units.read(written) == units.Unit(name, Decimal(factor), dimension)


@pytest.mark.parametrize("written", ["年一遇", "Eflops", "G", "", "万", "宇宙", "/", "元//", "·"])
def test_unknown_units_keep_their_name_and_have_no_dimension(written: str) -> None:
    unit = units.read(written)
    assert unit.dimension is None or written == "元//"
    assert unit.factor > 0


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("3", "亩", "平方米", "2000"),
        ("2", "平方公里", "公顷", "200"),
        ("1.5", "吨", "公斤", "1500"),
        ("600", "元/月/人", "元/年/人", "7200"),
        ("0.4", "%", "‰", "4"),
        ("2", "倍", "%", "200"),
        ("12", "家", "个", "12"),
        ("48", "小时", "天", "2"),
        ("5", "元", "元", "5"),
    ],
)
def test_convert(value: str, source: str, target: str, expected: str) -> None:
    converted = units.convert(Decimal(value), units.read(source), units.read(target))
    assert converted is not None
    assert round(converted, 6) == Decimal(expected)


@pytest.mark.parametrize(
    ("source", "target"),
    [("亩", "元"), ("%", "个百分点"), ("人", "户"), ("人次", "人"), ("年一遇", "G"), ("天", "个月")],
)
def test_no_conversion(source: str, target: str) -> None:
    assert units.convert(Decimal(1), units.read(source), units.read(target)) is None


@given(st.text(max_size=40))
def test_any_text(written: str) -> None:
    unit = units.read(written)
    assert unit.factor > 0
    units.convert(Decimal(2), unit, units.read("元/人"))
    assert units.convert(Decimal(2), unit, unit) == 2

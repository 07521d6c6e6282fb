from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.records import numerals, units

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
    ("元/（人·月）", "元/人/月", "1", "[currency] / [month] / [person]"),
    ("台（套）", "台", "1", "[count]"),
    ("mg/L", "毫克/升", "1", "[mass] / [length] ** 3"),
    ("亿千瓦时", "千瓦时", "100000000", "[energy]"),
    ("GWh", "吉瓦时", "1", "[energy]"),
    ("MWh", "兆瓦时", "1", "[energy]"),
    ("GW", "吉瓦", "1", "[energy] / [day]"),
    ("个月", "月", "1", "[month]"),
    ("周岁", "岁", "1", "[month]"),
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
    ("座", "座", "1", "[count]"),
    ("条（次）", "条", "1", "[count]"),
    ("台/套", "台套", "1", "[count]"),
    ("架次", "架次", "1", "[count] * [event]"),
    ("班次", "班次", "1", "[count] * [event]"),
    ("车次", "车次", "1", "[count] * [event]"),
    ("万亩次", "亩次", "10000", "[event] * [length] ** 2"),
    ("基", "基", "1", "[count]"),
    ("顶", "顶", "1", "[count]"),
    ("个点位", "点位", "1", "[count]"),
    ("口人", "人", "1", "[person]"),
    ("个多月", "月", "1", "[month]"),
    ("周年", "周年", "1", "[month]"),
    ("季度", "季度", "1", "[month]"),
    ("课时", "课时", "1", "[class_hour]"),
    ("学分", "学分", "1", "[credit]"),
    ("h", "小时", "1", "[day]"),
    ("min", "分钟", "1", "[day]"),
    ("延米", "米", "1", "[length]"),
    ("里", "里", "1", "[length]"),
    ("海里", "海里", "1", "[length]"),
    ("m³", "立方米", "1", "[length] ** 3"),
    ("km²", "平方公里", "1", "[length] ** 2"),
    ("hm²", "公顷", "1", "[length] ** 2"),
    ("万方", "立方米", "10000", "[length] ** 3"),
    ("t", "吨", "1", "[mass]"),
    ("亿吨公里", "吨公里", "100000000", "[freight]"),
    ("kgce", "千克标准煤", "1", "[coal_equivalent]"),
    ("MW", "兆瓦", "1", "[energy] / [day]"),
    ("MWp", "兆瓦", "1", "[energy] / [day]"),
    ("兆伏安", "兆伏安", "1", "[apparent_power]"),
    ("kV", "千伏", "1", "[voltage]"),
    ("度", "千瓦时", "1", "[energy]"),
    ("hPa", "百帕", "1", "[pressure]"),
    ("℃", "摄氏度", "1", "[temperature]"),
    ("dB", "分贝", "1", "[sound_level]"),
    ("PB", "PB", "1", "[information]"),
    ("Gbps", "Gbps", "1", "[data_rate]"),
    ("万TEU", "标箱", "10000", "[container]"),
    ("年一遇", "年一遇", "1", "[return_period]"),
    ("个基点", "基点", "1", "[percentage_point]"),
    ("万分之", "‱", "1", ""),
    ("元/平方米·月", "元/平方米/月", "1", "[currency] / [length] ** 2 / [month]"),
    ("元每人每月", "元/人/月", "1", "[currency] / [month] / [person]"),
    ("立方米每秒", "立方米/秒", "1", "[length] ** 3 / [day]"),
    ("万立方米/日", "立方米/日", "10000", "[length] ** 3 / [day]"),
    ("张/千人", "张/人", "0.001", "[count] / [person]"),
    ("件/万户", "件/户", "0.0001", "[count] / [household]"),
    ("微克/立方米", "微克/立方米", "1", "[mass] / [length] ** 3"),
    ("億元", "元", "100000000", "[currency]"),
    ("萬餘人", "人", "10000", "[person]"),
    ("場次", "场次", "1", "[count] * [event]"),
    ("個", "个", "1", "[count]"),
    ("台（套）", "台", "1", "[count]"),
    ("套(间)", "套", "1", "[count]"),
    ("人\n次", "人次", "1", "[event] * [person]"),
]


@pytest.mark.parametrize(("written", "name", "factor", "dimension"), READ)
def test_read(written: str, name: str, factor: str, dimension: str) -> None:
    assert units.read(written) == units.Unit(name, Decimal(factor), dimension)


@pytest.mark.parametrize(
    "written", ["EFLOPS", "G", "自然箱次数", "皮长公里", "例/千导管日", "", "万", "宇宙", "/", "元//", "·"]
)
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
        ("50", "基点", "百分点", "0.5"),
        ("3", "吨标准煤", "kgce", "3000"),
        ("1", "年", "季度", "4"),
        ("10", "立方米每秒", "立方米/日", "864000"),
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


@given(
    st.decimals("0.001", 10**6, places=3),
    st.sampled_from(["", "万", "亿", "百万", "万亿"]),
    st.sampled_from(["元", "人次", "户", "平方米", "公里", "吨", "个", "元/人"]),
)
def test_a_factored_value_converts_back(value: Decimal, factor: str, unit: str) -> None:
    """亿元 and the like are only other ways to write the unit without the factor."""
    written, plain = units.read(factor + unit), units.read(unit)
    assert (written.name, written.dimension) == (plain.name, plain.dimension)
    assert value * written.factor / numerals.scale(factor) == value


@given(
    st.sampled_from([("亩", "公顷"), ("米", "公里"), ("斤", "吨"), ("年", "月"), ("天", "小时"), ("元/年", "元/月")]),
    st.integers(1, 10**6),
)
def test_converting_there_and_back(pair: tuple[str, str], value: int) -> None:
    source, target = (units.read(name) for name in pair)
    there = units.convert(Decimal(value), source, target)
    assert there is not None
    back = units.convert(there, target, source)
    assert back is not None
    assert round(back, 6) == value


@given(st.text(max_size=40))
def test_any_text(written: str) -> None:
    unit = units.read(written)
    assert unit.factor > 0
    units.convert(Decimal(2), unit, units.read("元/人"))
    assert units.convert(Decimal(2), unit, unit) == 2

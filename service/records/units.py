"""Units of measure: what is written, its canonical name, its factor (万, 亿, 成) and its dimension.

The units themselves, and what converts into what, are pint's, from the definitions below; the grammar on top of them reads
what officials write: 万元, 元/月/人, 元/生·年, 个百分点, 台（套）, /10万.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import pint

from service.records import numerals
from service.records.traditional import simplified

_DEFINITIONS = """
元 = [currency]
美元 = [us_dollar]
欧元 = [euro]
人 = [person] = _ = 名 = 位
户 = [household]
次 = [event] = _ = 频次
分 = [point]
百分点 = [percentage_point]
千分点 = 百分点 / 10
基点 = 百分点 / 100
工作日 = [working_day]
学时 = [class_hour] = _ = 课时
学期 = [term]
月 = [month]
年 = 12 * 月 = _ = 岁 = 周年
季 = 3 * 月 = _ = 季度
日 = [day] = _ = 天
周 = 7 * 日
小时 = 日 / 24
分钟 = 小时 / 60
秒 = 分钟 / 60
米 = [length]
公里 = 1000 * 米
里 = 500 * 米
厘米 = 米 / 100
毫米 = 米 / 1000
车道公里 = [lane_length]
海里 = 1852 * 米
平方米 = 米 ** 2
平方公里 = 公里 ** 2
公顷 = 10000 * 平方米
亩 = 公顷 / 15
立方米 = 米 ** 3
升 = 立方米 / 1000
毫升 = 升 / 1000
克 = [mass]
公斤 = 1000 * 克
斤 = 500 * 克
吨 = 1000 * 公斤
毫克 = 克 / 1000
微克 = 毫克 / 1000
吨标准煤 = [coal_equivalent]
千克标准煤 = 吨标准煤 / 1000
吨公里 = [freight]
人公里 = [passenger_distance]
学分 = [credit]
千瓦时 = [energy]
千瓦 = 千瓦时 / 小时
兆瓦 = 1000 * 千瓦
吉瓦 = 1000 * 兆瓦
兆瓦时 = 1000 * 千瓦时
吉瓦时 = 1000 * 兆瓦时
瓦 = 千瓦 / 1000
千伏安 = [apparent_power]
兆伏安 = 1000 * 千伏安
千伏 = [voltage]
伏 = 千伏 / 1000
毫伏 = 伏 / 1000
千帕 = [pressure]
百帕 = 千帕 / 10
帕 = 千帕 / 1000
摄氏度 = [temperature]
分贝 = [sound_level]
标箱 = [container]
PB = [information]
TB = PB / 1024
GB = TB / 1024
Gbps = [data_rate]
Mbps = Gbps / 1000
年一遇 = [return_period]
件 = [count]
"""
_COUNTS = (
    *"个家所座处条项张台套辆部支只头株根册份枚架块间栋幢宗口眼组批起例笔场期轮类种届班道对节队棒羽盏艘列门篇幅棵颗粒瓶桶袋箱剂"
    "路尾匹峰面把副双盘卷本首段层级孔井床站点村校店企单包片通封卡窝巢字词问航基顶遍票车具桌趟回页地镇乡县",
    "大类",
    "方面",
    "台套",
    "部分",
    "标段",
    "床位",
    "单位",
    "件套",
    "航班",
    "点位",
)
"""Measure words that count things; what one of them counts, another may (12家, 12个)."""
_ALIASES = {
    "㎡": "平方米", "m2": "平方米", "平米": "平方米", "平方": "平方米", "平": "平方米", "km2": "平方公里", "平方千米": "平方公里",
    "m3": "立方米", "立方": "立方米", "方": "立方米", "m": "米", "km": "公里", "千米": "公里", "cm": "厘米", "mm": "毫米",
    "kg": "公斤", "千克": "公斤", "g": "克", "mg": "毫克", "μg": "微克", "ug": "微克", "t": "吨", "l": "升", "L": "升", "ml": "毫升",
    "h": "小时", "min": "分钟", "s": "秒", "d": "日", "kw": "千瓦", "mw": "兆瓦", "kwh": "千瓦时", "度": "千瓦时", "度电": "千瓦时",
    "kv": "千伏", "db": "分贝", "ha": "公顷", "吨标煤": "吨标准煤", "kva": "千伏安", "mva": "兆伏安", "mv": "毫伏", "v": "伏", "kpa": "千帕",
    "hpa": "百帕", "pa": "帕", "℃": "摄氏度", "°c": "摄氏度", "mwp": "兆瓦", "kwp": "千瓦", "tb": "TB", "pb": "PB", "gb": "GB",
    "gbps": "Gbps", "mbps": "Mbps", "延米": "米", "hm2": "公顷", "kgce": "千克标准煤", "台/套": "台套",
    "bp": "基点", "标准箱": "标箱", "自然箱": "标箱", "tce": "吨标准煤", "teu": "标箱", "rmb": "元", "元人民币": "元",
    "人民币": "元", "个月": "月", "户籍人口": "人", "生": "人", "人员": "人", "口人": "人", "人头": "人", "天数": "日", "年度": "年",
    "周岁": "岁", "mwh": "兆瓦时", "gwh": "吉瓦时", "gw": "吉瓦",
}  # fmt: skip
_SHARES: dict[str, tuple[str, int]] = {
    "%": ("%", 1), "百分之": ("%", 1), "成": ("%", 10), "‰": ("‰", 1), "千分之": ("‰", 1), "万分之": ("‱", 1), "‱": ("‱", 1),
    "倍": ("倍", 1), "/10万": ("/10万", 1), "1/10万": ("/10万", 1), "/十万": ("/10万", 1),
}  # fmt: skip
_SHARE_VALUES = {
    "%": Decimal("0.01"),
    "‰": Decimal("0.001"),
    "‱": Decimal("0.0001"),
    "倍": Decimal(1),
    "/10万": Decimal("0.00001"),
}
_NAMES = frozenset(
    name.strip()
    for line in _DEFINITIONS.strip().splitlines()
    for name in [line.split("=")[0], *(line.split("= _ =")[1].split("=") if "= _ =" in line else [])]
) | frozenset(_COUNTS)
_HEDGE = re.compile("^[余多几来]+|[余多几来]+$")
_GROUPED = re.compile(r"(?<=/)\(([^()]*)\)")
"""What brackets hold together behind a slash: 元/(人·月); other brackets hold a second name: 台(套)."""
_FACTOR = re.compile(r"(?:[十百千]?(?:万亿|亿|万)|[百千](?=元|人|家|户|亩|件|册))")
_LEADING_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: the canonical ``name``, the ``factor`` that turns a written number into it, and its ``dimension`` in
    pint's notation ("[currency] / [month] / [person]", "" for shares, None where the unit is not known)."""

    name: str
    factor: Decimal
    dimension: str | None


@lru_cache(maxsize=4096)
def read(written: str) -> Unit:
    """The unit that is written; one that is not known keeps its name and has no dimension."""
    text = simplified(unicodedata.normalize("NFKC", written))
    text = _GROUPED.sub(r"\1", re.sub(r"\s+", "", text))
    text = _HEDGE.sub("", re.sub(r"\([^()]*\)", "", text)).replace("个多", "个")
    if text in _SHARES:
        share, times = _SHARES[text]
        return Unit(share, Decimal(times), "")
    if not text or len(text) > _LONGEST:
        return Unit(text, Decimal(1), None)
    numerator, *denominators = re.split("/|(?<!^)每", _ALIASES.get(text, text))
    name, factor = _part(numerator)
    names = []
    for part in (p for d in denominators for p in re.split(r"[·.*•]", d)):
        part_name, part_factor = _part(part)
        factor /= part_factor
        names += [part_name] if part_name else []
    known = bool(name or names) and all(_known(n) for n in [*names, *([name] if name else [])])
    dimension = _dimension(name, names) if known else None
    return Unit("/".join([name or "1", *sorted(names)]) if names else name, factor, dimension)


def convert(value: Decimal, source: Unit, target: Unit) -> Decimal | None:
    """A value in another unit, None where the two do not measure the same."""
    if source.name == target.name:
        return value
    if source.name in _SHARE_VALUES and target.name in _SHARE_VALUES:
        return value * _SHARE_VALUES[source.name] / _SHARE_VALUES[target.name]
    if not source.dimension or source.dimension != target.dimension:
        return None
    converted = _registry().Quantity(value, _pint_unit(source.name)).to(_pint_unit(target.name))
    return Decimal(converted.magnitude)


def _part(text: str) -> tuple[str, Decimal]:
    """(canonical name, factor) of a unit without a slash."""
    factor = Decimal(1)
    number = _LEADING_NUMBER.match(text)
    if number and Decimal(number[0]):
        factor *= Decimal(number[0])
        text = text[number.end() :]
    if scale := _FACTOR.match(text):
        factor *= numerals.scale(scale[0])
        text = _HEDGE.sub("", text[scale.end() :])
    name = _ALIASES.get(text) or (len(text) > 1 and _ALIASES.get(text.lower())) or text
    if name.startswith("个") and _known(name[1:]):
        name = name[1:]
    return name, factor


def _known(name: str) -> bool:
    """Whether a unit is defined, or counts visits to one that is (人次, 户次, 家次)."""
    return name in _NAMES or (name.endswith("次") and name[:-1] in _NAMES)


def _dimension(name: str, below: list[str]) -> str:
    dimensionality = _pint_unit("/".join([name or "1", *below])).dimensionality
    powers = sorted((part, int(str(power))) for part, power in dimensionality.items())
    above = " * ".join(d if p == 1 else f"{d} ** {p}" for d, p in powers if p > 0)
    under = "".join(f" / {d}" if p == -1 else f" / {d} ** {-p}" for d, p in powers if p < 0)
    return (above or "1" if under else above) + under


def _pint_unit(name: str) -> pint.Unit:
    numerator, *below = name.split("/")
    unit = _simple_unit(numerator)
    for part in below:
        unit /= _simple_unit(part)
    return unit


def _simple_unit(name: str) -> pint.Unit:
    unit: pint.Unit = _registry().Unit("" if name == "1" else name if name in _NAMES else f"{name[:-1]} * 次")
    return unit


@lru_cache(maxsize=1)
def _registry() -> "pint.UnitRegistry[Decimal]":
    registry: pint.UnitRegistry[Decimal] = pint.UnitRegistry(None, non_int_type=Decimal)
    registry.load_definitions(_DEFINITIONS.strip().splitlines())
    for name in _COUNTS:
        registry.define(f"{name} = 件")
    return registry

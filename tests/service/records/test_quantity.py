"""Quantities as ``records.build`` finds them: the expected value is that of the last number of each marked clause."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import markup
from models import structure
from service import records
from service.records import quantity
from service.records.quantity import Context

# (marked text, comparator, min, max, unit, what else is set)
READ: list[tuple[str, str, str | None, str | None, str | None, dict[str, Any]]] = [
    # plain levels
    ("新建⟦N50N⟧⟦U个U⟧口袋公园", "=", "50", "50", "个", {}),
    ("配备护理员⟦N1,360N⟧⟦U名U⟧", "=", "1360", "1360", "名", {}),
    ("拓宽道路⟦N37.5N⟧⟦U公里U⟧", "=", "37.5", "37.5", "公里", {}),
    ("组织演练⟦N两N⟧⟦U次U⟧", "=", "2", "2", "次", {}),
    ("发放手册⟦N三千六百N⟧⟦U册U⟧", "=", "3600", "3600", "册", {}),
    ("管道⟦N七点六N⟧⟦U公里U⟧", "=", "7.6", "7.6", "公里", {}),
    ("重大事故起数为⟦N零N⟧", "=", "0", "0", None, {}),
    ("培训⟦N１２０N⟧⟦U人次U⟧", "=", "120", "120", "人次", {}),
    ("系数为⟦N0.45N⟧", "=", "0.45", "0.45", None, {"dimension": None}),
    # 万 and 亿
    ("完成投资⟦N1.4N⟧⟦U亿元U⟧", "=", "140000000", "140000000", "元", {"unit_written": "亿元"}),
    ("完成投资⟦N3亿5000N⟧⟦U万元U⟧", "=", "350000000", "350000000", "元", {}),
    ("完成投资⟦N三千六百N⟧⟦U万元U⟧", "=", "36000000", "36000000", "元", {}),
    ("完成投资⟦N0.37N⟧⟦U万亿元U⟧", "=", "370000000000", "370000000000", "元", {}),
    ("改造面积⟦N2.86N⟧⟦U万亩U⟧", "=", "28600", "28600", "亩", {"dimension": "[length] ** 2"}),
    ("归集数据⟦N1.06N⟧\n⟦U亿条U⟧", "=", "106000000", "106000000", "条", {}),
    ("出栏生猪⟦N46.3N⟧⟦U万头U⟧", "=", "463000", "463000", "头", {}),
    ("接待⟦N6.1N⟧⟦U百万人次U⟧", "=", "6100000", "6100000", "人次", {}),
    # at least
    ("覆盖率不低于⟦N35N⟧⟦U%U⟧", "≥", "35", None, "%", {}),
    ("组织培训不少于⟦N4N⟧⟦U场U⟧", "≥", "4", None, "场", {}),
    ("路面厚度不小于⟦N8N⟧⟦U厘米U⟧", "≥", "8", None, "厘米", {}),
    ("走访至少⟦N3N⟧⟦U次U⟧", "≥", "3", None, "次", {}),
    ("满意度达到⟦N90N⟧⟦U%U⟧以上", "≥", "90", None, "%", {}),
    ("新增企业⟦N5N⟧⟦U家U⟧及以上", "≥", "5", None, "家", {}),
    ("得分⟦N85N⟧⟦U分U⟧（含）以上", "≥", "85", None, "分", {}),
    ("合格率≥⟦N96N⟧⟦U%U⟧", "≥", "96", None, "%", {}),
    ("办结率不得低于⟦U百分之U⟧⟦N九十五N⟧", "≥", "95", None, "%", {}),
    ("续约率稳定在⟦N九N⟧⟦U成U⟧以上", "≥", "90", None, "%", {}),
    ("覆盖⟦N三分之一N⟧以上", "≥", "0.3333333333", None, None, {"dimension": ""}),
    # at most
    ("浓度控制在⟦N34N⟧⟦U微克/立方米U⟧以内", "≤", None, "34", "微克/立方米", {}),
    ("浓度控制在⟦N34N⟧⟦U微克/立方米U⟧", "≤", None, "34", "微克/立方米", {}),
    ("死亡人数不超过⟦N2N⟧⟦U人U⟧", "≤", None, "2", "人", {}),
    ("投诉率不高于⟦N2N⟧⟦U‰U⟧", "≤", None, "2", "‰", {}),
    ("成本≤⟦N138N⟧⟦U万元/公里U⟧", "≤", None, "1380000", "元/公里", {}),
    ("死亡率控制在⟦N12N⟧⟦U/10万U⟧以下", "≤", None, "12", "/10万", {}),
    ("等候时间最多⟦N15N⟧⟦U分钟U⟧", "≤", None, "15", "分钟", {}),
    ("用时不突破⟦N3N⟧⟦U个工作日U⟧", "≤", None, "3", "工作日", {}),
    ("时限压缩到⟦N1.5N⟧⟦U个工作日U⟧之内", "≤", None, "1.5", "工作日", {"relation": "change_to", "direction": "down"}),
    # more, less, about
    ("零售额突破⟦N9N⟧⟦U亿元U⟧", ">", "900000000", None, "元", {}),
    ("占有率超⟦N80N⟧⟦U%U⟧", ">", "80", None, "%", {"relation": "share"}),
    ("产值超过⟦N420N⟧⟦U亿元U⟧", ">", "42000000000", None, "元", {}),
    ("排查隐患⟦N300N⟧余⟦U处U⟧", ">", "300", None, "处", {}),
    ("惠及⟦N8.9N⟧⟦U万余户U⟧", ">", "89000", None, "户", {}),
    ("完成投资⟦N2400N⟧多⟦U亿元U⟧", ">", "240000000000", None, "元", {}),
    ("死亡率低于⟦N0.2N⟧⟦U‰U⟧", "<", None, "0.2", "‰", {}),
    ("占比不足⟦N三N⟧⟦U成U⟧", "<", None, "30", "%", {"relation": "share"}),
    ("死亡率<⟦N3.0N⟧⟦U‰U⟧", "<", None, "3", "‰", {}),
    ("总投资约⟦N0.76N⟧⟦U亿元U⟧", "≈", "76000000", "76000000", "元", {}),
    ("漏损率保持在⟦N8N⟧⟦U%U⟧左右", "≈", "8", "8", "%", {}),
    ("近⟦N六N⟧⟦U成U⟧小区完成改造", "≈", "60", "60", "%", {}),
    ("储备项目⟦N12N⟧⟦U个U⟧上下", "≈", "12", "12", "个", {}),
    # ranges
    ("开通线路⟦N6—8N⟧⟦U条U⟧", "range", "6", "8", "条", {}),
    ("开通线路⟦N6-8N⟧⟦U条U⟧", "range", "6", "8", "条", {}),
    ("开通线路⟦N6～8N⟧⟦U条U⟧", "range", "6", "8", "条", {}),
    ("开通线路⟦N6至8N⟧⟦U条U⟧", "range", "6", "8", "条", {}),
    ("讲党课⟦N一至两N⟧⟦U次U⟧", "range", "1", "2", "次", {}),
    ("奖励⟦N五十至五百N⟧⟦U元U⟧", "range", "50", "500", "元", {}),
    ("灌溉面积⟦N0.8—1N⟧⟦U万亩U⟧", "range", "8000", "10000", "亩", {}),
    ("产值增长⟦N4.5%—5N⟧⟦U%U⟧", "range", "4.5", "5", "%", {"relation": "growth", "direction": "up"}),
    # two numbers as the ends of a range
    ("得分⟦N75N⟧⟦U分U⟧（含）至⟦N90N⟧⟦U分U⟧的为良好", "≤", None, "90", "分", {}),
    # lists
    ("参保率分别达到⟦N66N⟧⟦U%U⟧、⟦N65N⟧⟦U%U⟧以上", "≥", "65", None, "%", {}),
    ("经费分别不低于⟦N780N⟧⟦U元U⟧、⟦N1020N⟧⟦U元U⟧", "≥", "1020", None, "元", {}),
    ("系数分别控制在⟦N0.5N⟧和⟦N0.45N⟧以内", "≤", None, "0.45", None, {}),
    ("漏损率⟦N8N⟧⟦U分U⟧≤⟦N12.8N⟧⟦U%U⟧", "≤", None, "12.8", "%", {}),
    ("增加值分别增长⟦N5N⟧⟦U%U⟧和⟦N8N⟧⟦U%U⟧", "=", "8", "8", "%", {"relation": "growth", "direction": "up"}),
    # growth
    ("地区生产总值增长⟦N5N⟧⟦U%U⟧左右", "≈", "5", "5", "%", {"relation": "growth", "direction": "up"}),
    ("人均收入增长不低于⟦N6N⟧⟦U%U⟧", "≥", "6", None, "%", {"relation": "growth", "direction": "up", "per": "人"}),
    ("能耗下降⟦N3.1N⟧⟦U%U⟧", "=", "3.1", "3.1", "%", {"relation": "growth", "direction": "down"}),
    ("事故起数比上年下降⟦U百分之U⟧⟦N十六点七N⟧", "=", "16.7", "16.7", "%", {"relation": "growth", "direction": "down"}),
    ("投诉减少⟦N三N⟧⟦U成U⟧", "=", "30", "30", "%", {"relation": "growth", "direction": "down"}),
    ("日均垃圾量下降⟦N3N⟧⟦U‰U⟧", "=", "3", "3", "‰", {"relation": "growth", "direction": "down", "per": "日"}),
    ("标准年增幅⟦N8N⟧⟦U%U⟧以上", "≥", "8", None, "%", {"relation": "growth", "direction": "up"}),
    ("产值增长⟦N2N⟧⟦U倍U⟧", "=", "2", "2", "倍", {"relation": "growth", "direction": "up"}),
    ("申请材料再减少⟦N一半N⟧", "=", "0.5", "0.5", None, {"relation": "growth", "direction": "down"}),
    # changes by and to
    ("覆盖率提高⟦N3—5N⟧⟦U个百分点U⟧", "range", "3", "5", "百分点", {"relation": "change_by", "direction": "up"}),
    (
        "大班额占比比上年下降⟦N0.6N⟧⟦U个百分点U⟧",
        "=",
        "0.6",
        "0.6",
        "百分点",
        {"relation": "change_by", "direction": "down"},
    ),
    ("比考核要求低⟦N0.4N⟧⟦U个百分点U⟧", "=", "0.4", "0.4", "百分点", {"relation": "change_by", "direction": "down"}),
    ("低于全市平均⟦N7.9N⟧⟦U个百分点U⟧", "=", "7.9", "7.9", "百分点", {"relation": "change_by", "direction": "down"}),
    ("快于序时进度⟦N2.1N⟧⟦U个百分点U⟧", "=", "2.1", "2.1", "百分点", {"relation": "change_by", "direction": "up"}),
    ("基站比上年末增加⟦N97N⟧⟦U座U⟧", "=", "97", "97", "座", {"relation": "change_by", "direction": "up"}),
    ("规上企业净增⟦N9N⟧⟦U家U⟧", "=", "9", "9", "家", {"relation": "change_by", "direction": "up"}),
    ("就诊率提高到⟦N95N⟧⟦U%U⟧", "=", "95", "95", "%", {"relation": "change_to", "direction": "up"}),
    ("事项增至⟦N210N⟧⟦U项U⟧", "=", "210", "210", "项", {"relation": "change_to", "direction": "up"}),
    ("漏损率降至⟦N15N⟧⟦U%U⟧以下", "≤", None, "15", "%", {"relation": "change_to", "direction": "down"}),
    ("办理时间缩短到⟦N5N⟧⟦U天U⟧", "=", "5", "5", "天", {"relation": "change_to", "direction": "down"}),
    (
        "普及率由⟦A66.8A⟧⟦U%U⟧提高到⟦N70N⟧⟦U%U⟧",
        "=",
        "70",
        "70",
        "%",
        {"relation": "from_to", "direction": "up", "base": "66.8"},
    ),
    (
        "时限由⟦A10A⟧⟦U个工作日U⟧压缩至⟦N5N⟧⟦U个工作日U⟧",
        "=",
        "5",
        "5",
        "工作日",
        {"relation": "from_to", "direction": "down", "base": "10"},
    ),
    ("班次从⟦A2A⟧⟦U班U⟧到⟦N4N⟧⟦U班U⟧", "=", "4", "4", "班", {"relation": "from_to", "base": "2"}),
    (
        "覆盖率由⟦A66.8A⟧⟦U%U⟧提高⟦N3N⟧⟦U个百分点U⟧",
        "=",
        "3",
        "3",
        "百分点",
        {"relation": "change_by", "direction": "up"},
    ),
    # no change: compound verbs, metrics that hold the words
    ("新增床位⟦N480N⟧⟦U张U⟧", "=", "480", "480", "张", {}),
    ("改造提升⟦N1.8N⟧⟦U万亩U⟧", "=", "18000", "18000", "亩", {}),
    ("工业增加值⟦N38.12N⟧⟦U亿元U⟧", "=", "3812000000", "3812000000", "元", {}),
    ("超限率⟦N5N⟧⟦U‰U⟧", "=", "5", "5", "‰", {}),
    ("最低生活保障标准为⟦N780N⟧⟦U元/月/人U⟧", "=", "780", "780", "元/人/月", {}),
    ("低于年初确定的⟦N96N⟧⟦U%U⟧目标", "=", "96", "96", "%", {}),
    # multiples, shares, ratios
    ("用户数达到上年的⟦N2N⟧⟦U倍U⟧", "=", "2", "2", "倍", {"relation": "multiple"}),
    ("产值翻⟦N一N⟧⟦U番U⟧", "=", "2", "2", "倍", {"relation": "multiple", "unit_written": "番"}),
    ("产值翻⟦N两N⟧⟦U番U⟧", "=", "4", "4", "倍", {"relation": "multiple"}),
    ("完成全年工程量的⟦N85N⟧⟦U%U⟧", "=", "85", "85", "%", {"relation": "share"}),
    ("占年度任务的⟦N63.9N⟧⟦U%U⟧", "=", "63.9", "63.9", "%", {"relation": "share"}),
    ("民生支出占⟦N八N⟧⟦U成U⟧以上", "≥", "80", None, "%", {"relation": "share"}),
    ("师机比达到⟦N1:1N⟧", "=", "1", "1", None, {"relation": "ratio", "dimension": ""}),
    ("产值之比由⟦A2.05:1A⟧提高到⟦N2.2:1N⟧", "=", "2.2", "2.2", None, {"relation": "ratio"}),
    # counted on something
    ("按人均⟦N3N⟧⟦U元U⟧落实资金", "=", "3", "3", "元", {"per": "人"}),
    ("亩均投入不低于⟦N2400N⟧⟦U元U⟧", "≥", "2400", None, "元", {"per": "亩"}),
    ("每千名老人床位数达到⟦N37.5N⟧⟦U张U⟧", "=", "37.5", "37.5", "张", {"per": "1000人"}),
    ("每百万常住人口拥有志愿组织⟦N15N⟧⟦U家U⟧", "=", "15", "15", "家", {"per": "1000000人"}),
    ("补贴标准为每月⟦N12N⟧⟦U元/平方米U⟧", "=", "12", "12", "元/平方米", {"per": "月"}),
    ("每季度监测⟦N1N⟧⟦U次U⟧", "=", "1", "1", "次", {"per": "季度"}),
    ("每户不少于⟦N2N⟧⟦U项U⟧", "≥", "2", None, "项", {"per": "户"}),
    # spans that the tagger cut differently
    ("合格率达到⟦N95%N⟧", "=", "95", "95", "%", {}),
    ("合格率达到⟦N百分之九十五N⟧以上", "≥", "95", None, "%", {}),
    ("合格率达到⟦N九成五N⟧", "=", "95", "95", "%", {}),
    ("绿地⟦N3.6公顷N⟧", "=", "3.6", "3.6", "公顷", {}),
]


def _quantity(marked: str) -> records.Quantity:
    document = markup.parse("case", marked)
    built = records.build(structure.read(document.text), document.entities)
    found = [r.quantity for r in built if r.number]
    assert found[-1] is not None
    return found[-1]


@pytest.mark.parametrize(("marked", "comparator", "low", "high", "unit", "more"), READ)
def test_read(
    marked: str, comparator: str, low: str | None, high: str | None, unit: str | None, more: dict[str, Any]
) -> None:
    found = _quantity(marked)
    assert (found.comparator, found.min, found.max, found.unit) == (comparator, low, high, unit)
    stated = {name: getattr(found, name) for name in ("relation", "direction", "base", "per") if getattr(found, name)}
    assert stated == {name: value for name, value in more.items() if name not in ("dimension", "unit_written")}
    for name in ("dimension", "unit_written"):
        if name in more:
            assert getattr(found, name) == more[name]


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("三次产业比重为⟦N8.3∶41.4∶50.3N⟧", "ratio"),
        ("比例为⟦N1:0N⟧", "ratio"),
        ("完成⟦N若干N⟧⟦U个U⟧", "numeral"),
        ("完成⟦N1,34N⟧⟦U个U⟧", "numeral"),
        ("完成⟦N10—5N⟧⟦U个U⟧", "range"),
        ("完成⟦N3—5—8N⟧⟦U个U⟧", "numeral"),
    ],
)
def test_not_understood(marked: str, reason: str) -> None:
    found = _quantity(marked)
    assert (found.comparator, found.min, found.max, found.reason) == (None, None, None, reason)


def test_the_lower_end_of_a_range_of_two_numbers() -> None:
    document = markup.parse("case", "得分⟦N75N⟧⟦U分U⟧（含）至⟦N90N⟧⟦U分U⟧的为良好")
    lower = records.build(structure.read(document.text), document.entities)[0].quantity
    assert lower is not None
    assert (lower.comparator, lower.min, lower.max) == ("≥", "75", None)


@given(st.text(max_size=30), st.none() | st.text(max_size=12), st.text(max_size=50), st.text(max_size=20))
def test_any_text(number: str, unit: str | None, before: str, after: str) -> None:
    found = quantity.read(number, unit, Context(before=before, after=after))
    assert (found.comparator is None) == (found.reason is not None) == (found.min is None and found.max is None)


@given(st.decimals(0, 10**9, places=3), st.sampled_from(["元", "个", "%", "公里"]))
def test_a_written_value_is_read_back(value: object, unit: str) -> None:
    found = quantity.read(f"{value:,}", unit)
    assert found.min == found.max
    assert found.min is not None
    assert float(found.min) == float(str(value))

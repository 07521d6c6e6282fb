"""Quantities as ``records.build`` finds them: the expected value is that of the last number of each marked clause."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import markup
from models import structure
from service import records
from service.record_schemas import QuantityAnswer
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
    ("完成任务⟦N12N⟧⟦U所U⟧的⟦N67N⟧⟦U%U⟧", "=", "67", "67", "%", {"relation": "share"}),
    # within a tolerance
    ("室温保持在⟦N18±2N⟧⟦U℃U⟧", "range", "16", "20", "摄氏度", {}),
    ("误差控制在⟦N±0.5N⟧⟦U%U⟧以内", "range", "-0.5", "0.5", "%", {}),
    ("误差不超过±⟦N3N⟧⟦U毫米U⟧", "range", "-3", "3", "毫米", {}),
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
    ("最高给予一次性⟦N18N⟧⟦U万元U⟧的奖励", "≤", None, "180000", "元", {}),
    ("补助最高每人每年⟦N4N⟧⟦U万元U⟧", "≤", None, "40000", "元", {"per": "人/年"}),
    ("最高每个项目⟦N50N⟧⟦U万元U⟧", "≤", None, "500000", "元", {"per": "项目"}),
    ("最高给予年租金⟦N40N⟧⟦U%U⟧的补助", "≤", None, "40", "%", {}),
    ("按租用面积⟦N400N⟧⟦U平方米U⟧内（含）计算", "≤", None, "400", "平方米", {}),
    # bounds that exclude themselves
    ("补助⟦N5N⟧⟦U万元U⟧（不含）以下的项目", "<", None, "50000", "元", {}),
    ("补助⟦N5N⟧⟦U万元U⟧以下（不含）的项目", "<", None, "50000", "元", {}),
    ("服务半径⟦N50N⟧⟦U公里U⟧以外的学校", ">", "50", None, "公里", {}),
    ("持股⟦N50N⟧⟦U%U⟧（不含）以上", ">", "50", None, "%", {}),
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
    ("开通线路⟦N6―8N⟧⟦U条U⟧", "range", "6", "8", "条", {}),
    # two numbers as the ends of a range
    ("得分⟦N75N⟧⟦U分U⟧（含）至⟦N90N⟧⟦U分U⟧（不含）的为良好", "<", None, "90", "分", {}),
    ("投资额⟦N2N⟧⟦U亿元U⟧——⟦N5N⟧⟦U亿元U⟧的项目", "≤", None, "500000000", "元", {}),
    ("得分⟦N75N⟧⟦U分U⟧（含）至⟦N90N⟧⟦U分U⟧的为良好", "≤", None, "90", "分", {}),
    # lists
    ("参保率分别达到⟦N66N⟧⟦U%U⟧、⟦N65N⟧⟦U%U⟧以上", "≥", "65", None, "%", {}),
    ("经费分别不低于⟦N780N⟧⟦U元U⟧、⟦N1020N⟧⟦U元U⟧", "≥", "1020", None, "元", {}),
    ("系数分别控制在⟦N0.5N⟧和⟦N0.45N⟧以内", "≤", None, "0.45", None, {}),
    ("漏损率⟦N8N⟧⟦U分U⟧≤⟦N12.8N⟧⟦U%U⟧", "≤", None, "12.8", "%", {}),
    ("增加值分别增长⟦N5N⟧⟦U%U⟧和⟦N8N⟧⟦U%U⟧", "=", "8", "8", "%", {"relation": "growth", "direction": "up"}),
    # growth
    ("地区生产总值增长⟦N5N⟧⟦U%U⟧左右", "≈", "5", "5", "%", {"relation": "growth", "direction": "up"}),
    ("人均收入增长不低于⟦N6N⟧⟦U%U⟧", "≥", "6", None, "%", {"relation": "growth", "direction": "up"}),
    ("收入年均增长⟦N6N⟧⟦U%U⟧", "=", "6", "6", "%", {"relation": "growth", "direction": "up", "per": "年"}),
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
    (
        "⟦M签约率M⟧从2021年的⟦A53A⟧⟦U%U⟧提升到2025年底的⟦N61.5N⟧⟦U%U⟧",
        "=",
        "61.5",
        "61.5",
        "%",
        {"relation": "from_to", "direction": "up", "base": "53"},
    ),
    (
        "由上年的⟦A9A⟧⟦U家U⟧减少到今年的⟦N5N⟧⟦U家U⟧",
        "=",
        "5",
        "5",
        "家",
        {"relation": "from_to", "direction": "down", "base": "9"},
    ),
    # no change: steps that something is counted on, compound verbs, metrics that hold the words
    ("营业面积每增加⟦N100N⟧⟦U平方米U⟧加奖一次", "=", "100", "100", "平方米", {}),
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
    ("按⟦N1：\n2N⟧的比例配套", "=", "0.5", "0.5", None, {"relation": "ratio", "dimension": ""}),
    # counted on something
    ("每个日间照料点补助⟦N5N⟧⟦U万元U⟧", "=", "50000", "50000", "元", {"per": "个"}),
    ("每个村级驿站补助⟦N2N⟧⟦U万元U⟧", "=", "20000", "20000", "元", {"per": "个"}),
    ("每个站点奖励⟦N3000N⟧⟦U元U⟧", "=", "3000", "3000", "元", {"per": "站点"}),
    ("每村补助⟦N2N⟧⟦U万元U⟧", "=", "20000", "20000", "元", {"per": "村"}),
    ("人均绿地⟦N15N⟧⟦U㎡/人U⟧", "=", "15", "15", "平方米/人", {}),
    ("每千人床位⟦N8N⟧⟦U张/千人U⟧", "=", "0.008", "0.008", "张/人", {}),
    ("每人每月补助⟦N360N⟧⟦U元/人U⟧", "=", "360", "360", "元/人", {"per": "月"}),
    ("人均预期寿命⟦N80.5N⟧⟦U岁U⟧", "=", "80.5", "80.5", "岁", {}),
    ("按人均⟦N3N⟧⟦U元U⟧落实资金", "=", "3", "3", "元", {"per": "人"}),
    ("亩均投入不低于⟦N2400N⟧⟦U元U⟧", "≥", "2400", None, "元", {"per": "亩"}),
    ("每千名老人床位数达到⟦N37.5N⟧⟦U张U⟧", "=", "37.5", "37.5", "张", {"per": "1000人"}),
    ("每百万常住人口拥有志愿组织⟦N15N⟧⟦U家U⟧", "=", "15", "15", "家", {"per": "1000000人"}),
    ("补贴标准为每月⟦N12N⟧⟦U元/平方米U⟧", "=", "12", "12", "元/平方米", {"per": "月"}),
    ("每季度监测⟦N1N⟧⟦U次U⟧", "=", "1", "1", "次", {"per": "季度"}),
    ("每户不少于⟦N2N⟧⟦U项U⟧", "≥", "2", None, "项", {"per": "户"}),
    # the words around a number over a line break
    (
        "全县商贸流通体系加快健全，连锁经营门店占比达\n到⟦N三分之一N⟧",
        "=",
        "0.3333333333",
        "0.3333333333",
        None,
        {"relation": "share"},
    ),
    ("打造区域公用品牌两个以上，其中特色农产品产值不\n低于⟦N一N⟧⟦U亿元U⟧", "≥", "100000000", None, "元", {}),
    ("床位达到⟦N40N⟧⟦U张U⟧\n以上", "≥", "40", None, "张", {}),
    # rough numerals
    ("走访企业⟦N三五N⟧⟦U家U⟧", "range", "3", "5", "家", {}),
    ("走访企业⟦N七八N⟧⟦U家U⟧", "range", "7", "8", "家", {}),
    ("走访企业⟦N两三N⟧⟦U家U⟧", "range", "2", "3", "家", {}),
    ("走访企业⟦N十七八N⟧⟦U家U⟧", "range", "17", "18", "家", {}),
    ("走访企业⟦N二三十N⟧⟦U家U⟧", "range", "20", "30", "家", {}),
    ("接待游客⟦N五六N⟧⟦U万人次U⟧", "range", "50000", "60000", "人次", {}),
    ("走访企业⟦N十几N⟧⟦U家U⟧", "range", "11", "19", "家", {}),
    ("参会⟦N三百余N⟧⟦U人U⟧", ">", "300", None, "人", {}),
    ("参会⟦N近百N⟧⟦U人U⟧", "≈", "100", "100", "人", {}),
    ("参会⟦N上千N⟧⟦U人U⟧", "≥", "1000", None, "人", {}),
    ("参会⟦N逾两千N⟧⟦U人U⟧", ">", "2000", None, "人", {}),
    ("参会⟦N十来N⟧⟦U人U⟧", "≈", "10", "10", "人", {}),
    ("占比过⟦N半N⟧", "=", "0.5", "0.5", None, {"relation": "share"}),
    ("工期⟦N两N⟧⟦U个半月U⟧", "=", "2.5", "2.5", "月", {}),
    ("工期⟦N一N⟧⟦U年半U⟧", "=", "1.5", "1.5", "年", {}),
    ("等候⟦N一N⟧⟦U个多小时U⟧", ">", "1", None, "小时", {}),
    # other ways to write a numeral
    ("通过率达到⟦N2/3N⟧", "=", "0.6666666667", "0.6666666667", None, {"dimension": ""}),
    ("投资⟦N1亿2千N⟧⟦U万元U⟧", "=", "120000000", "120000000", "元", {}),
    ("投资⟦N12.5亿N⟧⟦U元U⟧", "=", "1250000000", "1250000000", "元", {}),
    ("投资⟦N九千八百六十N⟧⟦U万元U⟧", "=", "98600000", "98600000", "元", {}),
    ("气温降至⟦N-3.5N⟧⟦U℃U⟧", "=", "-3.5", "-3.5", "摄氏度", {"relation": "change_to", "direction": "down"}),
    ("同比⟦N+3.4N⟧⟦U%U⟧", "=", "3.4", "3.4", "%", {}),
    ("完成⟦N壹佰贰拾N⟧⟦U件U⟧", "=", "120", "120", "件", {}),
    ("发案率控制在⟦N万分之三N⟧以内", "≤", None, "3", "‱", {}),
    ("死亡率不超过⟦N千分之五N⟧", "≤", None, "5", "‰", {}),
    ("投诉控制在⟦N百万分之五N⟧以内", "≤", None, "0.000005", None, {"dimension": ""}),
    ("⟦N５０％N⟧以上的村达标", "≥", "50", None, "%", {}),
    ("占比⟦N80%-85%N⟧", "range", "80", "85", "%", {"relation": "share"}),
    ("系数⟦N1.2～1.5N⟧", "range", "1.2", "1.5", None, {}),
    ("新建食堂⟦N5到6N⟧⟦U个U⟧", "range", "5", "6", "个", {}),
    ("新建食堂⟦N3~5N⟧⟦U个U⟧", "range", "3", "5", "个", {}),
    ("奖励⟦N1,000—1,500N⟧⟦U元U⟧", "range", "1000", "1500", "元", {}),
    # traditional letters
    ("完成水務投資⟦N57.3N⟧⟦U億元U⟧", "=", "5730000000", "5730000000", "元", {"unit_written": "億元"}),
    ("轉移群眾⟦N2.1N⟧⟦U萬餘人U⟧", ">", "21000", None, "人", {}),
    ("漏損率不高於⟦N8.3N⟧⟦U%U⟧", "≤", None, "8.3", "%", {}),
    ("投資同比增長⟦N12.4N⟧⟦U%U⟧", "=", "12.4", "12.4", "%", {"relation": "growth", "direction": "up"}),
    ("普及率提高到⟦N九成N⟧以上", "≥", "90", None, "%", {"relation": "change_to", "direction": "up"}),
    # at least, at most
    ("每年至少开展内部审计⟦N1N⟧⟦U次U⟧", "≥", "1", None, "次", {"per": "年"}),
    ("起码走访⟦N3N⟧⟦U户U⟧", "≥", "3", None, "户", {}),
    ("建成小菜园⟦N2000N⟧⟦U个U⟧往上", "≥", "2000", None, "个", {}),
    ("单户补助⟦N5N⟧⟦U万元U⟧封顶", "≤", None, "50000", "元", {}),
    ("奖励⟦N3N⟧⟦U万元U⟧起步", "≥", "30000", None, "元", {}),
    ("奖补最高可达⟦N80N⟧⟦U万元U⟧", "≤", None, "800000", "元", {}),
    ("单户最高补助⟦N2N⟧⟦U万元U⟧", "≤", None, "20000", "元", {}),
    ("工期最长⟦N90N⟧⟦U天U⟧", "≤", None, "90", "天", {}),
    ("得分不得低于⟦N60N⟧⟦U分U⟧", "≥", "60", None, "分", {}),
    ("覆盖面不小于⟦N70N⟧⟦U%U⟧", "≥", "70", None, "%", {}),
    ("响应时间不应超过⟦N30N⟧⟦U分钟U⟧", "≤", None, "30", "分钟", {}),
    ("降尘量不大于⟦N4.5N⟧⟦U吨/平方公里·月U⟧", "≤", None, "4.5", "吨/平方公里/月", {}),
    ("事故起数为⟦N5N⟧⟦U起U⟧以内", "≤", None, "5", "起", {}),
    ("办结时限压减至⟦N3N⟧⟦U个工作日U⟧内", "≤", None, "3", "工作日", {"relation": "change_to", "direction": "down"}),
    ("满意率≥⟦N90N⟧⟦U%U⟧", "≥", "90", None, "%", {}),
    ("超限率＜⟦N0.5N⟧⟦U%U⟧", "<", None, "0.5", "%", {}),
    ("建成率>⟦N98N⟧⟦U%U⟧", ">", "98", None, "%", {}),
    # more, less, about
    ("上访下降⟦N六N⟧⟦U成U⟧多", ">", "60", None, "%", {"relation": "growth", "direction": "down"}),
    ("运行率只有⟦N六N⟧⟦U成U⟧出头", ">", "60", None, "%", {}),
    ("常住人口未满⟦N三千N⟧⟦U人U⟧", "<", None, "3000", "人", {}),
    ("投入不到全市平均水平的⟦N四分之三N⟧", "<", None, "0.75", None, {"dimension": ""}),
    ("参评企业不足应评企业的⟦N一N⟧⟦U成U⟧", "<", None, "10", "%", {}),
    ("开设⟦N3N⟧⟦U家U⟧多功能活动室", "=", "3", "3", "家", {}),
    ("缺口将近⟦N1.5N⟧⟦U万只U⟧", "≈", "15000", "15000", "只", {}),
    ("投入大概⟦N40N⟧⟦U万元U⟧", "≈", "400000", "400000", "元", {}),
    # words that only look like comparators
    ("签约⟦N17N⟧⟦U家U⟧", "=", "17", "17", "家", {}),
    ("节约用地⟦N30N⟧⟦U亩U⟧", "=", "30", "30", "亩", {}),
    ("预约⟦N1042N⟧⟦U人次U⟧", "=", "1042", "1042", "人次", {}),
    ("就近⟦N5N⟧⟦U处U⟧安置点", "=", "5", "5", "处", {}),
    ("极端最高气温⟦A40.7A⟧⟦U℃U⟧", "=", "40.7", "40.7", "摄氏度", {}),
    ("中心最低气压⟦A965A⟧⟦UhPaU⟧", "=", "965", "965", "百帕", {}),
    ("未达标⟦A2A⟧⟦U项U⟧", "=", "2", "2", "项", {}),
    ("对未达标的⟦N3N⟧⟦U所U⟧学校", "=", "3", "3", "所", {}),
    ("剩余⟦N13N⟧⟦U处U⟧隐患", "=", "13", "13", "处", {}),
    ("低于⟦N5N⟧⟦U%U⟧的预算安排", "=", "5", "5", "%", {}),
    ("略低于⟦N75N⟧⟦U%U⟧的序时进度", "=", "75", "75", "%", {}),
    ("完成率低于⟦N80N⟧⟦U%U⟧的项目", "<", None, "80", "%", {}),
    # compared with something else
    ("床位数低于全市平均水平⟦A3.1A⟧⟦U张U⟧", "=", "3.1", "3.1", "张", {"relation": "change_by", "direction": "down"}),
    ("收购价高于市场均价⟦N5N⟧⟦U%U⟧以上", "≥", "5", None, "%", {"relation": "growth", "direction": "up"}),
    ("比上届多⟦A29A⟧⟦U场U⟧", "=", "29", "29", "场", {"relation": "change_by", "direction": "up"}),
    ("较上年同期少⟦A7A⟧⟦U个U⟧", "=", "7", "7", "个", {"relation": "change_by", "direction": "down"}),
    ("比上年多收了⟦A三A⟧⟦U成U⟧", "=", "30", "30", "%", {"relation": "growth", "direction": "up"}),
    ("降水较常年偏多⟦A17.4A⟧⟦U%U⟧", "=", "17.4", "17.4", "%", {"relation": "growth", "direction": "up"}),
    ("岗位占比不低于⟦N60N⟧⟦U%U⟧", "≥", "60", None, "%", {"relation": "share"}),
    ("抽查比例不低于⟦N20N⟧⟦U%U⟧", "≥", "20", None, "%", {}),
    # changes
    ("排放量削减⟦N410N⟧⟦U吨U⟧", "=", "410", "410", "吨", {"relation": "change_by", "direction": "down"}),
    ("标准上浮⟦U百分之U⟧⟦N十N⟧", "=", "10", "10", "%", {"relation": "growth", "direction": "up"}),
    ("成本压降⟦N0.15N⟧⟦U元U⟧左右", "≈", "0.15", "0.15", "元", {"relation": "change_by", "direction": "down"}),
    ("利率下调⟦N25N⟧⟦U个基点U⟧", "=", "25", "25", "基点", {"relation": "change_by", "direction": "down"}),
    ("规模扩大到⟦N1.5N⟧⟦U亿棒U⟧", "=", "150000000", "150000000", "棒", {"relation": "change_to", "direction": "up"}),
    ("编制调整为⟦N60N⟧⟦U名U⟧", "=", "60", "60", "名", {"relation": "change_to"}),
    ("农村低保标准降幅⟦N2N⟧⟦U%U⟧", "=", "2", "2", "%", {"relation": "growth", "direction": "down"}),
    (
        "标准由每人每月⟦A635A⟧⟦U元U⟧提高到⟦N680N⟧⟦U元U⟧",
        "=",
        "680",
        "680",
        "元",
        {"relation": "from_to", "direction": "up", "base": "635"},
    ),
    (
        "防洪标准由⟦A20A⟧⟦U年一遇U⟧提高到⟦N50N⟧⟦U年一遇U⟧",
        "=",
        "50",
        "50",
        "年一遇",
        {"relation": "from_to", "direction": "up", "base": "20"},
    ),
    (
        "漏损率从⟦A19.6A⟧⟦U%U⟧降到⟦N12N⟧⟦U%U⟧以下",
        "≤",
        None,
        "12",
        "%",
        {"relation": "from_to", "direction": "down", "base": "19.6"},
    ),
    # multiples, shares, ratios
    ("供给量是上年的⟦N1.8N⟧⟦U倍U⟧", "=", "1.8", "1.8", "倍", {"relation": "multiple"}),
    ("产值翻⟦N1N⟧⟦U番U⟧", "=", "2", "2", "倍", {"relation": "multiple"}),
    ("职工占⟦N一半N⟧", "=", "0.5", "0.5", None, {"relation": "share", "dimension": ""}),
    ("相当于任务数的⟦N三分之二N⟧", "=", "0.6666666667", "0.6666666667", None, {"relation": "share"}),
    ("城乡标准比控制在⟦N1.45∶1N⟧以内", "≤", None, "1.45", None, {"relation": "ratio"}),
    ("师生比为⟦N1比14N⟧", "=", "0.0714285714", "0.0714285714", None, {"relation": "ratio"}),
    # counted on something
    (
        "标准提高到每人每月⟦N730N⟧⟦U元U⟧",
        "=",
        "730",
        "730",
        "元",
        {"relation": "change_to", "direction": "up", "per": "人/月"},
    ),
    ("每生每年补助⟦N1250N⟧⟦U元U⟧", "=", "1250", "1250", "元", {"per": "人/年"}),
    ("每校每学期演练⟦N2N⟧⟦U次U⟧", "=", "2", "2", "次", {"per": "校/学期"}),
    ("造价控制在每平方米⟦N1800N⟧⟦U元U⟧以内", "≤", None, "1800", "元", {"per": "平方米"}),
    ("每万名职工工会干部⟦N3N⟧⟦U名U⟧", "=", "3", "3", "名", {"per": "10000人"}),
    ("每半年调度⟦N1N⟧⟦U次U⟧", "=", "1", "1", "次", {"per": "半年"}),
    ("每两个月通报⟦N1N⟧⟦U次U⟧", "=", "1", "1", "次", {"per": "2月"}),
    ("每个乡镇备用金不少于⟦N5N⟧⟦U万元U⟧", "≥", "50000", None, "元", {"per": "乡镇"}),
    ("户均年增收⟦N6000N⟧⟦U元U⟧", "=", "6000", "6000", "元", {"relation": "change_by", "direction": "up", "per": "户"}),
    ("日均客流⟦N0.26N⟧⟦U万人次U⟧", "=", "2600", "2600", "人次", {"per": "日"}),
    ("年均浓度控制在⟦N34N⟧⟦U微克/立方米U⟧以内", "≤", None, "34", "微克/立方米", {}),
    ("每处置⟦N1000N⟧⟦U万元U⟧", "=", "10000000", "10000000", "元", {}),
    ("每月每增加⟦N1N⟧⟦U个U⟧", "=", "1", "1", "个", {}),
    ("补贴⟦N500N⟧⟦U元每人每月U⟧", "=", "500", "500", "元/人/月", {}),
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


def test_a_bare_ten_thousand_takes_its_unit_from_its_list() -> None:
    document = markup.parse("case", "分别奖励⟦N50N⟧⟦U万U⟧、⟦N20N⟧⟦U万U⟧、⟦N8N⟧⟦U万元U⟧，服务⟦N3N⟧⟦U万U⟧")
    built = records.build(structure.read(document.text), document.entities)
    found = [(r.quantity.min, r.quantity.unit, r.quantity.unit_written) for r in built if r.quantity]
    assert found == [("500000", "元", "万"), ("200000", "元", "万"), ("80000", "元", "万元"), ("30000", None, "万")]


def test_the_bound_behind_a_list_is_not_that_of_a_range_in_it() -> None:
    document = markup.parse("case", "规模⟦N2N⟧⟦U亿元U⟧～⟦N5N⟧⟦U亿元U⟧、⟦N5N⟧⟦U亿元U⟧（含）以上⟦N两N⟧⟦U档U⟧")
    built = records.build(structure.read(document.text), document.entities)
    assert [r.quantity.comparator for r in built if r.quantity][:3] == ["≥", "≤", "≥"]


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
        ("完成⟦N数十N⟧⟦U个U⟧", "numeral"),
        ("完成⟦N几N⟧⟦U个U⟧", "numeral"),
        ("占比⟦N大半N⟧", "numeral"),
        ("完成⟦N/N⟧⟦U个U⟧", "numeral"),
        ("比重为⟦N5∶3∶2N⟧", "ratio"),
        ("完成⟦N1/0N⟧", "numeral"),
        ("产值翻⟦N2.3亿N⟧⟦U番U⟧", "numeral"),
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
    QuantityAnswer.model_validate(records.as_dict(records.Record(quantity=found))["quantity"])


@given(st.decimals(0, 10**9, places=3), st.sampled_from(["元", "个", "%", "公里"]))
def test_a_written_value_is_read_back(value: object, unit: str) -> None:
    found = quantity.read(f"{value:,}", unit)
    assert found.min == found.max
    assert found.min is not None
    assert float(found.min) == float(str(value))


WORDED = [
    ("=", "达到", ""),
    ("≥", "不低于", ""),
    ("≥", "达到", "以上"),
    ("≥", "至少", ""),
    ("≤", "不超过", ""),
    ("≤", "控制在", "以内"),
    ("≤", "", "以下"),
    (">", "超过", ""),
    ("<", "不足", ""),
    ("≈", "约", ""),
    ("≈", "", "左右"),
]


@given(
    st.decimals("0.01", 10**7, places=2),
    st.sampled_from(["{:,}", "{}", "{:f}"]),
    st.sampled_from(WORDED),
    st.sampled_from([("", "元"), ("万", "元"), ("亿", "元"), ("", "个"), ("万", "亩"), ("", "%"), ("余万", "人次")]),
)
def test_a_worded_value_is_read_back(
    value: Decimal, form: str, worded: tuple[str, str, str], written: tuple[str, str]
) -> None:
    comparator, before, after = worded
    factor, unit = written
    found = quantity.read(form.format(value), factor + unit, Context(before=before, after=after))
    expected = value * {"": 1, "万": 10**4, "余万": 10**4, "亿": 10**8}[factor]
    if factor != "余万" or comparator != "=":
        assert found.comparator == comparator
    bounds = [Decimal(bound) for bound in (found.min, found.max) if bound is not None]
    assert bounds
    assert set(bounds) == {expected}
    assert found.unit == unit


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from(["—", "-", "~", "～", "至", "到"]))
def test_a_range_is_read_back(low: int, width: int, joint: str) -> None:
    found = quantity.read(f"{low}{joint}{low + width}", "个")
    assert (found.comparator, found.min, found.max) == ("range", str(low), str(low + width))


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from("∶:："))
def test_a_ratio_is_read_back(above: int, below: int, colon: str) -> None:
    found = quantity.read(f"{above}{colon}{below}")
    assert found.min is not None
    assert abs(Decimal(found.min) - Decimal(above) / Decimal(below)) <= Decimal("1e-10")

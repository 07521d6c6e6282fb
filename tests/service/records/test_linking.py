"""Links in small documents of each kind. Expected links are written as texts: {number or target: …}."""

from collections.abc import Iterable

import pytest

from annotations import markup
from annotations.schema import Document, Label
from models import structure
from service import records
from service.records import Record


def _parse(marked: str) -> Document:
    return markup.parse("case", marked)


def _all_links(built: Iterable[Record]) -> set[tuple[str, str, str]]:
    """The (source id, role, target id) links that records hold: unit, metric and target of NUMBERs, deadline and
    department of TARGETs."""
    found: set[tuple[str, str, str]] = set()
    for record in built:
        if record.number:
            for role in ("unit", "metric", "target"):
                if id := getattr(record, role):
                    found.add((record.number, role, id))
        if record.target:
            found |= {(record.target, "deadline", id) for id in record.deadlines}
            found |= {(record.target, "department", id) for id in record.departments}
    return found


def _links(document: Document, role: str) -> dict[str, list[str]]:
    """The links of a role, source text → texts of what it points to, sources in reading order."""
    entities = {e.id: e for e in document.entities}
    built = _all_links(records.build(structure.read(document.text), document.entities))

    def text(id: str) -> str:
        return document.text[entities[id].start : entities[id].end]

    found: dict[str, list[str]] = {}
    for source, _, target in sorted(
        (link for link in built if link[1] == role), key=lambda x: (entities[x[0]].start, entities[x[2]].start)
    ):
        found.setdefault(text(source), []).append(text(target))
    return found


def _one(document: Document, role: str) -> dict[str, str]:
    return {source: ids[0] for source, ids in _links(document, role).items()}


METRICS = [
    # directly before, directly behind, with words between
    ("新增⟦M养老床位M⟧⟦N120N⟧⟦U张U⟧", {"120": "养老床位"}),
    ("新建⟦N12N⟧⟦U个U⟧⟦M社区食堂M⟧", {"12": "社区食堂"}),
    ("改造⟦N68N⟧⟦U座U⟧的⟦M小型水库M⟧", {"68": "小型水库"}),
    ("按⟦N600N⟧⟦U元/月U⟧标准落实⟦M保洁补助M⟧", {"600": "保洁补助"}),
    ("⟦M签约率M⟧不低于⟦N46N⟧⟦U%U⟧", {"46": "签约率"}),
    # several in one clause
    ("新建⟦M食堂M⟧⟦N4N⟧⟦U家U⟧、⟦M书屋M⟧⟦N9N⟧⟦U个U⟧", {"4": "食堂", "9": "书屋"}),
    ("建成⟦N3N⟧⟦U条U⟧⟦M绿道M⟧、⟦N2N⟧⟦U座U⟧⟦M公园M⟧", {"3": "绿道", "2": "公园"}),
    ("⟦N4N⟧⟦U个U⟧⟦M断面M⟧中⟦M优良断面M⟧不少于⟦N3N⟧⟦U个U⟧", {"4": "断面", "3": "优良断面"}),
    ("为⟦N12N⟧⟦U家U⟧⟦M企业M⟧减免⟦M租金M⟧⟦N86N⟧⟦U万元U⟧", {"12": "企业", "86": "租金"}),
    ("⟦M覆盖率M⟧每低⟦N1N⟧⟦U个百分点U⟧⟦M扣M⟧⟦N0.5N⟧⟦U分U⟧", {"1": "覆盖率", "0.5": "扣"}),
    # lists
    ("⟦M收缴率M⟧、⟦M满意率M⟧分别达到⟦N90N⟧⟦U%U⟧、⟦N95N⟧⟦U%U⟧", {"90": "收缴率", "95": "满意率"}),
    ("⟦M城市、农村低保标准M⟧分别提高⟦N5N⟧⟦U%U⟧和⟦N8N⟧⟦U%U⟧", {"5": "城市、农村低保标准", "8": "城市、农村低保标准"}),
    ("走访⟦M困难群众M⟧⟦A214A⟧⟦U户U⟧⟦A563A⟧⟦U人U⟧", {"214": "困难群众", "563": "困难群众"}),
    # taken up
    (
        "⟦M面积M⟧⟦A71A⟧⟦U万亩U⟧、⟦M产量M⟧⟦A38A⟧⟦U万吨U⟧，分别增长⟦A0.4A⟧⟦U%U⟧、⟦A1.1A⟧⟦U%U⟧，超过⟦N70N⟧⟦U万亩U⟧、⟦N37N⟧⟦U万吨U⟧的任务",
        {"71": "面积", "38": "产量", "0.4": "面积", "1.1": "产量", "70": "面积", "37": "产量"},
    ),
    ("⟦M就诊率M⟧⟦A88A⟧⟦U%U⟧，较去年提高⟦A1.2A⟧⟦U个百分点U⟧", {"88": "就诊率", "1.2": "就诊率"}),
    (
        "改建⟦M卫生室M⟧⟦N36N⟧⟦U所U⟧，其中新建⟦N14N⟧⟦U所U⟧、改建⟦N22N⟧⟦U所U⟧",
        {"36": "卫生室", "14": "卫生室", "22": "卫生室"},
    ),
    (
        "完工⟦M危桥M⟧⟦A11A⟧⟦U座U⟧（其中⟦M四类桥M⟧⟦A4A⟧⟦U座U⟧），在建⟦A5A⟧⟦U座U⟧",
        {"11": "危桥", "4": "四类桥", "5": "危桥"},
    ),
    (
        "筹集⟦M房源M⟧⟦A986A⟧⟦U套U⟧，占⟦M任务数M⟧的⟦A78A⟧⟦U%U⟧，其中新建⟦A420A⟧⟦U套U⟧",
        {"986": "房源", "78": "任务数", "420": "房源"},
    ),
    (
        "反馈⟦M问题M⟧⟦A23A⟧⟦U项U⟧，已销号⟦A17A⟧⟦U项U⟧。其余⟦A6A⟧⟦U项U⟧按时推进",
        {"23": "问题", "17": "问题", "6": "问题"},
    ),
    (
        "⟦M贷款M⟧每新增⟦N1000N⟧⟦U万元U⟧，⟦M奖励M⟧⟦N40N⟧⟦U元U⟧；每减少⟦N900N⟧⟦U万元U⟧，扣回",
        {"1000": "贷款", "40": "奖励", "900": "贷款"},
    ),
    ("完成⟦M年度计划M⟧（⟦N600N⟧⟦U人U⟧）的⟦A103A⟧⟦U%U⟧", {"600": "年度计划", "103": "年度计划"}),
    ("分⟦N两N⟧⟦U批U⟧完成⟦N126N⟧⟦U个U⟧⟦M村M⟧的延包", {"两": "村", "126": "村"}),
    (
        "新建⟦M幸福院M⟧⟦A8A⟧⟦U所U⟧，完成⟦M全年任务M⟧⟦N12N⟧⟦U所U⟧的⟦A67A⟧⟦U%U⟧，剩余⟦A4A⟧⟦U所U⟧",
        {"8": "幸福院", "12": "全年任务", "67": "全年任务", "4": "幸福院"},
    ),
    # a number that is part of a metric's name
    (
        "新签约⟦M亿元以上项目M⟧⟦N20N⟧⟦U个U⟧，⟦M⟦N10N⟧⟦U亿元U⟧以上项目M⟧⟦N2N⟧⟦U个U⟧",
        {"20": "亿元以上项目", "10": "10亿元以上项目", "2": "10亿元以上项目"},
    ),
    # none
    ("给予⟦M奖励M⟧⟦N20N⟧⟦U万元U⟧；连续⟦N两N⟧⟦U年U⟧不合格的，予以约谈", {"20": "奖励"}),
    ("⟦M接待人次M⟧增长⟦A8A⟧⟦U%U⟧，灯会连续⟦A五A⟧⟦U年U⟧举办", {"8": "接待人次"}),
    ("⟦M受益M⟧村庄较多，惠及⟦A4A⟧⟦U万人U⟧", {}),
    ("1、⟦M营业收入M⟧。目标值⟦N2N⟧⟦U亿元U⟧", {"2": "营业收入"}),
]


@pytest.mark.parametrize(("marked", "expected"), METRICS)
def test_metric(marked: str, expected: dict[str, str]) -> None:
    assert _one(_parse(marked), "metric") == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("⟦N50N⟧⟦U个U⟧", {"50": "个"}),
        ("⟦N300N⟧余⟦U处U⟧", {"300": "处"}),
        ("⟦N1.06N⟧\n⟦U亿条U⟧", {"1.06": "亿条"}),
        ("⟦U百分之U⟧⟦N九十N⟧", {"九十": "百分之"}),
        ("⟦N0.5N⟧和⟦N0.45N⟧", {}),
        ("指标 | 目标值 | 单位 |\n⟦M管道长度M⟧ | ≥⟦N86N⟧ | ⟦U公里U⟧ |", {"86": "公里"}),
    ],
)
def test_unit(marked: str, expected: dict[str, str]) -> None:
    assert _one(_parse(marked), "unit") == expected


TARGETS = [
    # in the target, a part of it, a consequence of it
    ("⟦T新建⟦M食堂M⟧⟦N12N⟧⟦U个U⟧T⟧，其中⟦M农村食堂M⟧⟦N5N⟧⟦U个U⟧", {"12": "新建食堂12个", "5": "新建食堂12个"}),
    ("⟦T改造⟦M小区M⟧⟦N7N⟧⟦U个U⟧T⟧，惠及⟦M居民M⟧⟦N900N⟧⟦U户U⟧", {"7": "改造小区7个", "900": "改造小区7个"}),
    # words in common with the goal before it, or a metric that says nothing alone
    ("（一）⟦T优化营商环境T⟧。⟦T开展技能培训T⟧，⟦M培训后就业率M⟧达到⟦N70N⟧⟦U%U⟧。", {"70": "开展技能培训"}),
    ("（一）⟦T保障食品安全T⟧。⟦T抽检农产品T⟧，⟦M合格率M⟧达到⟦N98N⟧⟦U%U⟧。", {"98": "抽检农产品"}),
    ("（一）⟦T建设美丽乡村T⟧。⟦T开展队伍轮训T⟧，⟦M人均课时M⟧不少于⟦N40N⟧⟦U学时U⟧。", {"40": "开展队伍轮训"}),
    # else the theme of the item
    ("（一）⟦T深化农村改革T⟧。⟦T盘活闲置房屋T⟧；⟦M强村占比M⟧提高⟦N5N⟧⟦U个百分点U⟧。", {"5": "深化农村改革"}),
    ("（一）⟦T发展托育服务T⟧。⟦M托位数M⟧达到⟦N4.8N⟧⟦U个U⟧。", {"4.8": "发展托育服务"}),
    ("——⟦T医疗资源更加均衡T⟧。⟦M床位数M⟧达到⟦N7.1N⟧⟦U张U⟧。", {"7.1": "医疗资源更加均衡"}),
    # else the heading of the section of a list item
    ("一、⟦T办好学前教育T⟧\n1.指标要求。⟦M毛入园率M⟧达到⟦N98N⟧⟦U%U⟧。", {"98": "办好学前教育"}),
    # none: indicators in a row, rules, scores, reported numbers
    ("⟦M生产总值M⟧增长⟦N5N⟧⟦U%U⟧，⟦T收入与经济同步增长T⟧，⟦M产量M⟧达到⟦N9N⟧⟦U万吨U⟧。", {}),
    ("（一）⟦T守牢校园安全T⟧（⟦N10N⟧⟦U分U⟧）。逾期的，每次⟦M扣减M⟧⟦N1N⟧⟦U分U⟧。", {}),
    ("（一）⟦T招引人才T⟧。对新引进的博士，给予⟦M补贴M⟧⟦N20N⟧⟦U万元U⟧。", {}),
    ("6.⟦T培育商贸企业T⟧。对⟦M销售额M⟧达到⟦N5N⟧⟦U亿元U⟧、⟦N9N⟧⟦U亿元U⟧，且增幅居前的，分别奖励。", {}),
    ("6.⟦T培育商贸企业T⟧。⟦M投资额M⟧在⟦N500N⟧⟦U万元U⟧以上的按⟦N1N⟧⟦U%U⟧给予补助。", {}),
    ("6.⟦T培育商贸企业T⟧。对新设展位，每个补助⟦N2N⟧⟦U万元U⟧。", {}),
    ("6.⟦T培育商贸企业T⟧。⟦M销售额M⟧达到⟦N5N⟧⟦U亿元U⟧，对完成任务的，给予奖励。", {"5": "培育商贸企业"}),
    ("（一）⟦T管好秸秆焚烧T⟧。每发现⟦N1N⟧⟦U处U⟧着火点，全县通报；对连续⟦N两N⟧⟦U次U⟧排名靠后的，予以约谈。", {}),
    ("⟦T新建食堂T⟧，已建成⟦M食堂M⟧⟦A7A⟧⟦U个U⟧。", {}),
]


@pytest.mark.parametrize(("marked", "expected"), TARGETS)
def test_target(marked: str, expected: dict[str, str]) -> None:
    assert _one(_parse(marked), "target") == expected


DEADLINES = [
    # in the target
    ("⟦T确保⟦D年底前⟧投入使用T⟧".replace("前⟧", "前D⟧"), {"确保年底前投入使用": ["年底前"]}),
    # before it, with what commas join; a subject keeps it to the next one
    ("⟦D6月底前D⟧⟦T完成选址T⟧，⟦T办结手续T⟧；⟦T启动建设T⟧。", {"完成选址": ["6月底前"], "办结手续": ["6月底前"]}),
    ("⟦R县水利局R⟧⟦D6月底前D⟧⟦T完成选址T⟧，⟦T每月通报进度T⟧。", {"完成选址": ["6月底前"]}),
    # with a comma it reaches to the next one of its kind, over semicolons
    (
        "⟦D上半年D⟧，⟦T完成选址T⟧；⟦T办结手续T⟧；⟦D年底前D⟧，⟦T启动建设T⟧。",
        {"完成选址": ["上半年"], "办结手续": ["上半年"], "启动建设": ["年底前"]},
    ),
    (
        "到⟦D2027年D⟧，⟦T体系基本健全T⟧。⟦T能力明显提升T⟧。",
        {"体系基本健全": ["2027年"], "能力明显提升": ["2027年"]},
    ),
    # at the start of a paragraph, a period through all of it, a day only through its sentence
    ("1.⟦D2027年6月底前D⟧，⟦T完成选址T⟧。⟦T加强宣传T⟧。", {"完成选址": ["2027年6月底前"]}),
    # behind it
    ("⟦T测算补助水平T⟧，从⟦D7月份D⟧执行。", {"测算补助水平": ["7月份"]}),
    # in a note behind the item, which adds to a target's own
    (
        "（一）⟦T加强监测T⟧。⟦T自认定之日起⟦D10日内D⟧落实帮扶T⟧。（⟦R社会股R⟧；完成时限：⟦D全年D⟧）",
        {"加强监测": ["全年"], "自认定之日起10日内落实帮扶": ["10日内", "全年"]},
    ),
    # a stage in a heading
    ("（一）动员阶段（⟦D2025年3月D⟧）。⟦T成立专班T⟧。", {"成立专班": ["2025年3月"]}),
    # a number's own date, which its target shares
    (
        "（一）⟦T用好衔接资金T⟧。⟦M支出进度M⟧⟦D6月底前D⟧达到⟦N60N⟧⟦U%U⟧、⟦D11月底前D⟧达到⟦N95N⟧⟦U%U⟧。",
        {"用好衔接资金": ["6月底前", "11月底前"]},
    ),
]


@pytest.mark.parametrize(("marked", "expected"), DEADLINES)
def test_deadline(marked: str, expected: dict[str, list[str]]) -> None:
    assert _links(_parse(marked), "deadline") == expected


DEPARTMENTS = [
    # in the target; as subject up to the next subject or the sentence's end
    ("⟦T由⟦R县金融办R⟧审核确认T⟧", {"由县金融办审核确认": ["县金融办"]}),
    (
        "⟦R县水利局R⟧要⟦T健全台账T⟧，于⟦D6月底前D⟧⟦T完成排查T⟧；⟦R县住建局R⟧⟦T更新管网T⟧。⟦T加强宣传T⟧。",
        {"健全台账": ["县水利局"], "完成排查": ["县水利局"], "更新管网": ["县住建局"]},
    ),
    (
        "由⟦R县水利局R⟧牵头、⟦R县林业局R⟧配合，⟦D年内D⟧⟦T完成排查T⟧；⟦T建立台账T⟧。",
        {"完成排查": ["县水利局", "县林业局"], "建立台账": ["县水利局", "县林业局"]},
    ),
    # a note behind the task or the whole item
    (
        "（一）⟦T改善办学条件T⟧。⟦T新建校舍T⟧，⟦T更新设备T⟧。（⟦R规划股R⟧、⟦R装备站R⟧负责）\n（二）⟦T加强宣传T⟧。",
        {"改善办学条件": ["规划股", "装备站"], "新建校舍": ["规划股", "装备站"], "更新设备": ["规划股", "装备站"]},
    ),
    ("⟦T新建校舍T⟧（⟦R规划股R⟧），⟦T更新设备T⟧（⟦R装备站R⟧）。", {"新建校舍": ["规划股"], "更新设备": ["装备站"]}),
    # brackets that name a target behind the departments
    (
        "（二）⟦T摸清底数T⟧。⟦T建立清单T⟧。（⟦R民政局R⟧牵头，⟦R残联R⟧配合，⟦D年底前D⟧⟦T取得成果T⟧）",
        {"摸清底数": ["民政局", "残联"], "建立清单": ["民政局", "残联"], "取得成果": ["民政局", "残联"]},
    ),
    # a sentence of its own, or the end of the sentence
    (
        "（一）⟦T做强茶产业T⟧。⟦T建设茶园T⟧。由⟦R产业股R⟧牵头，⟦R供销社R⟧配合。",
        {"做强茶产业": ["产业股", "供销社"], "建设茶园": ["产业股", "供销社"]},
    ),
    ("⟦T改造农村公路T⟧，⟦T加固危桥T⟧，由⟦R县交通局R⟧牵头。", {"改造农村公路": ["县交通局"], "加固危桥": ["县交通局"]}),
    # a line of its own behind the items it governs
    (
        "（一）⟦T改善办学条件T⟧\n1.⟦T新建校舍T⟧。\n2.⟦T更新设备T⟧。\n责任单位：⟦R规划股R⟧\n（二）⟦T加强宣传T⟧。",
        {"改善办学条件": ["规划股"], "新建校舍": ["规划股"], "更新设备": ["规划股"]},
    ),
    (
        "1.⟦T新建校舍T⟧。\n责任单位：⟦R规划股R⟧\n2.⟦T更新设备T⟧。\n责任单位：⟦R装备站R⟧",
        {"新建校舍": ["规划股"], "更新设备": ["装备站"]},
    ),
    # on a line of its own that ends a section of one item; not what stands before the section
    (
        "二、目标\n⟦T总量只降不升T⟧。\n三、措施\n（一）⟦T改善办学条件T⟧\n1.2027年⟦T新建校舍T⟧。\n（⟦R规划股R⟧牵头）\n（二）⟦T加强宣传T⟧。",
        {"改善办学条件": ["规划股"], "新建校舍": ["规划股"]},
    ),
    # a line that ends without a full stop but had room for more is whole
    (
        "⟦R县交警大队R⟧⟦T增设减速带四十五道、补画人行横道六十二处T⟧\n⟦T培育家庭农场两百家，引导农户流转土地一万五千亩并规范合同T⟧。",
        {"增设减速带四十五道、补画人行横道六十二处": ["县交警大队"]},
    ),
    # behind a heading, for the items below it
    (
        "（一）⟦T改善办学条件T⟧（责任单位：⟦R规划股R⟧）\n1.⟦T新建校舍T⟧。\n2.⟦T更新设备T⟧。\n（二）⟦T加强宣传T⟧。",
        {"改善办学条件": ["规划股"], "新建校舍": ["规划股"], "更新设备": ["规划股"]},
    ),
    # an introduction with a colon, for the list below it; a numbered line of its own, for its section
    (
        (
            "第三条⟦T健全制度T⟧。\n第四条⟦R县水利局R⟧在河道管理中的主要职责是：\n（一）⟦T督查河道保洁T⟧；\n（二）⟦T核实水库蓄水T⟧。\n"
            "第五条⟦R乡镇政府R⟧的主要职责是：\n（一）⟦T落实巡查T⟧。\n第六条⟦T加强宣传T⟧。"
        ),
        {"督查河道保洁": ["县水利局"], "核实水库蓄水": ["县水利局"], "落实巡查": ["乡镇政府"]},
    ),
    (
        (
            "（一）⟦R县水利局R⟧\n1.⟦T督查河道保洁T⟧。\n2.⟦T核实水库蓄水T⟧。\n（二）⟦R乡镇政府R⟧：\n⟦T落实巡查T⟧。\n⟦T报告险情T⟧。\n"
            "（三）⟦T加强宣传T⟧。"
        ),
        {
            "督查河道保洁": ["县水利局"],
            "核实水库蓄水": ["县水利局"],
            "落实巡查": ["乡镇政府"],
            "报告险情": ["乡镇政府"],
        },
    ),
    (
        "1.4 ⟦T健全预警机制T⟧。\n2.1 ⟦R县应急指挥部R⟧职责\n（1）⟦T掌握汛情T⟧。\n（2）⟦T发布预警T⟧。\n2.2 保障\n⟦T加强宣传T⟧。",
        {"掌握汛情": ["县应急指挥部"], "发布预警": ["县应急指挥部"]},
    ),
    # nothing: the subject of a sentence without a target, the name in a heading
    ("⟦T健全预警机制T⟧。\n2.2 ⟦R各镇R⟧应急机构及其职责", {}),
    ("1.⟦T及时拨付资金T⟧。\n2.⟦R申报企业R⟧在享受补助前，已按本办法对资金用途等事项作出书面说明。", {}),
]


@pytest.mark.parametrize(("marked", "expected"), DEPARTMENTS)
def test_department(marked: str, expected: dict[str, list[str]]) -> None:
    assert _links(_parse(marked), "department") == expected


NUMBERS_DEPARTMENTS = [
    # a note behind numbers that no target holds
    (
        "⟦M林木覆盖率M⟧达到⟦N61N⟧⟦U%U⟧，⟦T建设绿道T⟧，⟦M湿地保护率M⟧⟦N55N⟧⟦U%U⟧。（⟦R林业站R⟧）",
        {"61": ["林业站"], "55": ["林业站"]},
    ),
    # a note of its own is not that of the target before it
    (
        "（一）⟦T强化保障T⟧。⟦T盘活低效用地T⟧（⟦R资源局R⟧）；⟦M民生支出占比M⟧保持在⟦N80N⟧⟦U%U⟧（⟦R财政局R⟧）。",
        {"80": ["财政局"]},
    ),
    # on a line of its own; in a sentence of its own; as the subject
    ("1.⟦M参保率M⟧达到⟦N96N⟧⟦U%U⟧。\n责任单位：⟦R医保股R⟧", {"96": ["医保股"]}),
    ("⟦M失业率M⟧控制在⟦N4.5N⟧⟦U%U⟧以内。由⟦R就业股R⟧牵头。", {"4.5": ["就业股"]}),
    ("⟦M参保率M⟧⟦N96N⟧⟦U%U⟧。⟦R各乡镇R⟧⟦M签约率M⟧不低于⟦N50N⟧⟦U%U⟧。", {"50": ["各乡镇"]}),
]


@pytest.mark.parametrize(("marked", "expected"), NUMBERS_DEPARTMENTS)
def test_departments_of_numbers_outside_targets(marked: str, expected: dict[str, list[str]]) -> None:
    document = _parse(marked)
    texts = {e.id: document.text[e.start : e.end] for e in document.entities}
    built = records.build(structure.read(document.text), document.entities)
    found = {texts[r.number]: [texts[d] for d in r.departments] for r in built if r.number and r.departments}
    assert found == expected


def test_a_note_behind_a_number_is_not_the_targets_before_it() -> None:
    document = _parse("⟦T盘活低效用地T⟧（⟦R资源局R⟧）；⟦M民生支出占比M⟧保持在⟦N80N⟧⟦U%U⟧（⟦R财政局R⟧）。")
    assert _links(document, "department")["盘活低效用地"] == ["资源局"]


PIPES = """\
序号 | 工作任务 | 工作目标 | 牵头单位 | 配合单位 | 完成时限 |
一、⟦T建设宜居环境T⟧ |||||
1 | ⟦T治理扬尘T⟧ | 1.⟦M浓度M⟧控制在⟦N34N⟧⟦U微克U⟧以内；
2.⟦T更换⟦M渣土车M⟧⟦N27N⟧⟦U辆U⟧T⟧。 | ⟦R环境分局R⟧ | ⟦R交通局R⟧、⟦R经信
局R⟧,
⟦R各街道R⟧ | ⟦D12月底前D⟧ |
2 | ⟦T整治排口T⟧ | (1)⟦T完成溯源T⟧；
(2)⟦T完成改造T⟧。 | ⟦R水务局R⟧ | ⟦R城管局R⟧ | (1)⟦D6月底前D⟧
(2)⟦D年底前D⟧ |
"""


def test_table_with_pipes_and_broken_cells() -> None:
    document = _parse(PIPES)
    environment = ["环境分局", "交通局", "经信\n局", "各街道"]
    assert _links(document, "department") == {
        "治理扬尘": environment,
        "更换渣土车27辆": environment,
        "整治排口": ["水务局", "城管局"],
        "完成溯源": ["水务局", "城管局"],
        "完成改造": ["水务局", "城管局"],
    }
    assert _links(document, "deadline") == {
        "治理扬尘": ["12月底前"],
        "更换渣土车27辆": ["12月底前"],
        "整治排口": ["6月底前", "年底前"],
        "完成溯源": ["6月底前"],
        "完成改造": ["年底前"],
    }
    assert _one(document, "target") == {"34": "治理扬尘", "27": "更换渣土车27辆"}


TABS = """\
序号\t重点工作\t年度目标\t牵头单位\t责任单位\t完成时限
1\t⟦T压实责任T⟧\t⟦T组织⟦M巡查M⟧⟦N4N⟧⟦U次U⟧T⟧，⟦M上报率M⟧达到⟦N98N⟧⟦U%U⟧\t⟦R河长办R⟧\t⟦R各街道R⟧\t⟦D全年D⟧
\t\t⟦T建立台账T⟧\t\t⟦R水务站R⟧\t
2\t⟦T保护水质T⟧\t⟦T消除污水T⟧\t⟦R环保局R⟧\t⟦R住建局R⟧\t⟦D年底前D⟧
"""


def test_table_with_tabs_and_merged_cells() -> None:
    document = _parse(TABS)
    assert _links(document, "department") == {
        "压实责任": ["河长办", "各街道"],
        "组织巡查4次": ["河长办", "各街道"],
        "建立台账": ["河长办", "水务站"],
        "保护水质": ["环保局", "住建局"],
        "消除污水": ["环保局", "住建局"],
    }
    assert _links(document, "deadline")["建立台账"] == ["全年"]


FLAT = """\
序号重点任务年度目标责任单位完成时限进展情况
1⟦T提升公路品质T⟧⟦T建成⟦M国省道M⟧⟦N72N⟧⟦U公里U⟧T⟧；⟦M优良率M⟧达到⟦N92N⟧⟦U%U⟧。⟦R公路中心R⟧⟦R各县局R⟧⟦D9月底前D⟧建成⟦M国省道M⟧⟦A46A⟧⟦U公里U⟧
（其中⟦M新建路M⟧⟦A4A⟧⟦U公里U⟧）。下一步，⟦R设计院R⟧⟦T完成设计T⟧。
2⟦T发展内河航运T⟧⟦T建成⟦N两N⟧⟦U个U⟧⟦M泊位M⟧T⟧。（⟦R港航中心R⟧牵头，⟦R财务科R⟧配合）已完成⟦M投资M⟧⟦A2A⟧⟦U亿元U⟧。⟦T优化作业计划T⟧。
"""


def test_table_whose_separators_were_lost() -> None:
    document = _parse(FLAT)
    assert _links(document, "department") == {
        "提升公路品质": ["公路中心", "各县局"],
        "建成国省道72公里": ["公路中心", "各县局"],
        "完成设计": ["公路中心", "各县局", "设计院"],
        "发展内河航运": ["港航中心", "财务科"],
        "建成两个泊位": ["港航中心", "财务科"],
    }
    assert set(_links(document, "deadline")) == {"提升公路品质", "建成国省道72公里", "完成设计"}
    assert _one(document, "target") == {"72": "建成国省道72公里", "92": "提升公路品质", "两": "建成两个泊位"}


YEARS = """\
指标 | 单位 | 2020年 | ⟦D2025年D⟧ | ⟦M年均增速M⟧ | 责任单位
⟦M床位数M⟧ | ⟦U张U⟧ | ⟦A6.3A⟧ | ⟦N7.1N⟧ | ⟦N2.3N⟧⟦U%U⟧ | ⟦R卫健局R⟧
"""


LAST_CELL = """\
任务 | 目标 | 责任单位

⟦T养老服务T⟧ | ⟦T新增⟦M养老机构M⟧
⟦N9N⟧⟦U家U⟧T⟧ | ⟦R养老科R⟧
⟦R区国资局R⟧

⟦T社会救助T⟧ | ⟦T健全机制T⟧ | ⟦R救助科R⟧
"""


def test_table_whose_last_cell_is_broken() -> None:
    both = ["养老科", "区国资局"]
    expected = {"养老服务": both, "新增养老机构\n9家": both, "社会救助": ["救助科"], "健全机制": ["救助科"]}
    assert _links(_parse(LAST_CELL), "department") == expected


TASKS = """\
序号 | 事项 | 单位 | 年度目标 | ⟦D一季度D⟧计划 | 一季度完成 | 备注
1 | ⟦T新增⟦M托位M⟧T⟧ | ⟦U个U⟧ | ⟦N600N⟧ | ⟦N100N⟧ | ⟦A60A⟧ | 含⟦M社区点M⟧⟦A8A⟧⟦U个U⟧
2 | ⟦T推进院区建设T⟧ | 进度 | ⟦T主体封顶T⟧ | ⟦T打完桩基T⟧ | 打完桩基 |
 | 其中：⟦M投资M⟧ | ⟦U万元U⟧ | ⟦N9,000N⟧ | ⟦N800N⟧ | ⟦A812A⟧ |
"""


def test_table_whose_tasks_name_the_metric() -> None:
    document = _parse(TASKS)
    metrics = {"600": "托位", "100": "托位", "60": "托位", "8": "社区点", "9,000": "投资", "800": "投资", "812": "投资"}
    assert _one(document, "metric") == metrics
    assert _links(document, "deadline")["打完桩基"] == ["一季度"]


def test_table_with_a_cell_a_line() -> None:
    document = _parse(
        "序号\n重点任务\n年度目标\n目前进展\n责任单位\n完成时限\n"
        "1\n⟦T口袋公园建设T⟧\n⟦T新建⟦M口袋公园M⟧⟦N11N⟧⟦U座U⟧T⟧\n新建⟦M口袋公园M⟧⟦A4A⟧⟦U座U⟧\n⟦R区园林中心R⟧\n⟦D9月底前D⟧\n"
        "2\n⟦T行道树补植T⟧\n⟦T补植⟦M行道树M⟧⟦N350N⟧⟦U株U⟧T⟧\n补植⟦M行道树M⟧⟦A187A⟧⟦U株U⟧\n⟦R区市政管护所R⟧\n⟦D11月D⟧\n"
    )
    assert _one(document, "metric") == {"11": "口袋公园", "4": "口袋公园", "350": "行道树", "187": "行道树"}
    assert _one(document, "target") == {"11": "新建口袋公园11座", "350": "补植行道树350株"}
    first, second = ("口袋公园建设", "新建口袋公园11座"), ("行道树补植", "补植行道树350株")
    assert _one(document, "deadline") == dict.fromkeys(first, "9月底前") | dict.fromkeys(second, "11月")
    assert _one(document, "department") == dict.fromkeys(first, "区园林中心") | dict.fromkeys(second, "区市政管护所")


def test_table_with_a_cell_a_line_and_headings_between_its_rows() -> None:
    document = _parse(
        "单位：⟦U万元U⟧\n序号\n项目名称\n建设内容\n⟦M总投资M⟧\n⟦M年度投资M⟧\n责任单位\n一、续建项目\n"
        "1\n⟦T大道延伸T⟧\n⟦T新建⟦M道路M⟧⟦N7N⟧⟦U公里U⟧T⟧\n⟦N58600N⟧\n⟦N21000N⟧\n⟦R建设局R⟧\n"
        "2\n⟦T医院建设T⟧\n⟦T增加⟦M床位M⟧⟦N500N⟧⟦U张U⟧T⟧\n⟦N73200N⟧\n⟦N26500N⟧\n⟦R事业局R⟧\n"
    )
    numbers = {"58600": "总投资", "21000": "年度投资", "73200": "总投资", "26500": "年度投资"}
    assert _one(document, "metric") == {"7": "道路", "500": "床位"} | numbers
    assert _one(document, "unit") == {"7": "公里", "500": "张"} | dict.fromkeys(numbers, "万元")


def test_a_target_whose_numbers_are_the_duty_of_others_has_a_record_of_its_own() -> None:
    document = _parse("1.⟦T保护未成年人T⟧，⟦T建成中心T⟧（⟦R检察院R⟧）；⟦M查询率M⟧⟦N100N⟧⟦U%U⟧（⟦R公安局R⟧）。")
    assert _links(document, "department")["保护未成年人"] == ["检察院", "公安局"]


def test_table_of_indicators_by_year() -> None:
    document = _parse(YEARS)
    assert _one(document, "metric") == {"6.3": "床位数", "7.1": "床位数", "2.3": "年均增速"}
    assert _one(document, "unit") == {"6.3": "张", "7.1": "张", "2.3": "%"}
    by_text = {
        document.text[e.start : e.end]: r
        for r in records.build(structure.read(document.text), document.entities)
        for e in document.entities
        if e.id == r.number
    }
    assert [d.to for d in by_text["7.1"].dues] == ["2025-12-31"]
    assert by_text["2.3"].deadlines == by_text["6.3"].deadlines == ()
    assert [a.name for a in by_text["7.1"].assigned] == ["卫健局"]


SHEET = """\
1 | 城北学校新建工程 |
⟦M计划投资M⟧ | ⟦N2N⟧⟦U亿元U⟧ | ⟦M年度投资M⟧ | ⟦N8500N⟧⟦U万元U⟧ |
实际开工 | 2024年10月 | 计划竣工 | ⟦D2026年6月D⟧ |
年度目标 | ⟦T完成封顶T⟧ |
责任单位 | ⟦R教育局R⟧ |
2 | 城南学校新建工程 |
年度目标 | ⟦T完成桩基T⟧ |
责任单位 | ⟦R城投集团R⟧ |
"""


def test_sheet_of_keys_and_values() -> None:
    document = _parse(SHEET)
    assert _one(document, "metric") == {"2": "计划投资", "8500": "年度投资"}
    assert _links(document, "department") == {"完成封顶": ["教育局"], "完成桩基": ["城投集团"]}
    assert _links(document, "deadline") == {"完成封顶": ["2026年6月"]}


TOWNS = """\
责任乡镇\t⟦M助餐点应建数M⟧（⟦U个U⟧）\t⟦M助餐点建成数M⟧（⟦U个U⟧）\t⟦M月探访率M⟧\t排名
砻坝镇\t⟦N5N⟧\t⟦A4A⟧\t⟦A99A⟧⟦U%U⟧\t2
霖岭乡\t⟦N6N⟧\t⟦A3A⟧\t⟦A98A⟧⟦U%U⟧\t3
全县其余情况正常。
名称\t备注
砻坝镇\t⟦N7N⟧
"""


def test_spans_that_fill_the_cells_of_a_row_head_the_columns() -> None:
    document = _parse(TOWNS)
    assert _one(document, "metric") == {
        "5": "助餐点应建数",
        "4": "助餐点建成数",
        "99": "月探访率",
        "6": "助餐点应建数",
        "3": "助餐点建成数",
        "98": "月探访率",
    }
    assert _one(document, "unit") == {"5": "个", "4": "个", "99": "%", "6": "个", "3": "个", "98": "%"}


TWO_HEADS = """\
责任乡镇\t⟦M户厕改造M⟧(⟦U户U⟧)\t\t⟦M通组硬化路M⟧(⟦U公里U⟧)\t\t⟦M综合得分M⟧
\t计划\t实际\t计划\t实际\t
砻坝镇\t⟦N180N⟧\t⟦A171A⟧\t⟦N12.6N⟧\t⟦A9.4A⟧\t⟦A93A⟧
"""


def test_a_head_cell_goes_on_over_empty_cells() -> None:
    document = _parse(TWO_HEADS)
    assert _one(document, "metric") == {
        "180": "户厕改造",
        "171": "户厕改造",
        "12.6": "通组硬化路",
        "9.4": "通组硬化路",
        "93": "综合得分",
    }
    assert _one(document, "unit") == {"180": "户", "171": "户", "12.6": "公里", "9.4": "公里"}


def test_words_above_numbers_head_the_columns() -> None:
    document = _parse(
        "镇街\t⟦M改厕M⟧（⟦U户U⟧）\t⟦T新增⟦M泊位M⟧T⟧（⟦U个U⟧）\t时限\n东坡镇\t⟦N320N⟧\t⟦N12N⟧\t⟦D6月底D⟧\n西坪乡\t⟦N150N⟧\t⟦N8N⟧\t⟦D9月底D⟧\n"
    )
    assert _one(document, "metric") == {"320": "改厕", "12": "泊位", "150": "改厕", "8": "泊位"}
    assert _one(document, "unit") == {"320": "户", "12": "个", "150": "户", "8": "个"}


def test_a_row_with_goals_heads_nothing() -> None:
    document = _parse("甲\t⟦T提高⟦M签约率M⟧T⟧\t⟦M满意率M⟧\t已办。\n乙\t⟦N95N⟧\t⟦N96N⟧\t待办。\n")
    assert _links(document, "metric") == {}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "项目进度表\n单位：⟦U万元U⟧\n项目 | ⟦M计划投资M⟧ | ⟦M完成率M⟧ | ⟦M床位M⟧（⟦U张U⟧）\n公寓 | ⟦N800N⟧ | ⟦A25A⟧ | ⟦N60N⟧\n",
            {"800": "万元", "60": "张"},
        ),
        (
            "（金额单位：⟦U亿元U⟧）\n指标 | 2025年实际 | 2026年目标\n⟦M税收M⟧ | ⟦A12A⟧ | ⟦N13N⟧\n",
            {"12": "亿元", "13": "亿元"},
        ),
        ("单位：⟦U万元U⟧、⟦U户U⟧\n项目 | ⟦M计划投资M⟧\n公寓 | ⟦N800N⟧\n", {}),
        ("责任单位：⟦R县民政局R⟧⟦N3N⟧⟦U个U⟧\n项目 | ⟦M计划投资M⟧\n公寓 | ⟦N800N⟧\n", {"3": "个"}),
    ],
)
def test_the_unit_in_a_note_above_the_table(marked: str, expected: dict[str, str]) -> None:
    assert _one(_parse(marked), "unit") == expected


def test_the_unit_behind_the_metric_of_a_row() -> None:
    document = _parse("指标 | 2020年 | 2025年 |\n⟦M生产总值M⟧（⟦U亿元U⟧） | ⟦A1846A⟧ | ⟦N2600N⟧ |\n")
    assert _one(document, "unit") == {"1846": "亿元", "2600": "亿元"}


def test_a_line_that_is_a_metric_heads_the_next() -> None:
    document = _parse("4　⟦M用水量降幅M⟧〔约束性〕\n规划⟦N16N⟧⟦U%U⟧，实际⟦A9.7A⟧⟦U%U⟧，评价：符合。\n")
    assert _one(document, "metric") == {"16": "用水量降幅", "9.7": "用水量降幅"}


NOTES = """\
1．⟦T推进土地整治T⟧。⟦T新增⟦M高标准农田M⟧⟦N1.1N⟧⟦U万亩U⟧T⟧。
牵头领导：韩某
牵头单位：⟦R县自然资源局R⟧
责任单位：⟦R县财政局R⟧、⟦R双塘乡R⟧
完成时限：设计⟦D6月底前D⟧，施工⟦D12月底D⟧
2．⟦T深化集成改革T⟧。
责任单位　⟦R县数据局R⟧
完成时限　⟦D9月D⟧
"""


def test_lines_of_notes_govern_the_same_item() -> None:
    document = _parse(NOTES)
    assert _links(document, "department") == {
        "推进土地整治": ["县自然资源局", "县财政局", "双塘乡"],
        "新增高标准农田1.1万亩": ["县自然资源局", "县财政局", "双塘乡"],
        "深化集成改革": ["县数据局"],
    }
    assert _links(document, "deadline") == {
        "推进土地整治": ["6月底前", "12月底"],
        "新增高标准农田1.1万亩": ["6月底前", "12月底"],
        "深化集成改革": ["9月"],
    }


def test_a_deadline_that_is_a_sentence_governs_like_a_note() -> None:
    document = _parse("（一）⟦T健全管护机制T⟧。⟦T开展巡查T⟧。责任单位：⟦R县水利局R⟧。⟦D12月底前D⟧完成。\n")
    assert _links(document, "deadline") == {"健全管护机制": ["12月底前"], "开展巡查": ["12月底前"]}


def test_traditional_letters_link_alike() -> None:
    document = _parse("（一）⟦T健全管護機制T⟧。（責任單位：⟦R縣水務局R⟧牽頭，⟦R縣財政局R⟧配合）\n")
    assert _links(document, "department") == {"健全管護機制": ["縣水務局", "縣財政局"]}


def test_missing_and_extra_spans_only_cost_their_own_links() -> None:
    document = _parse(PIPES)
    whole = _all_links(records.build(structure.read(document.text), document.entities))
    for left_out in document.entities:
        rest = [e for e in document.entities if e.id != left_out.id]
        found = _all_links(records.build(structure.read(document.text), rest))
        expected = {link for link in whole if left_out.id not in link}
        if left_out.label in (Label.UNIT, Label.DEPARTMENT):
            assert found == expected
        else:
            assert len(found & expected) >= 0.8 * len(expected)

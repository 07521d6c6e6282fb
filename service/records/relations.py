"""What a number says about its metric where it is not simply a level: growth, change, share; and what it is counted on."""

import re

from service.records import numerals
from service.records.model import Relation

POINT_UNITS = ("百分点", "千分点", "基点")
SHARE_UNITS = ("%", "‰", "‱", "倍")
_FILLER = r"(?:了|约|近|超过?|不低于|不少于|不高于|不超过|至少|最多|分别|各|均|幅度?|再|达到?|为|保持在?|稳定在?|控制在?|力争|[\s:：])*$"
_BY = re.compile(
    "(?<!每)(?:(?P<up>(?:增长|增加|增收|增产|提高|(?<!改造)(?<!整治)(?<!巩固)(?<!优化)提升|上升|上浮|上涨|加快|扩大|(?<!新)增|涨)(?!值))"
    "|(?P<down>下降|减少|降低|下浮|下调|压减|压缩|压降|缩短|削减|缩减|核减|回落|收窄|降|减))" + _FILLER
)
_TO = re.compile(
    "(?:(?P<up>提高|提升|增加|上升|扩大|拓展|增长|上浮|调增|发展|增|升|涨)"
    "|(?P<down>下降|降低|压减|压缩|压降|缩短|减少|缩小|缩减|降|减)|调整|调|改变|变|改)(?:到|至|为)"
    r"(?:约|近|超过?|不低于|不少于|不超过|分别|每人|人均|每|月|年|[\s:：]"
    r"|(?:[12][0-9]{3}年[底末]?|今年|现在|目前|当前|如今)的?)*$"
)
_RATE = re.compile("(?:(?P<up>增幅|增速|增长率|涨幅)|(?P<down>降幅|下降率|减幅))[^，,；;。、]{0,8}$")
_POINTS = re.compile("(?:(?P<up>高|快|超)|(?P<down>低|慢))[于出过]?[^，,；;。]{0,10}$")
_MORE_THAN = re.compile(
    "(?<!占)(?:比|较)(?![例重率值])[^，,；;。不]{1,14}?偏?(?:(?P<up>多|高|快|长)|(?P<down>少|低|慢|短))[^，,；;。]{0,3}$"
    "|偏(?:(?P<above>多|高)|(?P<below>少|低))\\s*$"
    "|(?<!不)(?:(?P<over>高于|超过|超出|多于|快于)|(?P<under>低于|少于|慢于))[^，,；;。]*(?:平均|均价|上年|去年|同期|上届)"
    "[^，,；;。]{0,4}(?<![的为是达到至于在])$"
)
_SHARE = re.compile(r"占[^，,；;。]*$|^的\s*$|(?:完成|为|达到|达|相当于|是|按照?)[^，,；;。]{0,16}的\s*$")
_PER = re.compile(
    r"(?P<mean>[人户亩村校月年日床])均(?!浓度|值|水位|预期寿命)|每(?P<count>[一二两三四五六七八九十百千万亿]*)"
    "(?:常住|户籍|城镇|农村|独居|个|名(?=[^，]{0,2}$))*"
    "(?P<thing>网点|站点|点位|基地|终端|家庭|人口|人|名|位|户|亩|平方公里|平方米|立方米|公里|公顷|米|公斤|斤|吨|学期|学年|季度?|周(?!期)|半?月(?!嫂)|半?年(?!级)|日(?![间照])|天|乡镇|街道|社区"
    "|行政村|村(?![级民卫])|县(?![级域])|校(?!园)|床|张|次|站|家|件|所|个|生|小时|例|头|台|辆|处(?![置理罚])|项目|项|起|期|班|轮|批|株|篇|名|卷|节|座|幢|栋|单元|企业|机构)"
)
_PER_CHANGE = re.compile("每(?:增|减|降|升|提|超|低|高|新增)")
_TIMES = frozenset(("年", "半年", "季度", "月", "半月", "周", "日", "小时", "学期", "学年"))
_DIGITS = "0123456789."
_THINGS = {"人口": "人", "名": "人", "位": "人", "生": "人", "天": "日", "季": "季度", "行政村": "村"}


def relation(clause: str, unit: str, is_ratio: bool, part: bool) -> tuple[Relation | None, str | None]:
    """What a number states, and its direction (up, down), by the words before it in its clause.

    ``unit`` is canonical; ``part`` holds for percentages, fractions and multiples.
    """
    if is_ratio:
        return Relation.RATIO, None
    if to := _TO.search(clause):
        return Relation.CHANGE_TO, _direction(to)
    if unit in POINT_UNITS:
        return Relation.CHANGE_BY, _direction(_BY.search(clause) or _POINTS.search(clause))
    if by := _BY.search(clause):
        return (Relation.GROWTH if part else Relation.CHANGE_BY), _direction(by)
    if part and (rate := _RATE.search(clause)):
        return Relation.GROWTH, _direction(rate)
    if more := _MORE_THAN.search(clause):
        return (Relation.GROWTH if part else Relation.CHANGE_BY), _direction(more)
    if unit in ("倍", "番"):
        return Relation.MULTIPLE, None
    return (Relation.SHARE, None) if part and _SHARE.search(clause) else (None, None)


def _direction(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    named = {name for name, words in match.groupdict().items() if words}
    return "up" if named & {"up", "above", "over"} else "down" if named else None


def counted_on(clause: str, unit: str) -> str | None:
    """What a number is counted on, several joined as in units (每人每月 人/月), without what its unit names itself (元/人).

    A share is one of something that is counted on 人 or 户 already (人均收入增长7%): it is counted on times only.
    """
    found = sorted(_PER.finditer(clause), key=re.Match.start)
    if not found or _PER_CHANGE.search(clause, found[-1].end()):
        return None
    last = [found[-1]]
    while len(found) > len(last) and found[-len(last) - 1].end() == last[0].start():
        last.insert(0, found[-len(last) - 1])
    own = unit.split("/")[1:]
    things = {t: t.lstrip(_DIGITS) for t in map(_thing, last)}
    kept = [t for t, thing in things.items() if thing not in own and (unit not in SHARE_UNITS or thing in _TIMES)]
    return "/".join(kept) or None


def _thing(match: re.Match[str]) -> str:
    if match["mean"]:
        return _THINGS.get(match["mean"], match["mean"])
    count = match["count"]
    value = numerals.scale(count) if count and count[0] in "十百千万亿" else numerals.read(count) if count else None
    return (numerals.plain(value) if value else "") + _THINGS.get(match["thing"], match["thing"])

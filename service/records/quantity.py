"""A NUMBER with its surroundings as a quantity: comparator, bounds, unit, relation."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from service.records import numerals, units
from service.records.model import Quantity, Relation
from service.records.units import Unit

BEFORE, AFTER = 40, 12
"""How many characters before and behind a number matter at most."""

_RANGE = re.compile(r"(?<=[^\s—–－~～至到\-])\s*(?:[—–－~～]+|-+|至|到)\s*(?=[^\s—–－~～至到\-])")
_RATIO = re.compile("[:：∶]|(?<=[一二三四五六七八九十])比(?=[一二三四五六七八九十])")
_LEADING_SHARE = re.compile("([百千万]分之)(.+)")
_TENTHS = re.compile("([一二两三四五六七八九])成([一二三四五六七八九半])?")
_WITH_UNIT = re.compile(r"([\d.,]+)(\D+)")

_COMPARATORS = [
    (
        "≥",
        re.compile(
            "不(?:得|应|宜|能|可|会)?(?:低|少|小|短|弱|差|亚)于|不下于|≥|>=|(?:至少|最少|最低|起码|下限)[^，,；;。、]{0,3}$"
        ),
    ),
    (
        "≤",
        re.compile(
            "不(?:得|应|宜|能|可|会)?(?:高|多|大|晚|长|迟)于|不(?:得|应|宜|能|可|会)?(?:超过|超出|突破|超)|≤|<="
            "|(?:至多|最多|最高|最长|上限)[^，,；;。、]{0,3}$|控制(?:在|到|为|于)[^，,；;。、]{0,6}$"
        ),
    ),
    (">", re.compile(r"(?<!不)(?<!不[得应宜能可会])(?:超过|超出|突破|高于|大于|多于|优于)|>|(?:超|逾)\s*$")),
    (
        "<",
        re.compile(
            r"(?<!不)(?<!不[得应宜能可会])(?:低于|少于|小于|短于)|(?:不足|不到|不满|未满|未达)[^，,；;。、]{0,3}$|<"
        ),
    ),
    ("≈", re.compile(r"(?:大约|大概|约为|约|将近|接近|近)\s*$")),
]
_REFERENCE = re.compile("年初|确定|目标|任务|计划|序时|平均|上年|去年|同期|全[省市县区国州]|上[月季]|均价|基准|同类")
_DIFFERENCE = re.compile("高于|低于|超过|超出|多于|少于")
_INCLUDED = r"^\s*(?:[(（]含[)）])?\s*(?:及其?|或|和|的)?"
_SUFFIXES = [
    ("≥", re.compile(_INCLUDED + "(?:以上|起(?![步来点]))")),
    ("≤", re.compile(_INCLUDED + "(?:以内|之内|以下|内(?=$|[，,；;。、)）的]))")),
    ("≈", re.compile(r"^\s*(?:左右|上下|前后)")),
]
_BOUND_LEFT = re.compile(r"^\s*(?:[(（]含[)）])?\s*(?:[—–~～至到]|-(?=\s*\d))")
_BOUND_RIGHT = re.compile(r"\s*(?:[(（]含[)）])?\s*(?:[—–~～至到]|-)\s*")
_MORE = re.compile(r"[\s十百千万亿]*[余多]")

_FILLER = r"(?:了|约|近|超过?|不低于|不少于|不高于|不超过|至少|最多|分别|各|均|幅度?|再|达到?|为|保持在?|稳定在?|控制在?|力争|[\s:：])*$"
_BY = re.compile(
    "(?:(?P<up>(?:增长|增加|提高|(?<!改造)(?<!整治)(?<!巩固)(?<!优化)提升|上升|上浮|上涨|加快|扩大|(?<!新)增|涨)(?!值))"
    "|(?P<down>下降|减少|降低|下浮|下调|压减|压缩|压降|缩短|削减|缩减|核减|回落|收窄|降|减))" + _FILLER
)
_TO = re.compile(
    "(?:(?P<up>提高|提升|增加|上升|扩大|拓展|增长|上浮|调增|发展|增|升|涨)"
    "|(?P<down>下降|降低|压减|压缩|压降|缩短|减少|缩小|缩减|降|减)|调整|调|改变|变|改)(?:到|至|为)"
    r"(?:约|近|超过?|不低于|不少于|不超过|分别|每人|人均|每|月|年|[\s:：])*$"
)
_FROM = re.compile("[由从][^，,；;。]{0,14}$")
_RATE = re.compile("(?:(?P<up>增幅|增速|增长率|涨幅)|(?P<down>降幅|下降率|减幅))[^，,；;。、]{0,8}$")
_POINTS = re.compile("(?:(?P<up>高|快|超)|(?P<down>低|慢))[于出过]?[^，,；;。]{0,10}$")
_SHARE = re.compile(r"占[^，,；;。]*$|(?:完成|为|达到|达|相当于|是|按照?)[^，,；;。]{0,16}的\s*$")
_DOUBLE = re.compile(r"翻(?:了|两|一)?\s*$")
_PER = re.compile(
    r"(?P<mean>[人户亩村校月年日床])均|每(?P<scale>[十百千万亿]*)(?:常住|户籍|城镇|农村|个|名(?=[^，]{0,2}$))*"
    "(?P<thing>人口|人|名|位|户|亩|平方公里|公里|学期|季度|周|月|年|日|天|村|校|床|张|次|站|家|件|所|个|生|小时)"
)
_THINGS = {"人口": "人", "名": "人", "位": "人", "生": "人", "天": "日"}
_BOUNDARY = re.compile(r"[，,；;。！？!?|｜\t\r\n]")
_POINT_UNITS = ("百分点", "千分点")
_SHARE_UNITS = ("%", "‰", "‱", "倍")


def joins_range(gap: str) -> bool:
    """Whether what stands between two numbers makes them the ends of a range (98.5%（含）至99.2%)."""
    return _BOUND_RIGHT.fullmatch(gap) is not None


def compares(gap: str) -> bool:
    """Whether what stands between two numbers of a list compares the second (8分≤12.8%)."""
    return re.search("[≥≤<>＞＜约近超]", gap) is not None


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a number. ``before`` reaches from the number before it, or of its list (70%、50%), to the number;
    ``between`` stands before its unit (300余台); ``after`` starts behind its unit, ``list_after`` behind the last unit of the list; ``previous`` is the quantity before
    it in the sentence and ``previous_before`` what stood before that."""

    before: str = ""
    between: str = ""
    after: str = ""
    list_after: str = ""
    previous: Quantity | None = None
    previous_before: str = ""


def read(number: str, unit: str | None = None, context: Context | None = None) -> Quantity:
    """The quantity of a number and its unit in their context. What is not understood is null with a reason."""
    context = context or Context()
    digits, written = _split(number, unit)
    measure = units.read(written) if written else Unit("", Decimal(1), None)
    unread = Quantity(unit=measure.name or None, unit_written=written, dimension=measure.dimension)
    ratio = _RATIO.search(digits) is not None
    values = [numerals.ratio(digits)] if ratio else [_value(part, written, measure) for part in _RANGE.split(digits)]
    low, high = values[0], values[-1]
    if low is None or high is None or len(values) > 2:
        return replace(unread, reason="ratio" if ratio else "numeral")
    if low > high:
        return replace(unread, reason="range")
    clause = _BOUNDARY.split(context.before)[-1]
    comparator = "range" if low < high else _comparator(clause, context, measure.name, written or "")
    relation, direction = _relation(clause, measure.name, digits)
    base = None
    rises = relation is Relation.CHANGE_TO or joins_range(clause)
    if rises and context.previous and _FROM.search(context.previous_before):
        relation, base = Relation.FROM_TO, context.previous.min or context.previous.max
    if measure.name == "番":
        low, high, measure = 2**low, 2**high, units.read("倍")
    share = relation is Relation.RATIO or "分之" in digits or digits.endswith("半")
    return Quantity(
        comparator,
        min=None if comparator in ("≤", "<") else numerals.plain(low),
        max=None if comparator in ("≥", ">") else numerals.plain(high),
        unit=measure.name or None,
        unit_written=written,
        dimension=measure.dimension if written else "" if share else None,
        relation=relation,
        direction=direction,
        base=base,
        per=_per(clause),
    )


def _split(number: str, unit: str | None) -> tuple[str, str | None]:
    """The numeral and the written unit, also where the number's span holds both."""
    digits = unicodedata.normalize("NFKC", number).strip()
    if leading := _LEADING_SHARE.fullmatch(digits):
        return leading[2], leading[1]
    if unit is not None and unit.strip():
        return digits, re.sub(r"\s+", "", unit)
    if tenths := _TENTHS.fullmatch(digits):
        rest = {"": "", "半": "五"}.get(tenths[2] or "", tenths[2] or "")
        return f"{tenths[1]}十{rest}", "百分之"
    if (joined := _WITH_UNIT.fullmatch(digits)) and not _RANGE.search(digits) and not _RATIO.search(digits):
        return joined[1], joined[2]
    return digits, None


def _value(part: str, written: str | None, measure: Unit) -> Decimal | None:
    """The value of one numeral in the canonical unit."""
    part = part.rstrip("%‰")
    negative = part[:1] in ("-", "−", "负")
    part = part[1:] if negative else part
    if written and "亿" in part and written[:1] in ("万", "千"):
        # 3亿5000万元, cut as 3亿5000 + 万元: only the last digits are ten thousands.
        value = numerals.read(part + written[:1])
        factor = measure.factor / numerals.scale(written[:1])
    else:
        value, factor = numerals.read(part), measure.factor
    if value is None:
        return None
    return -value * factor if negative else value * factor


def _comparator(clause: str, context: Context, unit: str, written: str) -> str:
    for after in (context.after, context.list_after):
        for comparator, suffix in _SUFFIXES:
            if suffix.match(after):
                return _before(clause, unit, skip="≈" if comparator != "≈" else "") or comparator
    if found := _before(clause, unit):
        return found
    if _BOUND_LEFT.match(context.after) and not _FROM.search(clause):
        return "≥"
    if context.previous and joins_range(clause) and not _FROM.search(context.previous_before):
        return "≤"
    return ">" if _MORE.match(context.between) or _MORE.match(written) else "="


def _before(clause: str, unit: str, skip: str = "") -> str | None:
    """The comparator that the words before a number state, the one next to it if there are several."""
    found = [(m.end(), sign, m[0]) for sign, pattern in _COMPARATORS for m in pattern.finditer(clause)]
    for end, sign, words in sorted(found, reverse=True):
        compared = unit in _POINT_UNITS or _REFERENCE.search(clause, end)
        if sign == skip or (_DIFFERENCE.fullmatch(words) and compared):
            continue
        if sign == "≤" and words.startswith("控制") and skip:
            continue
        return sign
    return None


def _relation(clause: str, unit: str, digits: str) -> tuple[Relation | None, str | None]:
    if _RATIO.search(digits):
        return Relation.RATIO, None
    if to := _TO.search(clause):
        return Relation.CHANGE_TO, _direction(to)
    if unit in _POINT_UNITS:
        return Relation.CHANGE_BY, _direction(_BY.search(clause) or _POINTS.search(clause))
    part = unit in _SHARE_UNITS or "分之" in digits or digits in ("一半", "半")
    if by := _BY.search(clause):
        return (Relation.GROWTH if part else Relation.CHANGE_BY), _direction(by)
    if unit in ("倍", "番"):
        return Relation.MULTIPLE, None
    if part and (rate := _RATE.search(clause)):
        return Relation.GROWTH, _direction(rate)
    return (Relation.SHARE, None) if part and _SHARE.search(clause) else (None, None)


def _direction(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    return next((name for name in ("up", "down") if match[name]), None)


def _per(clause: str) -> str | None:
    found = max(_PER.finditer(clause), key=re.Match.start, default=None)
    if found is None:
        return None
    if found["mean"]:
        return _THINGS.get(found["mean"], found["mean"])
    thing = _THINGS.get(found["thing"], found["thing"])
    return (numerals.plain(numerals.scale(found["scale"])) if found["scale"] else "") + thing

"""A NUMBER with its surroundings as a quantity: comparator, bounds, unit, relation."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from service.records import numerals, relations, units
from service.records.model import Quantity, Relation
from service.records.traditional import simplified
from service.records.units import Unit

BEFORE, AFTER = 40, 12
"""How many characters before and behind a number matter at most."""

_RANGE = re.compile(r"(?<=[^\s—–－~～至到\-])\s*(?:[—–－~～]+|-+|至|到)\s*(?=[^\s—–－~～至到\-])")
_RATIO = re.compile("[:：∶]|(?<=[0-9一二三四五六七八九十])比(?=[0-9一二三四五六七八九十])")
_TOLERANCE = re.compile("(.*)±(.+)")
_LEADING_SHARE = re.compile("([百千万]分之)(.+)")
_MOST_DOUBLINGS = 30
"""What is more can only be damaged text (2.3亿番), and its power of two has no end."""
_TENTHS = re.compile("([一二两三四五六七八九])成([一二三四五六七八九半])?")
_WITH_UNIT = re.compile(r"([\d.,]+)(\D+)")
_HEDGED = re.compile(r"(?P<before>[≥≤<>≈上约近超逾过]?)(?P<numeral>.*?)(?P<after>[余多来]?)")
_HEDGES = {"上": "≥", "约": "≈", "近": "≈", "超": ">", "逾": ">", "过": ">", "余": ">", "多": ">", "来": "≈"}
_NEIGHBOURS = re.compile(
    "(?P<tens>[二三四五六七八九]?十)?(?P<low>[一二两三四五六七八九])(?P<high>[二两三四五六七八九])(?P<scale>[十百千万亿]*)"
)
_TEENS = re.compile("(?P<tens>[二三四五六七八九]?)十[几多]")
_HALF_MORE = re.compile("(?P<measure>个)半(?P<unit>.+)|(?P<whole>.{1,2})半")

_GRANTED = (
    "(?:可|达|到|为|再|给予|奖励?|奖补|补助?|补贴|资助|支持|扣减?|加|得|只|仅|须|要|应|达到|不[低超][于过]|一次性|累计"
    "|每(?:[人年月日户家件项次亩吨村镇县校班]|个?(?:项目|企业|单位|家庭|基地|网点|站点|园区|平台)))*"
    "(?:(?:给予|按)[^，,；;。、]{0,10})?\\s*$"
)
"""What may stand between 最高 and its number (最高每人每年, 最高给予年租金的); 最高气温 and 最低收购价 are metrics."""
_COMPARATORS = [
    (
        "≥",
        re.compile(
            "不(?:得|应|宜|能|可|会)?(?:低|少|小|短|弱|差|亚)于|不下于|≥|>=|(?:至少|起码)[^，,；;。、]{0,8}$|(?:最少|最低|下限|保底)"
            + _GRANTED
        ),
    ),
    (
        "≤",
        re.compile(
            "不(?:得|应|宜|能|可|会)?(?:高|多|大|晚|长|迟)于|不(?:得|应|宜|能|可|会)?(?:超过|超出|突破|超)|≤|<="
            "|至多[^，,；;。、]{0,8}$|(?:最多|最高|最长|上限)" + _GRANTED + "|控制(?:在|到|为|于)[^，,；;。、]{0,6}$"
        ),
    ),
    (">", re.compile(r"(?<!不)(?<!不[得应宜能可会])(?:超过|超出|突破|高于|大于|多于|优于)|>|(?:超|逾)\s*$")),
    (
        "<",
        re.compile(
            r"(?<!不)(?<!不[得应宜能可会])(?:低于|少于|小于|短于)|(?:不足|不到|不满|未满)[^，,；;。、的]{0,3}$|未达到?$|<"
        ),
    ),
    ("≈", re.compile(r"(?:大约|大概|约为|(?<![签预节违履集契公条制特邀解续])约|将近|接近|(?<![附最邻就临靠])近)\s*$")),
]
_SHORT_OF = re.compile("(?:不足|不到)[^，,；;。、]{1,12}的\\s*$")
"""Only before a share: 不到全国平均水平的四分之三."""
_BEHIND_REFERENCE = re.compile(
    "^(?:左右)?的?(?:(?:年度|全年|年初|预期|预算|控制|规划|序时|省定|市定)+(?:目标|任务|进度|要求|安排)|目标|要求|安排|警戒线|标准线)"
)
_REFERENCE = re.compile(
    "年初|规定|要求|省定|国定|确定|目标|任务|计划|序时|平均|上年|去年|同期|全[省市县区国州]|上[月季]|均价|基准|同类"
)
_DIFFERENCE = re.compile("高于|低于|超过|超出|多于|少于|未达到?")
_INCLUDED = r"^\s*(?:[(（]不?含[^()（）]{0,8}[)）])?\s*(?:及其?|或|和|的)?"
_SUFFIXES = [
    ("≥", re.compile(_INCLUDED + "(?:以上|往上|起步(?=$|[，,；;。、)）])|起(?![步来点]))")),
    ("≤", re.compile(_INCLUDED + "(?:以内|之内|以下|封顶|内(?=$|[，,；;。、(（)）的]))")),
    ("≈", re.compile(r"^\s*(?:左右|上下|前后)")),
    (">", re.compile(r"^\s*(?:(?:有余|出头|开外|以外)|[多余](?=$|[，,；;。、)）的]))")),
]
_EXCLUDED = re.compile(r"^\s*(?:以上|以下|以内|内)?\s*[(（]不含")
"""What makes a bound strict: 5万元（不含）以下, 5万元以下（不含）."""
_STRICT = {"≥": ">", "≤": "<"}
_BOUND_LEFT = re.compile(r"^\s*(?:[(（]不?含[)）])?\s*(?:[—–~～至到]+|-(?=\s*\d))")
_BOUND_RIGHT = re.compile(r"\s*(?:[(（]不?含[)）])?\s*(?:[—–~～至到]+|-)\s*")
_MORE = re.compile(r"[\s十百千万亿个]*[余多]")

_FROM = re.compile("[由从][^，,；;。]{0,14}$")
_BOUNDARY = re.compile(r"[，,；;。！？!?|｜\t]")
_LINE_BREAK = re.compile(r"[ \t]*[\r\n]+\s*")


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
    context = _in_one_line(context or Context())
    digits, written = _split(number, unit)
    digits, hedge = _unhedged(digits)
    half = _HALF_MORE.fullmatch(written or "")
    read_unit = (half["whole"] or half["measure"] + half["unit"]) if half else written
    measure = units.read(read_unit) if read_unit else Unit("", Decimal(1), None)
    unread = Quantity(unit=measure.name or None, unit_written=written, dimension=measure.dimension)
    clause = _BOUNDARY.split(context.before)[-1]
    ratio = _RATIO.search(digits) is not None
    values = _neighbours(digits, measure) or (
        [numerals.ratio(digits)] if ratio else _ends(digits, clause, read_unit, measure)
    )
    low, high = values[0], values[-1]
    if low is None or high is None or len(values) > 2:
        return replace(unread, reason="ratio" if ratio else "numeral")
    if low > high:
        return replace(unread, reason="range")
    if half and low == high:
        low = high = low + measure.factor / 2
    part = measure.name in relations.SHARE_UNITS or _is_fraction(digits)
    comparator = (
        "range" if low < high else hedge or _comparator(clause, context, measure.name, simplified(written or ""), part)
    )
    relation, direction = relations.relation(clause, measure.name, ratio, part)
    base = None
    rises = relation is Relation.CHANGE_TO or joins_range(clause)
    if rises and context.previous and _FROM.search(context.previous_before):
        relation, base = Relation.FROM_TO, context.previous.min or context.previous.max
    if measure.name == "番":
        if high > _MOST_DOUBLINGS:
            return replace(unread, reason="numeral")
        low, high, measure = 2**low, 2**high, units.read("倍")
    share = relation is Relation.RATIO or _is_fraction(digits)
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
        per=relations.counted_on(clause, measure.name),
    )


def _in_one_line(context: Context) -> Context:
    """The context with plain letters (NFKC, simplified) and without line breaks, which stand for nothing."""
    texts = (context.before, context.between, context.after, context.list_after, context.previous_before)
    plain = (simplified(unicodedata.normalize("NFKC", text)) for text in texts)
    before, between, after, list_after, previous = (_LINE_BREAK.sub("", text) for text in plain)
    return Context(before, between, after, list_after, context.previous, previous)


def _is_fraction(digits: str) -> bool:
    return "分之" in digits or "/" in digits or digits.endswith("半")


def _unhedged(digits: str) -> tuple[str, str | None]:
    """The numeral without a hedge inside its span (三百余, 近百, 上千), and what that says."""
    found = _HEDGED.fullmatch(digits)
    if found is None or not found["numeral"] or not (found["before"] or found["after"]) or _TEENS.fullmatch(digits):
        return digits, None
    hedge = found["before"] or found["after"]
    return found["numeral"], _HEDGES.get(hedge, hedge)


def _neighbours(digits: str, measure: Unit) -> list[Decimal | None]:
    """The ends of a rough numeral: 三五 3 to 5, 七八十 70 to 80, 十几 11 to 19; empty for others."""
    if teens := _TEENS.fullmatch(digits):
        tens = (numerals.read(teens["tens"]) or Decimal(10)) * measure.factor
        return [tens + measure.factor, tens + 9 * measure.factor]
    found = _NEIGHBOURS.fullmatch(digits)
    if found is None:
        return []
    low, high = (numerals.read(found[end]) or Decimal(0) for end in ("low", "high"))
    if high != low + 1 and not (low == 3 and high == 5):
        return []
    tens = numerals.read(found["tens"]) or Decimal(0) if found["tens"] else Decimal(0)
    factor = numerals.scale(found["scale"]) * measure.factor
    return [(tens + low) * factor, (tens + high) * factor]


def _ends(digits: str, clause: str, written: str | None, measure: Unit) -> list[Decimal | None]:
    """The value of a number, or both ends of a range (5—8) or of a tolerance (18±2, or ± right before the number)."""
    tolerance = _TOLERANCE.fullmatch(("±" if clause.rstrip().endswith("±") else "") + digits)
    if tolerance is None:
        return [_value(part, written, measure) for part in _RANGE.split(digits)]
    middle, most = (_value(part or "0", written, measure) for part in tolerance.groups())
    return [None] if middle is None or most is None else [middle - most, middle + most]


def _split(number: str, unit: str | None) -> tuple[str, str | None]:
    """The numeral and the written unit, also where the number's span holds both."""
    digits = re.sub(r"\s+", "", simplified(unicodedata.normalize("NFKC", number)).replace("⁄", "/"))
    if leading := _LEADING_SHARE.fullmatch(digits):
        return leading[2], leading[1]
    if unit is not None and unit.strip():
        return digits, re.sub(r"\s+", "", unit)
    if tenths := _TENTHS.fullmatch(digits):
        rest = {"": "", "半": "五"}.get(tenths[2] or "", tenths[2] or "")
        return f"{tenths[1]}十{rest}", "百分之"
    if digits[-1:] in ("%", "‰"):
        return digits[:-1], digits[-1]
    if (joined := _WITH_UNIT.fullmatch(digits)) and not _RANGE.search(digits) and not _RATIO.search(digits):
        return joined[1], joined[2]
    return digits, None


def _value(part: str, written: str | None, measure: Unit) -> Decimal | None:
    """The value of one numeral in the canonical unit."""
    part = part.rstrip("%‰")
    negative = part[:1] in ("-", "−", "负")
    part = part[1:] if negative or part[:1] == "+" else part
    written = simplified(written or "")
    if "亿" in part and written[:1] in ("万", "千"):
        # 3亿5000万元, cut as 3亿5000 + 万元: only the last digits are ten thousands.
        value = numerals.read(part + written[:1])
        factor = measure.factor / numerals.scale(written[:1])
    else:
        value, factor = numerals.read(part), measure.factor
    if value is None:
        return None
    return -value * factor if negative else value * factor


def _comparator(clause: str, context: Context, unit: str, written: str, part: bool) -> str:
    found = _bound(clause, context, unit, written, part)
    return _STRICT.get(found, found) if _EXCLUDED.match(context.after) else found


def _bound(clause: str, context: Context, unit: str, written: str, part: bool) -> str:
    for after in (context.after, context.list_after):
        for comparator, suffix in _SUFFIXES:
            if suffix.match(after):
                return _before(clause, unit, skip="≈" if comparator != "≈" else "") or comparator
    if found := _before(clause, unit, behind=context.after):
        return found
    if part and _SHORT_OF.search(clause):
        return "<"
    if _BOUND_LEFT.match(context.after) and not _FROM.search(clause):
        return "≥"
    if context.previous and joins_range(clause) and not _FROM.search(context.previous_before):
        return "≤"
    return ">" if _MORE.match(context.between) or _MORE.match(written) else "="


def _before(clause: str, unit: str, skip: str = "", behind: str = "") -> str | None:
    """The comparator that the words before a number state, the one next to it if there are several.

    低于 and the like compare something else with the number where it is itself a plan (低于96%的目标).
    """
    found = [(m.end(), sign, m[0]) for sign, pattern in _COMPARATORS for m in pattern.finditer(clause)]
    for end, sign, words in sorted(found, reverse=True):
        compared = unit in relations.POINT_UNITS or _REFERENCE.search(clause, end) or _BEHIND_REFERENCE.match(behind)
        if sign == skip or (_DIFFERENCE.fullmatch(words) and compared):
            continue
        if sign == "≤" and words.startswith("控制") and skip:
            continue
        return sign
    return None

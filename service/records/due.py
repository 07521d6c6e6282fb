"""A DEADLINE as dates: a small grammar of what officials write, on the calendar and the document's anchors."""

import datetime
import itertools
import re
import unicodedata
from collections.abc import Sequence

from service.records import days, numerals, periods
from service.records.anchor import Anchors
from service.records.model import Anchor, Due, Duration
from service.records.periods import Period
from service.records.traditional import simplified

BEFORE = 24
"""How many characters before a deadline matter at most."""
LONGEST = 40
"""A longer deadline is not read."""

REASONS = ("anchor", "day", "event", "recurring", "duration", "season", "several", "form")
"""Why a deadline has no dates; Due says what each means."""

_HAN = re.compile(
    "[〇零一二两三四五六七八九十百]+(?=个?(?:半?月|半?小时|工作日|自然日|日|号|天|年|分钟|周|星期|季)|[—–至、-][一二三四五六七八九十])"
)
_SHORT_YEAR = re.compile("^(?=[2-4][0-9]年(?:[底末终]|1?[0-9]月|[上下]半年|第?[一二三四1-4]季))")
"""Before a year of two digits, which no length of time can be: 26年6月底."""
_BARE_YEAR = re.compile("(?<![0-9])20[0-9]{2}(?=$|[—–~～至到-]+20[0-9]{2}(?![0-9])|[底末])")
"""A year without 年: 2026, 2026—2028, 2026底."""
_DO = "坚持|推进|开展|实施|落实|有效|执行|抓好|进行|工作|任务|整改|长效"
_OPEN = re.compile(f"(?:(?:长期|持续|常态|常年|始终|不间断|经常)(?:化|性)?(?:{_DO})?[、,，]?)+")
_IMMEDIATE = re.compile("立行立改|即知即改|即查即改|边查边改|随时|(?:立即|即时|即刻|马上)(?:整改|执行|落实|办理|启动)?")
_RECURRING = re.compile("每(?:个?工作日|年|月|季|周|半年|学期|两年|旬|日|天|逢)|[逐按][年月季周]|次月[0-9]|定期")
_SEASON = re.compile(
    "汛|学期|学年|开学|灌|[秋夏抢麦]收|[春秋]耕|[春秋夏播]种|春播|开采|高考|中考|供暖|采暖|入[春夏秋冬伏]|雨|[丰枯平]水期|防火期|台风"
    "|[春夏秋冬]季|秋冬|迎峰度[夏冬]|三[伏九]天|立[春夏秋冬]|[夏冬]至|霜降|暑|寒假"
)
_LENGTH = (
    "(?:(?P<count>[0-9]{1,3})(?P<unit>个?工作日|个?自然日|日历[天日]|个月|年|天|日|个?小时|分钟|周|个?星期|个季度)"
    "|(?P<halves>[0-9]{0,2})个?半(?P<half>个?月|小时|天|日)|(?P<years>[0-9]{1,2})年半|半年)"
)
_DURATION = re.compile(_LENGTH + "(?P<within>之内|以内|内)?")
_AHEAD = re.compile("(?:今后|未来|此后|接下来|近)" + _LENGTH + "内?")
_FROM_EVENT = re.compile("(?P<event>.{1,16}?(?:(?:之日|当日|日)起|后))(?P<length>[0-9半].{0,6}内)")
_DURATIONS = {
    "工作日": "workday", "自然日": "day", "日历天": "day", "日历日": "day", "月": "month", "年": "year", "日": "day", "天": "day", "小时": "hour", "分钟": "minute", "周": "week",
    "星期": "week",
}  # fmt: skip
_HALVES = {"月": (15, "day"), "小时": (30, "minute"), "天": (12, "hour"), "日": (12, "hour")}
_LONGEST_MONTH = 31
_SPAN_OF_TIME = re.compile(
    "[0-9]{1,3}(?:—|–|-|至|到)[0-9]{1,3}(?:个?工作日|个月|年|天|日|小时|分钟|周)(?:之内|以内|内)?"
)
_EVENT = re.compile(r"([^自从\s，,；;。|]{0,16}?)(?:(?:之日|之时|当日|日)起|后)[，,]?$")
_OF_DOCUMENT = re.compile(
    "(?:(?:本|此|责任[书状])[^，,；;。]{0,8}?)?(?:正式)?(?:印发|发布|下发|发文|通报|公布|签订|签署|签字|签发|出台|颁布)"
)
_EVENT_DATED = re.compile(
    ".*(?:签约|签订|开工|竣工|完工|验收|批复|批准|核准|交付|交房|投产|投用|通车|受理|立项|招标|中标|换届|结账|期间|当[日天]|次日).*"
)
_TODAY = re.compile("即日起?(?:至|到|—|-)?")
_LEAD = re.compile("^(?:于|在|从|自|力争|确保|贯穿)+")
_UNTIL = re.compile("^(?:截至|截止到?|到|至|(?:最迟|最晚|不晚于|不迟于)于?)+")
_TAIL = re.compile(f"(?:[,，]?(?:并|且)?(?:持续|长期|常态化)?(?:完成|到位|办结|竣工|建成|全部|完工|投用|止|{_DO}))+$")
_CLOCK = re.compile(
    "(?:(?:凌晨|早上|上午|中午|下午|晚上|(?<![今明])[早晚])?[0-9]{1,2}[时点:](?:[0-9]{1,2}分?)?整?|下班|零时|凌晨|中午|上午|下午|晚上|天黑)$"
)
_MODES = [
    ("around", re.compile("(?:前后|左右)$")),
    ("before", re.compile("(?:之前|以前|前夕|前)$")),
    ("from", re.compile("(?:开始|起)$")),
    ("within", re.compile("(?:之内|以内|内)$")),
]
_RANGE = re.compile("(?<=[年月日号季度旬末底今0-9])(?:起?至|到|[—–~～-]+)(?=[第上下今明次0-9])")
_LIST = re.compile("[、和及与或]")
_FESTIVAL = re.compile(f"(?:{'|'.join(days.FESTIVALS)})")
_NEAR_YEAR = "(?P<near>今年|本年度?|当年|全年|年度|明年|次年|来年|翌年|下年度?|后年)"
_YEAR = f"(?:(?P<year>[0-9]{{4}})年度?|{_NEAR_YEAR})"
_FESTIVALS = re.compile(
    rf"{_YEAR}?(?:(?:{'|'.join(days.FESTIVALS)})(?:国际)?(?:劳动|妇女|儿童|青年|建军)?(?:节|假期|长假)*[、和及]?)+"
)
_PAIR = re.compile("(今明|明后)[2两]年")
_PARTS = [
    ("day", re.compile(_YEAR + "?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]?")),
    ("ten-days", re.compile(_YEAR + "?(?P<month>[0-9]{1,2})月份?(?:(?P<thirds>上中?|中下?|下)旬|(?P<opens>初))")),
    ("month", re.compile(_YEAR + "?(?P<month>[0-9]{1,2})月份?(?P<end>[底末])?")),
    ("month", re.compile(_YEAR + "?前(?P<first>[0-9]{1,2})个月")),
    ("quarter", re.compile(_YEAR + "?第?(?P<quarter>[1-4])季度?(?P<end>[底末])?")),
    ("quarter", re.compile(_YEAR + "?前(?P<quarters>[1-4])个?季度")),
    ("half", re.compile(_YEAR + "?(?P<half>[上下])半年(?P<end>[底末])?")),
    ("year", re.compile(_YEAR + "(?:全年|年?(?P<end>[底末终])|年)?")),
    ("year", re.compile("年(?P<end>[底末终])?")),
]
_AROUND_NEW_YEAR = ("元旦", "春节", "除夕", "元宵")
_LATER = {"明": 1, "次": 1, "来": 1, "翌": 1, "下": 1, "后": 2}


class _Unread(Exception):
    """Carries the reason why a deadline has no dates."""


def read(text: str, anchors: Anchors, before: str = "", headings: Sequence[str] = (), id: str = "") -> Due:
    """When a deadline is due.

    ``before`` is what stands before it in its clause (自本通知印发之日起), ``headings`` what stands above, ``id`` its entity
    id. What is not understood has null dates and a reason.
    """
    words = _normal(text)
    if len(words) > LONGEST:
        return Due(id, reason="form")
    if _OPEN.fullmatch(words):
        return Due(id, precision="open")
    if _IMMEDIATE.fullmatch(words):
        return Due(id, precision="immediate")
    if _SPAN_OF_TIME.fullmatch(words):
        return Due(id, precision="duration", reason="duration")
    try:
        return _Reader(anchors, headings, id).read(words, before)
    except _Unread as unread:
        return Due(id, reason=str(unread))
    except (ValueError, OverflowError):
        # No such day: 2月30日, 9999年底 and a month later.
        return Due(id, reason="form")


def _normal(text: str) -> str:
    words = simplified(unicodedata.normalize("NFKC", text[: LONGEST * 4]))
    words = re.sub(r"[\s“”\"'‘’「」《》〔〕]|[(（]含[^()（）]*[)）]", "", words)
    words = _SHORT_YEAR.sub("20", words)
    words = re.sub(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})(?![0-9])", r"\1年\2月\3日", words)
    words = re.sub(r"([0-9]{4})[./-](0?[1-9]|1[0-2])(?![0-9年])", r"\1年\2月", words)
    words = re.sub(r"^([0-9]{1,2})[·./]([0-9]{1,2})(?=之?前|以前|$)", r"\1月\2日", words)
    words = re.sub("Q([1-4])", r"\1季度", re.sub("([0-9]{4})年?(?=Q)", r"\1年", words)).replace("首季", "1季")
    words = _BARE_YEAR.sub(r"\g<0>年", words)
    return _HAN.sub(lambda m: _digits(m[0]), words)


def _digits(numeral: str) -> str:
    value = numerals.read(numeral)
    return numeral if value is None else numerals.plain(value)


class _Reader:
    """Reads one deadline, and keeps the anchor that it needed."""

    def __init__(self, anchors: Anchors, headings: Sequence[str], id: str) -> None:
        self._anchors, self._headings, self._id = anchors, headings, id
        self._used: Anchor | None = None

    def read(self, words: str, before: str) -> Due:
        if _RECURRING.match(words):
            raise _Unread("recurring")
        if ahead := _AHEAD.fullmatch(words):
            return self._duration(ahead, "")
        if counted := _FROM_EVENT.fullmatch(words):
            words, before = counted["length"], counted["event"]
        duration = _DURATION.fullmatch(words)
        if duration and (duration["unit"] != "日" or duration["within"] or int(duration["count"]) > _LONGEST_MONTH):
            return self._duration(duration, before)
        if today := _TODAY.match(words):
            rest = words[today.end() :]
            start, end = self._today(), self._period(rest).end if rest else None
            if end and end < start:
                raise _Unread("form")
            return self._due(start, end, "day")
        until = _UNTIL.match(words)
        mode, core = _mode(_TAIL.sub("", _LEAD.sub("", words[until.end() :] if until else words)))
        if mode == "around" or (mode == "before" and core == "年"):
            raise _Unread("form")
        period = self._period(core)
        if mode == "before":
            named = period.closes or period.precision in ("day", "ten-days", "half", "years", "term")
            end = period.end if named else period.start - datetime.timedelta(days=1)
            return self._due(None, end, period.precision)
        if mode == "from":
            return self._due(period.end if period.closes else period.start, None, period.precision)
        return self._due(None if period.closes or until else period.start, period.end, period.precision)

    def _due(self, start: datetime.date | None, end: datetime.date | None, precision: str) -> Due:
        precision = "day" if precision == "festival" else precision
        dates = [day.isoformat() if day else None for day in (start, end)]
        return Due(self._id, dates[0], dates[1], precision, self._used)

    def _duration(self, found: re.Match[str], before: str) -> Due:
        duration = _length(found)
        event = _EVENT.search(simplified(before[-BEFORE:]))
        if event is None or not _OF_DOCUMENT.fullmatch(event[1]) or duration.unit in ("hour", "minute"):
            return Due(self._id, precision="duration", duration=duration, reason="event" if event else "duration")
        anchor = self._anchors.day()
        if anchor is None:
            return Due(self._id, precision="duration", duration=duration, reason="anchor")
        end = _later(datetime.date.fromisoformat(anchor.date), duration)
        return Due(self._id, None, end.isoformat(), "duration", anchor, duration)

    def _period(self, core: str) -> Period:
        while clock := _CLOCK.search(core):
            core = core[: clock.start()]
        if _SEASON.search(core):
            raise _Unread("season")
        if (ends := _RANGE.split(core, maxsplit=1)) and len(ends) == 2:
            return self._range(ends[0], ends[1])
        if plan := periods.five_year_plan(core):
            return plan
        if festivals := _FESTIVALS.fullmatch(core):
            return self._festival(core, festivals.groupdict())
        if _LIST.search(core):
            return self._list(_LIST.split(core))
        if periods.is_near(core):
            period = periods.near(core, self._today())
            if period is None:
                raise _Unread("form")
            return period
        if pair := _PAIR.fullmatch(core):
            first = self._anchor_year() + (pair[1] == "明后")
            return periods.years(first, first + 1)
        for precision, pattern in _PARTS:
            if part := pattern.fullmatch(core):
                return self._part(precision, part.groupdict())
        raise _Unread("event" if _EVENT_DATED.fullmatch(core) else "form")

    def _part(self, precision: str, part: dict[str, str | None]) -> Period:
        closes = bool(part.get("end"))
        year = self._year(part)
        month = int(part.get("month") or 0)
        if precision == "day":
            day = datetime.date(year, month, int(part["day"] or 0))
            return Period(day, day, "day")
        if precision == "ten-days":
            return periods.thirds(year, month, part["thirds"] or "上")
        if precision == "month":
            first, last = (1, int(part["first"] or 0)) if part.get("first") else (month, month)
        elif precision == "quarter":
            last = 3 * int(part.get("quarter") or part["quarters"] or 0)
            first = last - 2 if part.get("quarter") else 1
        elif precision == "half":
            first, last = (1, 6) if part["half"] == "上" else (7, 12)
        else:
            first, last = 1, 12
        return periods.months(year, first, last, precision, closes)

    def _range(self, left: str, right: str) -> Period:
        """Two ends that share what only one of them names: 6—10月, 2018年1月—5月, 6月1日至10日."""
        start = self._period(_completed(left, right))
        if left.endswith("月") and re.fullmatch("[0-9]{1,2}", right):
            right = f"{right}月"
        if re.fullmatch("[0-9]{1,2}[日号]", right):
            right = f"{start.start.month}月{right}"
        named = re.match("([0-9]{4}|今|本|明)年", left)
        own_year = re.match("[0-9]{4}年|[今明次来]年", right)
        end = self._period(right if own_year or not named else named[0] + right)
        if end.end < start.start:
            raise _Unread("form")
        return Period(start.start, end.end, "years" if end.precision == "year" else end.precision)

    def _list(self, names: list[str]) -> Period:
        """Periods that follow one another (10月、11月); of other lists each has a date of its own."""
        found = [self._period(_completed(name, names[-1])) for name in names]
        for earlier, later in itertools.pairwise(found):
            if earlier.closes or later.closes or later.start != earlier.end + datetime.timedelta(days=1):
                raise _Unread("several")
        return Period(found[0].start, found[-1].end, "years" if found[0].precision == "year" else found[0].precision)

    def _festival(self, names: str, part: dict[str, str | None]) -> Period:
        """The first of the festivals; of those around the new year the next one where the anchor is a day after it."""
        wanted = _FESTIVAL.findall(names)
        first = self._year(part)
        day = _first_festival(wanted, first)
        dated = not part["year"] and not part["near"] and self._used is not None and len(self._used.date) == 10
        if dated and self._used and day.isoformat() < self._used.date and wanted[0] in _AROUND_NEW_YEAR:
            day = _first_festival(wanted, first + 1)
        return Period(day, day, "festival")

    def _year(self, part: dict[str, str | None]) -> int:
        if year := part.get("year"):
            return int(year)
        near = part.get("near")
        return self._anchor_year() + (_LATER.get(near[0], 0) if near else 0)

    def _anchor_year(self) -> int:
        self._used = self._anchors.year(self._headings)
        if self._used is None:
            raise _Unread("anchor")
        return int(self._used.date[:4])

    def _today(self) -> datetime.date:
        self._used = self._anchors.day()
        if self._used is None:
            raise _Unread("anchor" if self._anchors.year(self._headings) is None else "day")
        return datetime.date.fromisoformat(self._used.date)


def _first_festival(names: list[str], year: int) -> datetime.date:
    found = [days.festival(name, year) for name in names]
    if None in found:
        raise _Unread("season")
    return min(day for day in found if day)


def _mode(words: str) -> tuple[str | None, str]:
    for name, pattern in _MODES:
        if found := pattern.search(words):
            return name, words[: found.start()]
    return None, words


def _completed(name: str, last: str) -> str:
    """A name that ends in a number, with the unit that only the last of its list names (6—10月, 一、二季度)."""
    if not name[-1:].isdigit() and name not in ("上", "下"):
        return name
    return name + ("月" if re.search("年[0-9]{1,2}$", name) else re.sub("^[第0-9上下]+", "", last)[:2])


def _length(found: re.Match[str]) -> Duration:
    if unit := (found["unit"] or "").removeprefix("个"):
        count = int(found["count"])
        return Duration(3 * count, "month") if unit == "季度" else Duration(count, _DURATIONS[unit])
    if found["half"]:
        count, unit = _HALVES[found["half"].removeprefix("个")]
        whole = int(found["halves"] or 0)
        if unit == "hour" and whole:
            raise _Unread("form")
        return Duration(count * (2 * whole + 1), unit)
    return Duration(6 + 12 * int(found["years"] or 0), "month")


def _later(day: datetime.date, duration: Duration) -> datetime.date:
    if duration.unit == "workday":
        return days.working_day(day, duration.count)
    if duration.unit in ("day", "week"):
        return day + datetime.timedelta(days=duration.count * (7 if duration.unit == "week" else 1))
    return days.months_later(day, duration.count * {"month": 1, "year": 12}[duration.unit])

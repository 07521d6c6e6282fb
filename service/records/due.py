"""A DEADLINE as dates: a small grammar of what officials write, on the calendar and the document's anchors."""

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from service.records import days, numerals
from service.records.anchor import Anchors
from service.records.model import Anchor, Due, Duration

BEFORE = 24
"""How many characters before a deadline matter at most."""
LONGEST = 40
"""A longer deadline is not read."""

_HAN = re.compile(
    "[〇零一二两三四五六七八九十百]+(?=个?(?:工作日|月|日|号|天|年|小时|分钟|周|星期|季)|[—–至-][一二三四五六七八九十])"
)
_OPEN = re.compile(
    "(?:长期|持续|常态|常年|始终|不间断|经常)(?:化|性)?(?:坚持|推进|开展|实施|落实|有效|执行|抓好|进行|工作|任务)?"
)
_RECURRING = re.compile("每(?:年|月|季|周|半年|学期|两年|旬|日|天)|[逐按][年月季]|定期")
_SEASON = re.compile(
    "汛|学期|学年|开学|灌|[秋夏抢麦]收|[春秋]耕|[春秋夏播]种|春播|高考|中考|供暖|采暖|入[春夏秋冬]|雨季|防火期|台风|[春夏秋冬]季|暑|寒假"
)
_DURATION = re.compile("([0-9]{1,3}|半)(个?工作日|个月|年|天|日|个?小时|分钟|周|个?星期|个季度)(之内|以内|内)?")
_DURATIONS = {
    "工作日": "workday", "月": "month", "年": "year", "日": "day", "天": "day", "小时": "hour", "分钟": "minute", "周": "week",
    "星期": "week", "季度": "quarter",
}  # fmt: skip
_SPAN_OF_TIME = re.compile(
    "[0-9]{1,3}(?:—|–|-|至|到)[0-9]{1,3}(?:个?工作日|个月|年|天|日|小时|分钟|周)(?:之内|以内|内)?"
)
_EVENT = re.compile(r"([^自从\s，,；;。|]{0,16}?)(?:(?:之日|之时|当日|日)起|后)[，,]?$")
_OF_DOCUMENT = re.compile(
    "(?:(?:本|此|责任[书状])[^，,；;。]{0,8}?)?(?:正式)?(?:印发|发布|下发|通报|公布|签订|签署|签字|签发|出台|颁布)"
)
_TODAY = re.compile("即日起?(?:至|到|—|-)?")
_LEAD = re.compile("^(?:截至|截止到?|到|至|于|在|从|自|最迟|力争|确保)+")
_TAIL = re.compile("(?:完成|到位|办结|竣工|建成|全部)+$")
_CLOCK = re.compile("(?:[0-9]{1,2}[时点:](?:[0-9]{1,2}分?)?|下班|零时|中午|上午|下午)$")
_MODES = [
    ("around", re.compile("前后$")),
    ("before", re.compile("(?:之前|以前|前夕|前)$")),
    ("from", re.compile("(?:开始|起)$")),
    ("within", re.compile("(?:之内|以内|内)$")),
]
_RANGE = re.compile("(?<=[年月日号季度旬0-9])(?:起?至|到|[—–~～-]+)(?=[第上下今明次0-9])")
_PLAN = re.compile("([一二三四五六七八九十]{1,3})五(?:规划|计划)?(期末|末期|末|收官|时期|期间)?")
_FESTIVAL = re.compile(f"(?:{'|'.join(days.FESTIVALS)})")
_FESTIVALS = re.compile(rf"(?P<year>[0-9]{{4}}年)?(?:(?:{'|'.join(days.FESTIVALS)})(?:节|假期|长假)*[、和及]?)+")
_RELATIVE = re.compile("(?P<what>本月|当月|下个?月|次月|本周|下周)份?(?P<end>[底末])?")
_PAIR = re.compile("(今明|明后)[2两]年")
_YEAR = "(?:(?P<year>[0-9]{4})年度?|(?P<near>今年|本年度?|当年|全年|年度|明年|次年|来年|翌年|下年度?|后年))"
_PARTS = [
    ("day", re.compile(_YEAR + "?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]?")),
    ("ten-days", re.compile(_YEAR + "?(?P<month>[0-9]{1,2})月份?(?P<third>[上中下])旬")),
    ("month", re.compile(_YEAR + "?(?P<month>[0-9]{1,2})月份?(?P<end>[底末])?")),
    ("quarter", re.compile(_YEAR + "?第?(?P<quarter>[1-4])季度?(?P<end>[底末])?")),
    ("half", re.compile(_YEAR + "?(?P<half>[上下])半年(?P<end>[底末])?")),
    ("year", re.compile(_YEAR + "(?P<end>[底末终])?")),
    ("year", re.compile("年(?P<end>[底末终])?")),
]
_LATER = {"明": 1, "次": 1, "来": 1, "翌": 1, "下": 1, "后": 2}


class _Unread(Exception):
    """Carries the reason why a deadline has no dates."""


@dataclass(frozen=True, slots=True)
class _Period:
    """The days that a text names; it names only their end where it ``closes`` (底, 末)."""

    start: datetime.date
    end: datetime.date
    precision: str
    closes: bool = False


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
    words = re.sub(r"[\s“”\"'‘’「」《》〔〕]", "", unicodedata.normalize("NFKC", text[: LONGEST * 4]))
    words = re.sub(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})(?![0-9])", r"\1年\2月\3日", words)
    words = re.sub(r"([0-9]{4})[./-](0?[1-9]|1[0-2])(?![0-9年])", r"\1年\2月", words)
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
        duration = _DURATION.fullmatch(words)
        if duration and (duration[2] != "日" or duration[3]):
            return self._duration(duration, before)
        if today := _TODAY.match(words):
            rest = words[today.end() :]
            start, end = self._today(), self._period(rest).end if rest else None
            if end and end < start:
                raise _Unread("form")
            return self._due(start, end, "day")
        mode, core = _mode(_TAIL.sub("", _LEAD.sub("", words)))
        if mode == "around" or (mode == "before" and core == "年"):
            raise _Unread("form")
        period = self._period(core)
        if mode == "before":
            named = period.closes or period.precision in ("day", "ten-days", "half", "years", "term")
            end = period.end if named else period.start - datetime.timedelta(days=1)
            return self._due(None, end, period.precision)
        if mode == "from":
            return self._due(period.end if period.closes else period.start, None, period.precision)
        return self._due(None if period.closes else period.start, period.end, period.precision)

    def _due(self, start: datetime.date | None, end: datetime.date | None, precision: str) -> Due:
        precision = "day" if precision == "festival" else precision
        dates = [day.isoformat() if day else None for day in (start, end)]
        return Due(self._id, dates[0], dates[1], precision, self._used)

    def _duration(self, found: re.Match[str], before: str) -> Due:
        unit = _DURATIONS[found[2].removeprefix("个")]
        if found[1] == "半":
            if unit != "year":
                raise _Unread("form")
            duration = Duration(6, "month")
        else:
            duration = Duration(int(found[1]), unit)
        event = _EVENT.search(before[-BEFORE:])
        if event is None or not _OF_DOCUMENT.fullmatch(event[1]) or duration.unit in ("hour", "minute"):
            return Due(self._id, precision="duration", duration=duration, reason="event" if event else "duration")
        anchor = self._anchors.day()
        if anchor is None:
            return Due(self._id, precision="duration", duration=duration, reason="anchor")
        end = _later(datetime.date.fromisoformat(anchor.date), duration)
        return Due(self._id, None, end.isoformat(), "duration", anchor, duration)

    def _period(self, core: str) -> _Period:
        core = _CLOCK.sub("", core)
        if (ends := _RANGE.split(core, maxsplit=1)) and len(ends) == 2:
            return self._range(ends[0], ends[1])
        if plan := _PLAN.fullmatch(core):
            return _plan_period(plan)
        if festivals := _FESTIVALS.fullmatch(core):
            return self._festival(core, festivals["year"])
        if relative := _RELATIVE.fullmatch(core):
            return self._relative(relative["what"], relative["end"])
        if pair := _PAIR.fullmatch(core):
            first = self._anchor_year() + (pair[1] == "明后")
            return _Period(datetime.date(first, 1, 1), datetime.date(first + 1, 12, 31), "years")
        for precision, pattern in _PARTS:
            if part := pattern.fullmatch(core):
                return self._part(precision, part.groupdict())
        raise _Unread("season" if _SEASON.search(core) else "form")

    def _part(self, precision: str, part: dict[str, str | None]) -> _Period:
        closes = bool(part.get("end"))
        year = self._year(part)
        month = int(part.get("month") or 0)
        if precision == "day":
            day = datetime.date(year, month, int(part["day"] or 0))
            return _Period(day, day, "day")
        if precision == "ten-days":
            first = {"上": 1, "中": 11, "下": 21}[part["third"] or ""]
            start = datetime.date(year, month, first)
            return _Period(
                start, days.month_end(year, month) if first == 21 else start.replace(day=first + 9), precision
            )
        if precision == "month":
            return _months(year, month, month, precision, closes)
        if precision == "quarter":
            quarter = int(part["quarter"] or 0)
            return _months(year, 3 * quarter - 2, 3 * quarter, precision, closes)
        if precision == "half":
            return _months(year, *((1, 6) if part["half"] == "上" else (7, 12)), precision, closes)
        return _months(year, 1, 12, precision, closes)

    def _range(self, left: str, right: str) -> _Period:
        """Two ends that share what only one of them names: 6—10月, 2018年1月—5月, 6月1日至10日."""
        if left.isdigit():
            left += re.sub("^[第0-9]+", "", right)[:1].replace("季", "季度")
        start = self._period(left)
        if re.fullmatch("[0-9]{1,2}[日号]", right):
            right = f"{start.start.month}月{right}"
        named = re.match("([0-9]{4})年", left)
        end = self._period(right if re.match("[0-9]{4}年|[明次来]年", right) or not named else named[0] + right)
        if end.end < start.start:
            raise _Unread("form")
        return _Period(start.start, end.end, "years" if end.precision == "year" else end.precision)

    def _relative(self, what: str, end: str | None) -> _Period:
        today = self._today()
        if "周" in what:
            monday = today - datetime.timedelta(days=today.weekday() - 7 * what.startswith("下"))
            return _Period(monday, monday + datetime.timedelta(days=6), "week", bool(end))
        month = days.months_later(today.replace(day=1), int(what[0] in "下次"))
        return _months(month.year, month.month, month.month, "month", bool(end))

    def _festival(self, names: str, year: str | None) -> _Period:
        """The first of the festivals; of 元旦 and 春节 the next one where the anchor is a day after it."""
        wanted = _FESTIVAL.findall(names)
        first = int(year[:-1]) if year else self._anchor_year()
        day = _first_festival(wanted, first)
        dated = self._used is not None and len(self._used.date) == 10
        if dated and self._used and day.isoformat() < self._used.date and wanted[0] in ("元旦", "春节"):
            day = _first_festival(wanted, first + 1)
        return _Period(day, day, "festival")

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


def _months(year: int, first: int, last: int, precision: str, closes: bool) -> _Period:
    return _Period(datetime.date(year, first, 1), days.month_end(year, last), precision, closes)


def _plan_period(plan: re.Match[str]) -> _Period:
    """A five-year plan: the first began in 1953, from the third of 1966 on they follow without a gap."""
    number = numerals.read(plan[1])
    if number is None or number < 3:
        raise _Unread("form")
    start = 1951 + 5 * int(number)
    closes = plan[2] in ("期末", "末期", "末", "收官")
    return _Period(datetime.date(start, 1, 1), datetime.date(start + 4, 12, 31), "term", closes)


def _later(day: datetime.date, duration: Duration) -> datetime.date:
    if duration.unit == "workday":
        return days.working_day(day, duration.count)
    if duration.unit in ("day", "week"):
        return day + datetime.timedelta(days=duration.count * (7 if duration.unit == "week" else 1))
    return days.months_later(day, duration.count * {"month": 1, "quarter": 3, "year": 12}[duration.unit])

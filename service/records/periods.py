"""Stretches of days that a deadline names: months, five-year plans, days counted from the day of the document."""

import datetime
import re
from dataclasses import dataclass

from service.records import days, numerals

_PLAN = re.compile(
    "(?P<plan>[一二三四五六七八九十]{1,3})五(?:规划|计划)?"
    "(?:(?P<end>期末|末期|末|收官(?:之年)?)|时期|期间|(?P<first>开局(?:之年)?|首年)|(?P<side>[前后])(?P<years>[1-4])年)?"
)
_DAY = re.compile("(?:今[天日晚早]|(?P<next>明[天日晚早])|(?P<later>后天))")
_WEEKDAY = re.compile("(?P<week>本|这|下)?个?(?:周|星期)(?P<day>[一二三四五六日天1-6])")
_WEEK = re.compile("(?P<week>本|这|下)个?(?:周|星期)(?P<end>[底末])?")
_MONTH = re.compile("(?:(?P<month>本|当|下个?|次)月份?|月(?=[底末]))(?:(?P<end>[底末])|(?P<third>[上中下])旬)?")
_QUARTER = re.compile("(?P<quarter>本|当|下[一1]?个?)季度?(?P<end>[底末])?")
_MONTH_DAY = re.compile("(?:(?P<month>本|当|下个?)月)?(?P<day>[0-9]{1,2})[日号]")
_WEEKDAYS = "一二三四五六日"
_THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a text names; it names only their end where it ``closes`` (底, 末)."""

    start: datetime.date
    end: datetime.date
    precision: str
    closes: bool = False


def months(year: int, first: int, last: int, precision: str, closes: bool = False) -> Period:
    """From the first day of a month to the last of another."""
    return Period(datetime.date(year, first, 1), days.month_end(year, last), precision, closes)


def years(first: int, last: int) -> Period:
    """Whole years."""
    return Period(datetime.date(first, 1, 1), datetime.date(last, 12, 31), "years" if last > first else "year")


def thirds(year: int, month: int, names: str) -> Period:
    """Thirds of a month that touch: 上 to the tenth, 中 to the twentieth, 下 to its end."""
    first, last = _THIRDS[names[0]][0], _THIRDS[names[-1]][1]
    end = days.month_end(year, month)
    return Period(datetime.date(year, month, first), end.replace(day=min(last, end.day)), "ten-days")


def five_year_plan(text: str) -> Period | None:
    """A five-year plan or its first or last years, None if the text names none.

    The first plan began in 1953; from the third, of 1966, on they follow without a gap.
    """
    found = _PLAN.fullmatch(text)
    number = numerals.read(found["plan"]) if found else None
    if found is None or number is None or number < 3:
        return None
    first = 1951 + 5 * int(number)
    if found["first"]:
        return years(first, first)
    if found["side"]:
        count = int(found["years"])
        return years(first, first + count - 1) if found["side"] == "前" else years(first + 5 - count, first + 4)
    return Period(datetime.date(first, 1, 1), datetime.date(first + 4, 12, 31), "term", bool(found["end"]))


def is_near(text: str) -> bool:
    """Whether a text names days by the day of the document: 明天, 本周五, 下月, 月底, 本季度末, 15号."""
    return any(pattern.fullmatch(text) for pattern in (_DAY, _WEEKDAY, _WEEK, _MONTH, _QUARTER, _MONTH_DAY))


def near(text: str, today: datetime.date) -> Period | None:
    """What a text for which ``is_near`` holds names on a day, None for a day of the month or week that has passed."""
    if day := _DAY.fullmatch(text):
        return _one_day(today + datetime.timedelta(days=2 if day["later"] else bool(day["next"])))
    monday = today - datetime.timedelta(days=today.weekday())
    if weekday := _WEEKDAY.fullmatch(text):
        named = weekday["day"].replace("天", "日")
        index = int(named) - 1 if named.isdigit() else _WEEKDAYS.index(named)
        found = monday + datetime.timedelta(days=index + 7 * (weekday["week"] == "下"))
        return _one_day(found) if found >= today else None
    if week := _WEEK.fullmatch(text):
        monday += datetime.timedelta(days=7 * (week["week"] == "下"))
        return Period(monday, monday + datetime.timedelta(days=6), "week", bool(week["end"]))
    if quarter := _QUARTER.fullmatch(text):
        first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        first = days.months_later(first, 3 * quarter["quarter"].startswith("下"))
        return months(first.year, first.month, first.month + 2, "quarter", bool(quarter["end"]))
    if day := _MONTH_DAY.fullmatch(text):
        found = _month(today, day["month"]).replace(day=int(day["day"]))
        return _one_day(found) if found >= today else None
    if month := _MONTH.fullmatch(text):
        first = _month(today, month["month"])
        if month["third"]:
            return thirds(first.year, first.month, month["third"])
        return months(first.year, first.month, first.month, "month", bool(month["end"]))
    return None


def _month(today: datetime.date, name: str | None) -> datetime.date:
    return days.months_later(today.replace(day=1), int(name in ("下", "下个", "次")))


def _one_day(day: datetime.date) -> Period:
    return Period(day, day, "day")

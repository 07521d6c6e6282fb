"""Days of the calendar: working days, festivals, ends of periods."""

import datetime
from functools import lru_cache

import holidays

_FIXED = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "妇女节": (3, 8),
    "植树节": (3, 12),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "五四": (5, 4),
    "青年节": (5, 4),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "十一": (10, 1),
    "国庆": (10, 1),
}
_MOVING = ("春节", "清明", "端午", "中秋")
_BY_NEW_YEAR = {"除夕": -1, "元宵": 14}
"""Days after the first of the lunar year."""
_DOUBLE_NINTH = "重阳"
FESTIVALS = (*_FIXED, *_MOVING, *_BY_NEW_YEAR, _DOUBLE_NINTH)
"""The festivals whose day is known."""


def working_day(start: datetime.date, count: int) -> datetime.date:
    """The ``count``-th working day after a day, by the public holidays and make-up days of China.

    Holidays that the government has not yet announced are the statutory ones without make-up days.
    """
    day: datetime.date = _china().get_nth_working_day(start, count)
    return day


def festival(name: str, year: int) -> datetime.date | None:
    """The day of a festival in a year, None where it is not known."""
    if name in _FIXED:
        return datetime.date(year, *_FIXED[name])
    if name in _BY_NEW_YEAR:
        first = festival("春节", year)
        return first and first + datetime.timedelta(days=_BY_NEW_YEAR[name])
    if name == _DOUBLE_NINTH:  # no holiday on the mainland
        return min((day for day, title in _macau_of(year).items() if title == "重陽節"), default=None)
    found = [day for day, title in _china_of(year).items() if name in title and "补" not in title]
    return min(found, default=None)


def month_end(year: int, month: int) -> datetime.date:
    """The last day of a month."""
    return months_later(datetime.date(year, month, 1), 1) - datetime.timedelta(days=1)


def months_later(day: datetime.date, count: int) -> datetime.date:
    """The same day of a later month, or that month's last."""
    index = day.year * 12 + day.month - 1 + count
    first = datetime.date(index // 12, index % 12 + 1, 1)
    following = datetime.date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + datetime.timedelta(days=day.day - 1), following - datetime.timedelta(days=1))


@lru_cache(maxsize=1)
def _china() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


@lru_cache(maxsize=64)
def _china_of(year: int) -> dict[datetime.date, str]:
    return dict(holidays.country_holidays("CN", years=year, language="zh_CN"))


@lru_cache(maxsize=64)
def _macau_of(year: int) -> dict[datetime.date, str]:
    return dict(holidays.country_holidays("MO", years=year, language="zh_MO"))

import datetime

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import records
from service.record_schemas import DueAnswer
from service.records import due
from service.records.anchor import Anchors
from service.records.model import Anchor, Due, Duration

ANCHORS = Anchors(signature=datetime.date(2025, 3, 10))

# (text, from, to, precision): anchored at 2025-03-10
READ: list[tuple[str, str | None, str | None, str]] = [
    # days
    ("12月31日前", None, "2025-12-31", "day"),
    ("2026年1月15日前", None, "2026-01-15", "day"),
    ("11月20日", "2025-11-20", "2025-11-20", "day"),
    ("9月20日以前", None, "2025-09-20", "day"),
    ("9月20号之前", None, "2025-09-20", "day"),
    ("7月5日24时前", None, "2025-07-05", "day"),
    ("12月5日下班前", None, "2025-12-05", "day"),
    ("10月8日起", "2025-10-08", None, "day"),
    ("7月1日开始", "2025-07-01", None, "day"),
    ("十一月三十日前", None, "2025-11-30", "day"),
    ("２０２５年６月３０日前", None, "2025-06-30", "day"),
    ("2025-06-30", "2025-06-30", "2025-06-30", "day"),
    ("2025/6/30前", None, "2025-06-30", "day"),
    ("2025.06.30前", None, "2025-06-30", "day"),
    ("次年1月5日前", None, "2026-01-05", "day"),
    ("二〇二六年三月一日前", None, "2026-03-01", "day"),
    # years without 年, or of two digits
    ("2026", "2026-01-01", "2026-12-31", "year"),
    ("2026底", None, "2026-12-31", "year"),
    ("2026-2028", "2026-01-01", "2028-12-31", "years"),
    ("2026—2028年", "2026-01-01", "2028-12-31", "years"),
    ("26年6月底", None, "2026-06-30", "month"),
    ("26年底", None, "2026-12-31", "year"),
    ("2026.3—10", "2026-03-01", "2026-10-31", "month"),
    # quarters by the day of the document
    ("本季度末", None, "2025-03-31", "quarter"),
    ("当季", "2025-01-01", "2025-03-31", "quarter"),
    ("下一季度末", None, "2025-06-30", "quarter"),
    ("下季度", "2025-04-01", "2025-06-30", "quarter"),
    # months
    ("12月", "2025-12-01", "2025-12-31", "month"),
    ("12月份", "2025-12-01", "2025-12-31", "month"),
    ("六月份", "2025-06-01", "2025-06-30", "month"),
    ("6月底前", None, "2025-06-30", "month"),
    ("6月底", None, "2025-06-30", "month"),
    ("6月末", None, "2025-06-30", "month"),
    ("2月底前", None, "2025-02-28", "month"),
    ("2028年2月底前", None, "2028-02-29", "month"),
    ("7月底以前", None, "2025-07-31", "month"),
    ("六月底前", None, "2025-06-30", "month"),
    ("今年9月底前", None, "2025-09-30", "month"),
    ("次年1月底前", None, "2026-01-31", "month"),
    ("明年3月", "2026-03-01", "2026-03-31", "month"),
    ("2026年12月", "2026-12-01", "2026-12-31", "month"),
    ("2026-12", "2026-12-01", "2026-12-31", "month"),
    ("2026年9月起", "2026-09-01", None, "month"),
    ("10月起", "2025-10-01", None, "month"),
    ("11月前", None, "2025-10-31", "month"),
    ("2026年1月前", None, "2025-12-31", "month"),
    ("本月底", None, "2025-03-31", "month"),
    ("下月", "2025-04-01", "2025-04-30", "month"),
    ("下个月底前", None, "2025-04-30", "month"),
    ("到6月底", None, "2025-06-30", "month"),
    ("10月底前完成", None, "2025-10-31", "month"),
    # ten days, weeks
    ("9月中旬", "2025-09-11", "2025-09-20", "ten-days"),
    ("10月下旬", "2025-10-21", "2025-10-31", "ten-days"),
    ("11月上旬", "2025-11-01", "2025-11-10", "ten-days"),
    ("12月中旬前", None, "2025-12-20", "ten-days"),
    ("2026年2月下旬", "2026-02-21", "2026-02-28", "ten-days"),
    ("本周内", "2025-03-10", "2025-03-16", "week"),
    ("下周", "2025-03-17", "2025-03-23", "week"),
    # quarters and halves
    ("第三季度", "2025-07-01", "2025-09-30", "quarter"),
    ("三季度", "2025-07-01", "2025-09-30", "quarter"),
    ("四季度", "2025-10-01", "2025-12-31", "quarter"),
    ("三季度末", None, "2025-09-30", "quarter"),
    ("三季度末前", None, "2025-09-30", "quarter"),
    ("三季度内", "2025-07-01", "2025-09-30", "quarter"),
    ("三季度前", None, "2025-06-30", "quarter"),
    ("明年一季度", "2026-01-01", "2026-03-31", "quarter"),
    ("2026年第二季度", "2026-04-01", "2026-06-30", "quarter"),
    ("上半年", "2025-01-01", "2025-06-30", "half"),
    ("下半年", "2025-07-01", "2025-12-31", "half"),
    ("2026年上半年", "2026-01-01", "2026-06-30", "half"),
    ("上半年前", None, "2025-06-30", "half"),
    # years
    ("2023年", "2023-01-01", "2023-12-31", "year"),
    ("2023年度", "2023-01-01", "2023-12-31", "year"),
    ("2023年底", None, "2023-12-31", "year"),
    ("2023年底前", None, "2023-12-31", "year"),
    ("2023年末", None, "2023-12-31", "year"),
    ("2026年起", "2026-01-01", None, "year"),
    ("2030年前", None, "2029-12-31", "year"),
    ("年底前", None, "2025-12-31", "year"),
    ("年底", None, "2025-12-31", "year"),
    ("年终", None, "2025-12-31", "year"),
    ("年内", "2025-01-01", "2025-12-31", "year"),
    ("全年", "2025-01-01", "2025-12-31", "year"),
    ("今年", "2025-01-01", "2025-12-31", "year"),
    ("当年", "2025-01-01", "2025-12-31", "year"),
    ("明年", "2026-01-01", "2026-12-31", "year"),
    ("明年底前", None, "2026-12-31", "year"),
    # ranges
    ("6—10月", "2025-06-01", "2025-10-31", "month"),
    ("6―10月", "2025-06-01", "2025-10-31", "month"),
    ("2025年6月――2026年2月", "2025-06-01", "2026-02-28", "month"),
    ("3月至5月", "2025-03-01", "2025-05-31", "month"),
    ("2018年1月-5月", "2018-01-01", "2018-05-31", "month"),
    ("2024年11月—2025年1月", "2024-11-01", "2025-01-31", "month"),
    ("6月1日至10日", "2025-06-01", "2025-06-10", "day"),
    ("9月25日至10月5日", "2025-09-25", "2025-10-05", "day"),
    ("2025—2027年", "2025-01-01", "2027-12-31", "years"),
    ("2025-2027年", "2025-01-01", "2027-12-31", "years"),
    ("2025年至2027年", "2025-01-01", "2027-12-31", "years"),
    ("今明两年", "2025-01-01", "2026-12-31", "years"),
    ("即日起至8月底", "2025-03-10", "2025-08-31", "day"),
    ("即日起", "2025-03-10", None, "day"),
    # five-year plans
    ("“十四五”末", None, "2025-12-31", "term"),
    ("“十五五”末", None, "2030-12-31", "term"),
    ("“十四五”时期", "2021-01-01", "2025-12-31", "term"),
    ("“十三五”期间", "2016-01-01", "2020-12-31", "term"),
    ("“十五五”期末", None, "2030-12-31", "term"),
    # festivals
    ("国庆节前", None, "2025-09-30", "day"),
    ("“七一”前夕", None, "2025-06-30", "day"),
    ("“八一”前", None, "2025-07-31", "day"),
    ("清明节前", None, "2025-04-03", "day"),
    ("端午节前", None, "2025-05-30", "day"),
    ("春节前", None, "2026-02-16", "day"),
    ("2026年春节前", None, "2026-02-16", "day"),
    ("元旦前", None, "2025-12-31", "day"),
    ("中秋、国庆节前", None, "2025-09-30", "day"),
    # more days
    ("2025年12月31日24:00前", None, "2025-12-31", "day"),
    ("12月31日（含）前", None, "2025-12-31", "day"),
    ("4月12日17时前", None, "2025-04-12", "day"),
    ("15日晚8点前", None, "2025-03-15", "day"),
    ("截止12月31日", None, "2025-12-31", "day"),
    ("自2025年4月1日起", "2025-04-01", None, "day"),
    ("10月1日0时起", "2025-10-01", None, "day"),
    ("最迟于11月20日", None, "2025-11-20", "day"),
    ("“4·23”前", None, "2025-04-23", "day"),
    ("9.30前", None, "2025-09-30", "day"),
    ("12/31前", None, "2025-12-31", "day"),
    # counted from the day of the document, a Monday
    ("今天", "2025-03-10", "2025-03-10", "day"),
    ("今晚8点前", None, "2025-03-10", "day"),
    ("明天中午12点前", None, "2025-03-11", "day"),
    ("明早7点起", "2025-03-11", None, "day"),
    ("周三18:00前", None, "2025-03-12", "day"),
    ("本周五下班前", None, "2025-03-14", "day"),
    ("下周一", "2025-03-17", "2025-03-17", "day"),
    ("16日前", None, "2025-03-16", "day"),
    ("本月28日前", None, "2025-03-28", "day"),
    ("下月15日前", None, "2025-04-15", "day"),
    ("月底前", None, "2025-03-31", "month"),
    ("本月中旬", "2025-03-11", "2025-03-20", "ten-days"),
    ("下月上旬", "2025-04-01", "2025-04-10", "ten-days"),
    # more months and parts of months
    ("3月初", "2025-03-01", "2025-03-10", "ten-days"),
    ("12月中下旬", "2025-12-11", "2025-12-31", "ten-days"),
    ("9月上中旬", "2025-09-01", "2025-09-20", "ten-days"),
    ("不晚于11月底", None, "2025-11-30", "month"),
    ("不迟于2026年6月底", None, "2026-06-30", "month"),
    ("2025.06", "2025-06-01", "2025-06-30", "month"),
    ("二零二六年六月底前", None, "2026-06-30", "month"),
    ("2025年12月底前完成", None, "2025-12-31", "month"),
    ("6月底前完成，长期坚持", None, "2025-06-30", "month"),
    ("翌年2月底前", None, "2026-02-28", "month"),
    # more quarters, halves, years
    ("前三季度", "2025-01-01", "2025-09-30", "quarter"),
    ("2026年前三季度", "2026-01-01", "2026-09-30", "quarter"),
    ("前11个月", "2025-01-01", "2025-11-30", "month"),
    ("首季", "2025-01-01", "2025-03-31", "quarter"),
    ("2025年Q3", "2025-07-01", "2025-09-30", "quarter"),
    ("第3季度末", None, "2025-09-30", "quarter"),
    ("今年上半年", "2025-01-01", "2025-06-30", "half"),
    ("2026年全年", "2026-01-01", "2026-12-31", "year"),
    ("2025年年底前", None, "2025-12-31", "year"),
    ("明年年底前", None, "2026-12-31", "year"),
    ("今年年内", "2025-01-01", "2025-12-31", "year"),
    ("到2027年", None, "2027-12-31", "year"),
    ("贯穿全年", "2025-01-01", "2025-12-31", "year"),
    ("全年持续推进", "2025-01-01", "2025-12-31", "year"),
    ("年底前并长期坚持", None, "2025-12-31", "year"),
    ("二〇二七年", "2027-01-01", "2027-12-31", "year"),
    # more ranges and lists of what follows one another
    ("2025年6—10月", "2025-06-01", "2025-10-31", "month"),
    ("今年6—9月", "2025-06-01", "2025-09-30", "month"),
    ("2025.5-2026.12", "2025-05-01", "2026-12-31", "month"),
    ("2025年5—2026年12月", "2025-05-01", "2026-12-31", "month"),
    ("5月上旬至9月底", "2025-05-01", "2025-09-30", "month"),
    ("6月1—10日", "2025-06-01", "2025-06-10", "day"),
    ("11月15日至次年3月15日", "2025-11-15", "2026-03-15", "day"),
    ("自2025年1月1日起至2027年12月31日止", "2025-01-01", "2027-12-31", "day"),
    ("第三至四季度", "2025-07-01", "2025-12-31", "quarter"),
    ("一、二季度", "2025-01-01", "2025-06-30", "quarter"),
    ("上、下半年", "2025-01-01", "2025-12-31", "half"),
    ("10月、11月", "2025-10-01", "2025-11-30", "month"),
    ("2025年和2026年", "2025-01-01", "2026-12-31", "years"),
    ("2025、2026年", "2025-01-01", "2026-12-31", "years"),
    ("2025～2027年", "2025-01-01", "2027-12-31", "years"),
    # more of five-year plans
    ("“十四五”规划期末", None, "2025-12-31", "term"),
    ("“十四五”规划收官之年", None, "2025-12-31", "term"),
    ("“十四五”前三年", "2021-01-01", "2023-12-31", "years"),
    ("“十五五”后两年", "2029-01-01", "2030-12-31", "years"),
    ("“十五五”开局之年", "2026-01-01", "2026-12-31", "year"),
    # more festivals
    ("元宵节前", None, "2026-03-02", "day"),
    ("除夕前", None, "2026-02-15", "day"),
    ("重阳节前", None, "2025-10-28", "day"),
    ("今年重阳节前", None, "2025-10-28", "day"),
    ("“五一”国际劳动节前", None, "2025-04-30", "day"),
    ("国庆假期前", None, "2025-09-30", "day"),
    # traditional letters
    ("國慶節前", None, "2025-09-30", "day"),
    ("9月底前開展", None, "2025-09-30", "month"),
    # open
    ("长期", None, None, "open"),
    ("长期坚持", None, None, "open"),
    ("持续推进", None, None, "open"),
    ("常态化开展", None, None, "open"),
    ("持续整改", None, None, "open"),
    ("常态长效", None, None, "open"),
    ("长期坚持、持续推进", None, None, "open"),
    # at once
    ("立行立改", None, None, "immediate"),
    ("即知即改", None, None, "immediate"),
    ("立即整改", None, None, "immediate"),
]


@pytest.mark.parametrize(("text", "start", "end", "precision"), READ)
def test_read(text: str, start: str | None, end: str | None, precision: str) -> None:
    found = due.read(text, ANCHORS)
    assert (found.from_, found.to, found.precision, found.reason) == (start, end, precision, None)


@pytest.mark.parametrize(
    ("text", "before", "to", "duration"),
    [
        ("20个工作日内", "自本通知印发之日起", "2025-04-08", Duration(20, "workday")),
        ("5个工作日内", "本方案印发后", "2025-03-17", Duration(5, "workday")),
        ("三个月内", "自印发之日起", "2025-06-10", Duration(3, "month")),
        ("30日内", "各单位自本责任书签订之日起", "2025-04-09", Duration(30, "day")),
        ("两周内", "自本清单下发之日起", "2025-03-24", Duration(2, "week")),
        ("半年内", "自本意见发布之日起", "2025-09-10", Duration(6, "month")),
        ("一年内", "从本办法公布之日起，", "2026-03-10", Duration(1, "year")),
        ("两个季度内", "自本方案印发之日起", "2025-09-10", Duration(6, "month")),
        ("半个月内", "自本通知印发之日起", "2025-03-25", Duration(15, "day")),
        ("一年半内", "自本意见印发之日起", "2026-09-10", Duration(18, "month")),
        ("一个半月内", "自本通知印发之日起", "2025-04-24", Duration(45, "day")),
        ("兩個月內", "自本計劃印發之日起", "2025-05-10", Duration(2, "month")),
        # with the event in the span
        ("印发之日起三个月内", "", "2025-06-10", Duration(3, "month")),
        ("自发文之日起30日内", "", "2025-04-09", Duration(30, "day")),
    ],
)
def test_counted_from_the_day_of_the_document(text: str, before: str, to: str, duration: Duration) -> None:
    found = due.read(text, ANCHORS, before)
    assert (found.from_, found.to, found.precision, found.duration) == (None, to, "duration", duration)
    assert found.anchor == Anchor("2025-03-10", "signature")


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # over National Day 2025 with its make-up Sunday (28 September) and Saturday (11 October)
        (datetime.date(2025, 9, 20), 10, "2025-10-10"),
        (datetime.date(2025, 10, 10), 1, "2025-10-11"),
        (datetime.date(2025, 4, 30), 1, "2025-05-06"),
        (datetime.date(2025, 3, 14), 1, "2025-03-17"),
    ],
)
def test_working_days_know_holidays_and_make_up_days(start: datetime.date, count: int, end: str) -> None:
    found = due.read(f"{count}个工作日内", Anchors(publication=start), "自本通知印发之日起")
    assert found.to == end


@pytest.mark.parametrize(
    ("text", "before", "reason"),
    [
        ("15个工作日内", "自受理之日起", "event"),
        ("三个月内", "自方案批复之日起", "event"),
        ("10个工作日内", "方案印发后", "event"),
        ("2小时内", "自本通知印发之日起", "event"),
        ("20个工作日内", "审核时限压缩至", "duration"),
        ("三年内", "", "duration"),
        ("5—10年", "", "duration"),
        ("每年2月底前", "", "recurring"),
        ("每季度末", "", "recurring"),
        ("主汛期前", "", "season"),
        ("秋季学期开学前", "", "season"),
        ("2026年汛期前", "", "season"),
        ("冬灌前", "", "season"),
        ("每逢单月", "", "recurring"),
        ("次月5日前", "", "recurring"),
        ("逐月", "", "recurring"),
        ("每个工作日17时前", "", "recurring"),
        ("今后三年", "", "duration"),
        ("未来五年", "", "duration"),
        ("100日", "", "duration"),
        ("180日历天", "", "duration"),
        ("三十个自然日内", "", "duration"),
        ("半小时内", "", "duration"),
        ("批复后10个工作日内", "", "event"),
        ("行动期间", "", "event"),
        ("竣工验收前", "", "event"),
        ("当日内", "", "event"),
        ("迎峰度夏前", "", "season"),
        ("枯水期前", "", "season"),
        ("入伏前", "", "season"),
        ("2025—2026学年", "", "season"),
        ("春茶开采前", "", "season"),
        ("6月底和12月底前", "", "several"),
        ("3月、6月、9月、12月底前", "", "several"),
        ("5月31日、11月30日前", "", "several"),
        ("年中", "", "form"),
        ("年初", "", "form"),
        ("年底左右", "", "form"),
        ("国庆节后", "", "form"),
        ("8月第一周", "", "form"),
        ("5日前", "", "form"),
        ("届时", "", "form"),
        ("年前", "", "form"),
        ("尽快", "", "form"),
        ("扶贫日前后", "", "form"),
        ("2月30日前", "", "form"),
        ("13月", "", "form"),
        ("10月至3月", "", "form"),
        ("项目竣工并通过全部单项和综合验收之后再经过一段时间的试运行直至各方都满意为止之前", "", "event"),
        ("长期坚持、持续推进、常态开展、不间断落实、经常抓好、始终坚持、长期有效、持续落实、经常进行", "", "form"),
        ("", "", "form"),
    ],
)
def test_not_dated(text: str, before: str, reason: str) -> None:
    found = due.read(text, ANCHORS, before)
    assert (found.from_, found.to, found.reason) == (None, None, reason)


@pytest.mark.parametrize(
    "text",
    [
        "年底前",
        "12月",
        "6月底前",
        "上半年",
        "今明两年",
        "国庆节前",
        "下月",
        "即日起",
        "本周内",
        "明天",
        "前三季度",
        "10月、11月",
    ],
)
def test_without_an_anchor_nothing_is_guessed(text: str) -> None:
    found = due.read(text, Anchors())
    assert (found.from_, found.to, found.reason, found.anchor) == (None, None, "anchor", None)


@pytest.mark.parametrize("text", ["下月", "本周内", "即日起", "明天", "周五前", "15号前", "月底前"])
def test_an_anchor_that_is_only_a_year_dates_no_day(text: str) -> None:
    assert due.read(text, Anchors(title=2025)).reason == "day"


@pytest.mark.parametrize("text", ["2023年底", "2025—2027年", "“十四五”末", "2026年6月底前"])
def test_a_deadline_with_its_own_year_needs_no_anchor(text: str) -> None:
    found = due.read(text, Anchors())
    assert found.to is not None
    assert found.anchor is None


def test_the_heading_above_dates_before_the_title() -> None:
    found = due.read("6月底前", Anchors(title=2025), headings=("一、总结", "二、2026年工作计划"))
    assert (found.to, found.anchor) == ("2026-06-30", Anchor("2026", "heading"))


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31)))
def test_a_written_day_is_read_back(day: datetime.date) -> None:
    for text in (f"{day.year}年{day.month}月{day.day}日", day.isoformat(), f"{day.year}/{day.month}/{day.day}"):
        found = due.read(text, Anchors())
        assert (found.from_, found.to) == (day.isoformat(), day.isoformat())


_HAN_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


@given(st.integers(1990, 2090), st.integers(1, 12), st.sampled_from(["", "份", "内"]))
def test_a_written_month_is_read_back(year: int, month: int, ending: str) -> None:
    first = datetime.date(year, month, 1)
    last = first + datetime.timedelta(days=31)
    last -= datetime.timedelta(days=last.day)
    han = (
        f"{year}年".translate(_HAN_DIGITS)
        + ("十" if month > 9 else "")
        + "〇一二三四五六七八九"[month % 10].strip("〇")
    )
    for text in (f"{year}年{month}月{ending}", f"{han}月{ending}"):
        found = due.read(text, Anchors())
        assert (found.from_, found.to) == (first.isoformat(), last.isoformat())
    end = due.read(f"{year}年{month}月底前", Anchors())
    assert (end.from_, end.to) == (None, last.isoformat())


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2089, 12, 31)), st.integers(0, 800))
def test_a_written_range_is_read_back(start: datetime.date, length: int) -> None:
    end = start + datetime.timedelta(days=length)
    day = "{0.year}年{0.month}月{0.day}日"
    for joint in ("至", "—", "-", "起至"):
        found = due.read(day.format(start) + joint + day.format(end), Anchors())
        assert (found.from_, found.to) == (start.isoformat(), end.isoformat())


@given(st.integers(1990, 2090), st.integers(1, 4), st.integers(0, 1))
def test_quarters_and_halves_are_read_back(year: int, quarter: int, half: int) -> None:
    found = due.read(f"{year}年第{'一二三四'[quarter - 1]}季度", Anchors())
    assert (found.from_, found.to[:7] if found.to else "") == (
        f"{year}-{3 * quarter - 2:02}-01",
        f"{year}-{3 * quarter:02}",
    )
    found = due.read(f"{'上下'[half]}半年", Anchors(title=year))
    assert (found.from_, found.to[:7] if found.to else "") == (
        f"{year}-{1 + 6 * half:02}-01",
        f"{year}-{6 + 6 * half:02}",
    )


@given(st.dates(datetime.date(2005, 1, 1), datetime.date(2029, 12, 31)), st.integers(1, 120))
def test_working_days_are_counted_one_by_one(start: datetime.date, count: int) -> None:
    """The independent count: a day after another, over what the calendar calls a working day."""
    calendar = holidays.country_holidays("CN")
    day = start
    for _ in range(count):
        day += datetime.timedelta(days=1)
        while not calendar.is_working_day(day):
            day += datetime.timedelta(days=1)
    found = due.read(f"{count}个工作日内", Anchors(publication=start), "自本通知印发之日起")
    assert found.to == day.isoformat()


@given(st.text(max_size=50), st.text(max_size=30), st.none() | st.dates(), st.lists(st.text(max_size=20), max_size=3))
def test_any_text(text: str, before: str, request_date: datetime.date | None, headings: list[str]) -> None:
    _check(due.read(text, Anchors(request=request_date), before, headings))


@given(
    st.lists(
        st.sampled_from(
            "今明次年底前末内起月日第一二三四季度上下半旬中0123456789—至到个工作周即日十五国庆春节、和起内长期明天晚点初前三后"
        ),
        max_size=14,
    ),
    st.dates(),
)
def test_any_text_of_the_words_of_deadlines(letters: list[str], request_date: datetime.date) -> None:
    _check(due.read("".join(letters), Anchors(request=request_date)))


def _check(found: Due) -> None:
    DueAnswer.model_validate(records.as_dict(records.Record(due=found))["due"])
    dated = found.from_ is not None or found.to is not None
    assert dated == (found.reason is None and found.precision not in ("open", "immediate"))
    if found.from_ and found.to:
        assert found.from_ <= found.to

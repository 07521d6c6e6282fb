import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    # open
    ("长期", None, None, "open"),
    ("长期坚持", None, None, "open"),
    ("持续推进", None, None, "open"),
    ("常态化开展", None, None, "open"),
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
        ("年前", "", "form"),
        ("尽快", "", "form"),
        ("扶贫日前后", "", "form"),
        ("2月30日前", "", "form"),
        ("13月", "", "form"),
        ("10月至3月", "", "form"),
        ("项目竣工并通过全部单项和综合验收之后再经过一段时间的试运行直至各方都满意为止之前", "", "form"),
        ("", "", "form"),
    ],
)
def test_not_dated(text: str, before: str, reason: str) -> None:
    found = due.read(text, ANCHORS, before)
    assert (found.from_, found.to, found.reason) == (None, None, reason)


@pytest.mark.parametrize(
    "text", ["年底前", "12月", "6月底前", "上半年", "今明两年", "国庆节前", "下月", "即日起", "本周内"]
)
def test_without_an_anchor_nothing_is_guessed(text: str) -> None:
    found = due.read(text, Anchors())
    assert (found.from_, found.to, found.reason, found.anchor) == (None, None, "anchor", None)


@pytest.mark.parametrize("text", ["下月", "本周内", "即日起"])
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


@given(st.text(max_size=50), st.text(max_size=30), st.none() | st.dates(), st.lists(st.text(max_size=20), max_size=3))
def test_any_text(text: str, before: str, request_date: datetime.date | None, headings: list[str]) -> None:
    _check(due.read(text, Anchors(request=request_date), before, headings))


@given(
    st.lists(
        st.sampled_from("今明次年底前末内起月日第一二三四季度上下半旬中0123456789—至到个工作周即日十五国庆春节"),
        max_size=14,
    ),
    st.dates(),
)
def test_any_text_of_the_words_of_deadlines(letters: list[str], request_date: datetime.date) -> None:
    _check(due.read("".join(letters), Anchors(request=request_date)))


def _check(found: Due) -> None:
    dated = found.from_ is not None or found.to is not None
    assert dated == (found.reason is None and found.precision != "open")
    if found.from_ and found.to:
        assert found.from_ <= found.to

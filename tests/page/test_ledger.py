"""The ledger: sorted, filtered, walked."""

from collections.abc import Callable
from typing import Any

import pytest


def _column(page: Any, name: str) -> list[str]:
    return page.locator(f".ledger tbody .c-{name}").all_inner_texts()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_columns_sort_both_ways_with_blanks_last(opened: Any, by: str) -> None:
    def sort() -> None:
        if by == "click":
            opened.click(".ledger th.c-due button")
        else:
            opened.focus(".ledger th.c-due button")
            opened.keyboard.press("Enter")

    rows = len(_column(opened, "due"))
    sort()
    dates = [text[:10] for text in _column(opened, "due") if text.startswith("202")]
    assert dates == sorted(dates)
    assert _column(opened, "due")[-1] == ""
    assert opened.get_attribute(".ledger th.c-due", "aria-sort") == "ascending"
    sort()
    dates = [text[:10] for text in _column(opened, "due") if text.startswith("202")]
    assert dates == sorted(dates, reverse=True)
    assert _column(opened, "due")[-1] == ""
    assert len(_column(opened, "due")) == rows
    if by == "keyboard":
        assert opened.evaluate("document.activeElement.dataset.sort") == "due"


def test_numbers_sort_by_size(opened: Any) -> None:
    opened.click(".ledger th.c-value button")
    values = [
        float(text.split()[-1].lstrip("≥≤>< ").replace(",", ""))
        for text in _column(opened, "value")
        if text[-1].isdigit()
    ]
    assert values == sorted(values)
    assert len(values) > 10


def test_progress_is_drawn_where_reported_meets_planned(opened: Any) -> None:
    row = opened.locator(".ledger tbody tr", has_text="新建社区食堂12家")
    assert row.locator(".meter").get_attribute("aria-label") == "完成 75%"
    width = row.locator(".fill").evaluate(
        "e => e.getBoundingClientRect().width / e.parentElement.getBoundingClientRect().width"
    )
    assert width == pytest.approx(0.75, abs=0.02)


def test_filters_by_keyboard(opened: Any) -> None:
    everything = len(_column(opened, "index"))
    opened.focus("[data-focus=department]")
    opened.keyboard.press("ArrowDown")
    name = opened.input_value("[data-focus=department]")
    assert name
    assert all(name in text.replace("\n", "") for text in _column(opened, "departments"))
    opened.press("[data-focus=clear]", "Enter")
    assert len(_column(opened, "index")) == everything
    opened.focus("[data-focus=status]")
    opened.keyboard.press("ArrowDown")
    assert opened.input_value("[data-focus=status]") == "overdue"
    assert all("已逾期" in text for text in _column(opened, "due"))
    opened.press("[data-focus=clear]", "Enter")
    opened.focus("[data-focus=confidence]")
    opened.keyboard.press("ArrowDown")
    most = 100 * float(opened.input_value("[data-focus=confidence]"))
    assert max(int(text.rstrip("%")) for text in _column(opened, "confidence")) <= most
    opened.press("[data-focus=clear]", "Enter")
    opened.focus("[data-focus=from]")
    for _ in range(3):  # year, month and day, in the order of the language
        opened.keyboard.press("ArrowUp")
        opened.keyboard.press("ArrowRight")
    day = opened.input_value("[data-focus=from]")
    assert day
    assert all(text[:10] >= day for text in _column(opened, "due"))


def test_due_dates_are_typed_by_their_digits(opened: Any, type_date: Callable[[Any, str, str], None]) -> None:
    everything = len(_column(opened, "index"))
    type_date(opened, "[data-focus=from]", "2025-10-31")
    assert opened.evaluate("document.activeElement.dataset.focus") == "from"
    assert opened.input_value("[data-focus=from]") == "2025-10-31"
    assert min(text[:10] for text in _column(opened, "due")) == "2025-10-31"
    type_date(opened, "[data-focus=to]", "2025-11-30")
    assert {text[:10] for text in _column(opened, "due")} == {"2025-10-31", "2025-11-30"}
    opened.press("[data-focus=clear]", "Enter")
    assert opened.input_value("[data-focus=from]") == opened.input_value("[data-focus=to]") == ""
    assert opened.evaluate("document.activeElement.id") == "filter-words"
    assert len(_column(opened, "index")) == everything


def test_half_a_date_filters_nothing(opened: Any) -> None:
    everything = len(_column(opened, "index"))
    opened.focus("[data-focus=from]")
    opened.keyboard.type("1")
    opened.focus("#filter-words")
    assert len(_column(opened, "index")) == everything
    assert opened.locator("[data-focus=clear]").is_hidden()
    # what is left of it goes with the next filter that is cleared
    opened.keyboard.type("412")
    opened.click("[data-focus=clear]")
    assert opened.evaluate("document.querySelector('[data-focus=from]').validity.badInput") is False


def test_the_day_to_compare_with_is_typed(opened: Any, type_date: Callable[[Any, str, str], None]) -> None:
    type_date(opened, "#today", "2027-01-01")
    assert opened.locator("button.badge.soon").is_hidden()
    assert opened.locator("button.badge.overdue").is_visible()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_counts_above_the_ledger_filter_it(opened: Any, press: Callable[..., None], by: str) -> None:
    for status, words in (("overdue", "已逾期"), ("soon", "30 天内到期"), ("done", "已完成")):
        badge = f"button.badge.{status}"
        if opened.locator(badge).is_hidden():  # the sample has none that is due soon
            opened.fill("#today", "2025-09-10")
            opened.dispatch_event("#today", "change")
        count = opened.locator(badge).inner_text().split()[-1]
        press(opened, badge, by)
        assert opened.locator(badge).inner_text() == f"{words} {count}"
        assert len(_column(opened, "index")) == int(count)
        assert opened.input_value("[data-focus=status]") == status
        assert opened.evaluate("document.activeElement.dataset.focus") == f"badge-{status}"


def test_a_department_that_is_filtered_by_stays_when_its_last_row_goes(
    opened: Any, span_of: Callable[..., str]
) -> None:
    opened.select_option("[data-focus=department]", "区残联")
    opened.click(span_of("DEPARTMENT", "区残联"))
    opened.keyboard.press("Delete")
    assert opened.input_value("[data-focus=department]") == "区残联"
    assert opened.locator("[data-focus=department] option:checked").inner_text() == "区残联 (0)"
    assert "没有符合条件" in opened.locator(".ledger tbody").inner_text()


def test_goals_are_told_from_what_was_reported(opened: Any) -> None:
    everything = len(_column(opened, "index"))
    opened.select_option("[data-focus=status]", "goal")
    goals = len(_column(opened, "index"))
    opened.select_option("[data-focus=status]", "reported")
    assert 0 < goals == everything - len(_column(opened, "index"))


@pytest.mark.parametrize("number", ["412", "8500", "8,500", "61.5"])
def test_numbers_are_searched(opened: Any, number: str) -> None:
    everything = len(_column(opened, "index"))
    opened.fill("#filter-words", number)
    rows = opened.locator(".ledger tbody tr").all_inner_texts()
    assert 0 < len(rows) < everything
    assert all(number.replace(",", "") in row.replace(",", "") for row in rows)


def test_filters(opened: Any) -> None:
    everything = len(_column(opened, "index"))
    opened.select_option("[data-focus=department]", "区残联")
    assert all("区残联" in text for text in _column(opened, "departments"))
    assert 0 < len(_column(opened, "index")) < everything
    opened.click("[data-focus=clear]")
    assert len(_column(opened, "index")) == everything
    opened.fill("[data-focus=from]", "2025-10-01")
    opened.fill("[data-focus=to]", "2025-11-30")
    assert {text[:10] for text in _column(opened, "due")} == {"2025-10-31", "2025-11-30"}
    opened.click("[data-focus=clear]")
    opened.select_option("[data-focus=confidence]", "0.9")
    shares = [int(text.rstrip("%")) for text in _column(opened, "confidence")]
    assert max(shares) <= 90
    opened.click("[data-focus=clear]")
    opened.select_option("[data-focus=status]", "overdue")
    assert all("已逾期" in text for text in _column(opened, "due"))
    opened.fill("#today", "2026-12-31")
    opened.dispatch_event("#today", "change")
    assert len(_column(opened, "index")) > 5


def test_the_ledger_is_searched_by_keyboard(opened: Any) -> None:
    opened.keyboard.press("/")
    opened.keyboard.insert_text("托位")
    assert opened.evaluate("document.activeElement.id") == "filter-words"
    assert opened.input_value("#filter-words") == "托位"
    rows = opened.locator(".ledger tbody tr").all_inner_texts()
    assert rows
    assert all("托位" in row for row in rows)
    opened.keyboard.insert_text("没有这样的")
    assert "没有符合条件" in opened.locator(".ledger tbody").inner_text()


def test_rows_are_walked_by_keys(opened: Any) -> None:
    opened.keyboard.press("j")
    opened.keyboard.press("j")
    assert opened.locator("tr[aria-selected=true] .c-index").inner_text() == "2"
    opened.focus("tr[aria-selected=true]")
    opened.keyboard.press("ArrowDown")
    assert opened.evaluate("document.activeElement.dataset.index") == "2"
    opened.keyboard.press("End")
    last = opened.locator("tr[aria-selected=true]")
    assert int(last.get_attribute("aria-rowindex")) == int(opened.get_attribute(".ledger", "aria-rowcount"))
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.classList.contains('span')")
    opened.keyboard.press("Escape")
    assert opened.locator(".record-card").is_hidden()


def test_the_row_with_the_focus_stays_while_the_ledger_is_scrolled(opened: Any) -> None:
    opened.locator(".ledger-frame").evaluate("e => { e.style.cssText = 'flex: none; height: 200px'; }")
    opened.focus("[data-index='0']")
    opened.keyboard.press("ArrowDown")
    chosen = opened.evaluate("document.activeElement.dataset.key")
    opened.locator(".ledger-frame").evaluate("e => { e.scrollTop = e.scrollHeight; }")
    opened.wait_for_timeout(200)
    assert opened.evaluate("document.activeElement.dataset.key") == chosen
    assert opened.locator("[data-index='5']").count() == 0, "the rows between are not drawn"
    opened.keyboard.press("ArrowDown")
    assert opened.evaluate("document.activeElement.dataset.index") == "2"

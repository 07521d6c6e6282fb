"""The ledger: sorted, filtered, walked."""

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

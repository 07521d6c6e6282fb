"""The overview of one document and of several."""

from collections.abc import Callable
from typing import Any

import pytest


def _tile(page: Any, status: str) -> int:
    return int(page.locator(f".tile.s-{status} b").inner_text())


def test_goals_by_status_against_the_chosen_day(opened: Any) -> None:
    opened.keyboard.press("o")
    before = {status: _tile(opened, status) for status in ("all", "overdue", "soon", "later", "undated", "done")}
    assert before["all"] == sum(before.values()) - before["all"]
    assert before["done"] >= 1
    opened.fill("#today", "2027-01-01")
    opened.dispatch_event("#today", "change")
    assert _tile(opened, "soon") == _tile(opened, "later") == 0
    assert _tile(opened, "overdue") == before["overdue"] + before["soon"] + before["later"]
    assert f"已逾期（{_tile(opened, 'overdue')}）" in opened.locator("#overview").inner_text()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_bar_leads_to_its_rows(opened: Any, by: str) -> None:
    opened.click("[data-view=overview]")
    bar = opened.locator("g.bar[aria-label^='区残联']")
    if by == "click":
        bar.click()
    else:
        bar.focus()
        opened.keyboard.press("Enter")
    assert all("区残联" in text for text in opened.locator(".ledger tbody .c-departments").all_inner_texts())
    opened.keyboard.press("o")
    month = opened.locator("g.bar[aria-label^='2025-11']")
    if by == "click":
        month.click()
    else:
        month.press("Enter")
    assert {text[:7] for text in opened.locator(".ledger tbody .c-due").all_inner_texts()} == {"2025-11"}


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_numbers_of_a_plot_can_be_read(opened: Any, by: str) -> None:
    if by == "click":
        opened.click("[data-view=overview]")
        opened.locator(".numbers summary").first.click()
    else:
        opened.keyboard.press("o")
        opened.locator(".numbers summary").first.press("Enter")
    rows = opened.locator(".numbers table").first.locator("tbody tr").all_inner_texts()
    assert any(row.startswith("2025-11") for row in rows)


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_listed_goal_leads_to_its_source(opened: Any, by: str) -> None:
    opened.keyboard.press("o")
    goal = opened.locator(".due-list button").first
    if by == "click":
        goal.click()
    else:
        goal.press("Enter")
    assert opened.locator("tr[aria-selected=true]").count() == 1
    assert opened.locator(".span.chosen").count() == 1


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_several_documents_together_or_one(
    opened: Any, saved: dict[str, Any], open_saved: Callable[..., None], by: str
) -> None:
    opened.keyboard.press("o")
    alone = _tile(opened, "all")
    opened.click("[data-view=start]")
    open_saved(opened, saved | {"id": "第二份"})
    opened.keyboard.press("o")
    assert _tile(opened, "all") == 2 * alone
    if by == "click":
        opened.click("[data-focus=of-false]")
    else:
        opened.press("[data-focus=of-false]", "Enter")
    assert _tile(opened, "all") == alone

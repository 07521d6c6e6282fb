"""The overview of one document and of several."""

import re
from collections.abc import Callable
from typing import Any

import pytest


def _document(*lines: tuple[str, str]) -> dict[str, Any]:
    """A document as it is saved, of goals with their deadlines and departments."""
    text, entities = "", []
    for index, (due, department) in enumerate(lines, 1):
        parts = [("D", "DEADLINE", due), ("R", "DEPARTMENT", department), ("T", "TARGET", f"建成社区食堂{index}家")]
        text += f"{parts[0][2]}，{parts[1][2]}{parts[2][2]}。\n"
        for letter, label, words in [*parts, ("N", "NUMBER", str(index)), ("U", "UNIT", "家")]:
            start = text.rindex(words)
            entity = {"id": f"{letter}{index}", "label": label, "start": start, "end": start + len(words)}
            entities.append(entity | {"confidence": 1} | ({"value": "target"} if label == "NUMBER" else {}))
    return {"id": "目标", "text": text, "date": "2025-09-05", "entities": entities, "links": []}


def _show(page: Any, open_saved: Callable[..., None], *lines: tuple[str, str]) -> None:
    open_saved(page, _document(*lines))
    page.fill("#today", "2025-09-05")
    page.dispatch_event("#today", "change")
    page.focus("#content")
    page.keyboard.press("o")


def _numbers(page: Any, plot: int) -> dict[str, int]:
    """The table of a plot: how many goals each of its bars has."""
    rows = page.locator(".numbers table").nth(plot).locator("tbody tr")
    return {
        row.locator("th").text_content(): sum(int(cell) for cell in row.locator("td").all_text_contents())
        for row in rows.all()
    }


def _counted(bar: Any) -> int:
    """The goals that a bar says it has."""
    return sum(int(number) for number in re.findall(r" (\d+)(?=，|$)", bar.get_attribute("aria-label")))


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
    # they stay open while more documents come
    opened.evaluate("import('/page/store.js').then(store => store.changed('documents'))")
    assert opened.locator(".numbers table").first.is_visible()


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


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_bar_over_documents_leads_to_all_its_rows(
    opened: Any, saved: dict[str, Any], open_saved: Callable[..., None], press: Callable[..., None], by: str
) -> None:
    opened.click("[data-view=start]")
    open_saved(opened, saved | {"id": "第二份"})
    opened.keyboard.press("o")
    for bar in (
        "g.bar[data-focus='month-2025-10']",
        "g.bar[data-focus='department-区残联']",
        "g.bar[data-focus='status-done']",
    ):
        count = _counted(opened.locator(bar))
        if by == "click":
            opened.locator(bar).click()
        else:
            opened.locator(bar).press("Enter")
        places = opened.locator(".places li")
        assert opened.evaluate("document.activeElement.closest('.places') !== null")
        assert sum(int(text.split()[-1]) for text in places.all_inner_texts()) == count
        for index, name in enumerate((saved["id"], "第二份"), 1):
            press(opened, f".places li:nth-child({index}) button", by)
            assert opened.locator(".tools h1").inner_text() == name
            assert opened.locator(".ledger tbody tr[data-index]").count() == count / 2
            opened.keyboard.press("o")
    press(opened, ".places header button", by)
    assert opened.locator(".places").count() == 0


def test_a_bar_counts_what_its_rows_are(opened: Any) -> None:
    opened.keyboard.press("o")
    for place in range(opened.locator("g.bar").count()):
        bar = opened.locator("g.bar").nth(place)
        count = _counted(bar)
        bar.press("Enter")
        assert opened.locator(".ledger tbody tr[data-index]").count() == count
        opened.keyboard.press("o")


def test_the_timeline_leaves_no_goal_out(page: Any, open_saved: Callable[..., None]) -> None:
    days = ("2023年12月底前", "2025年11月底前", "2030年12月底前", "2030年6月底前", "2035年12月底前")
    _show(page, open_saved, *((day, "区民政局") for day in days))
    assert _tile(page, "all") == 5
    held = {name: count for name, count in _numbers(page, 0).items() if count}
    assert held == {"2023": 1, "2025-11": 1, "2030": 2, "2035": 1}
    page.locator("g.bar[aria-label^='2030']").press("Enter")
    assert {text[:4] for text in page.locator(".ledger tbody .c-due").all_inner_texts()} == {"2030"}


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_what_a_list_or_a_plot_leaves_out_is_said(page: Any, open_saved: Callable[..., None], by: str) -> None:
    _show(page, open_saved, *(("2024年12月底前", f"第{'甲乙丙丁戊己庚辛壬癸子丑寅'[n % 13]}局") for n in range(60)))
    assert "另有 1 个部门" in page.locator("#overview").inner_text()
    assert len(_numbers(page, 1)) == 13
    assert "已逾期（60）" in page.locator("#overview").inner_text()
    more = page.locator(".due-list button", has_text="另有 10 项")
    if by == "click":
        more.click()
    else:
        more.press("Enter")
    assert page.get_attribute(".ledger", "aria-rowcount") == "61"
    assert page.input_value("[data-focus=status]") == "overdue"


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_status_leads_to_its_rows(opened: Any, by: str) -> None:
    opened.keyboard.press("o")
    for status in ("overdue", "done"):
        bar = opened.locator(f"g.bar[data-focus=status-{status}]")
        if by == "click":
            bar.click()
        else:
            bar.press(" ")
        assert opened.input_value("[data-focus=status]") == status
        assert opened.locator(f".ledger tbody tr.s-{status}").count() == opened.locator(".ledger tbody tr").count() > 0
        opened.keyboard.press("o")


def test_the_overview_is_printed_with_its_bars(opened: Any) -> None:
    opened.keyboard.press("o")
    opened.emulate_media(media="print")
    assert opened.locator("header.top").is_hidden()
    assert opened.locator("#work").is_hidden()
    for bar in opened.locator("g.bar").all():
        assert bar.is_visible()
        part = bar.locator("rect:not(.hit)").first
        assert part.bounding_box()["width"] > 1
        assert part.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
    key = "getComputedStyle(document.querySelector('.plot-legend li'), '::before')"
    assert opened.evaluate(f"{key}.printColorAdjust") == "exact"
    assert opened.pdf()[:5] == b"%PDF-"

"""Correcting what was found, by clicks and by keys; undoing it."""

from collections.abc import Callable
from typing import Any

import pytest


def _texts(page: Any, label: str) -> list[str]:
    return page.locator(f".document-text .k-{label}").all_inner_texts()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_borders_are_moved_and_the_value_is_read_anew(
    opened: Any, span_of: Callable[..., str], by: str, until: Any
) -> None:
    opened.click(span_of("NUMBER", "8500"))
    if by == "click":
        opened.click("[data-focus=end-1]")
    else:
        opened.keyboard.press("Shift+BracketLeft")
    assert opened.locator(".span.chosen").inner_text() == "850"
    until(opened, "document.querySelector('tr[aria-selected=true] .c-value')?.innerText.endsWith('850')")
    assert opened.locator(".ledger tbody tr[aria-selected=true] .c-confidence").count() == 1
    opened.keyboard.press("Control+z")
    assert "8,500" in opened.locator("[data-index='0']").inner_text()


def test_borders_are_set_by_selecting(opened: Any, span_of: Callable[..., str]) -> None:
    opened.click(span_of("METRIC", "城镇登记失业率"))
    _select(opened, "登记失业率")
    opened.click("[data-focus=borders]")
    assert "登记失业率" in _texts(opened, "METRIC")
    assert "城镇登记失业率" not in _texts(opened, "METRIC")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_labels_are_changed(opened: Any, span_of: Callable[..., str], by: str, until: Any) -> None:
    opened.click(span_of("NUMBER", "412"))
    if by == "click":
        opened.click("[data-focus=kind-PLANNED]")
    else:
        opened.keyboard.press("3")
    assert "412" in _texts(opened, "PLANNED")
    until(opened, "document.querySelector('tr[aria-selected=true] .tag')?.innerText === '计划'")
    opened.click(span_of("DEPARTMENT", "区人社局"))
    opened.keyboard.press("2")
    assert "区人社局" in _texts(opened, "METRIC")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_spans_are_deleted_and_it_is_undone_and_redone(
    opened: Any, span_of: Callable[..., str], by: str, until: Any
) -> None:
    rows = int(opened.get_attribute(".ledger", "aria-rowcount"))
    span = span_of("NUMBER", "412")
    opened.click(span)
    if by == "click":
        opened.click("[data-focus=remove]")
    else:
        opened.keyboard.press("Delete")
    assert opened.locator(span).count() == 0
    until(opened, f"document.querySelector('.ledger').getAttribute('aria-rowcount') === '{rows - 1}'")
    if by == "click":
        opened.click("[data-focus=undo]")
    else:
        opened.keyboard.press("Control+z")
    assert opened.locator(span).count() == 1
    assert int(opened.get_attribute(".ledger", "aria-rowcount")) == rows
    if by == "click":
        opened.click("[data-focus=redo]")
    else:
        opened.keyboard.press("Control+y")
    assert opened.locator(span).count() == 0


def test_spans_are_added_by_selecting(opened: Any) -> None:
    _select(opened, "应保尽保")
    assert "应保尽保" in opened.locator(".dock").inner_text()
    opened.click("[data-focus=kind-METRIC]")
    assert "应保尽保" in _texts(opened, "METRIC")
    assert opened.locator(".span.chosen").inner_text() == "应保尽保"
    opened.keyboard.press("Control+z")
    _select(opened, "应保尽保")
    opened.keyboard.press("6")
    assert "应保尽保" in _texts(opened, "DEADLINE")


def test_spans_are_added_by_keyboard_alone(opened: Any, until: Any) -> None:
    opened.keyboard.press("a")
    opened.keyboard.insert_text("应保尽保")
    for key in ("Tab", "Tab", "End", "Tab", "Tab", "Enter"):
        opened.keyboard.press(key)
    until(opened, "!document.querySelector('#dialog').open")
    assert "应保尽保" in _texts(opened, "DEPARTMENT")
    until(opened, "document.activeElement.textContent === '应保尽保'")


def test_what_the_guideline_forbids_is_refused(opened: Any, span_of: Callable[..., str]) -> None:
    opened.click(span_of("NUMBER", "8500"))
    _select(opened, "由区人社")
    opened.click("[data-focus=kind-METRIC]")
    assert "交叉" in opened.locator(".notice.error").last.inner_text()
    _select(opened, "区人社")
    opened.click("[data-focus=kind-DEPARTMENT]")
    assert "重叠" in opened.locator(".notice.error").last.inner_text()
    assert opened.locator("[data-focus=undo]").is_disabled()


def test_records_are_linked_anew(opened: Any, span_of: Callable[..., str], until: Any) -> None:
    opened.click(span_of("NUMBER", "412"))
    card = opened.locator(".record-card")
    option = card.locator("[data-focus=link-metric] option", has_text="农村公路").first.get_attribute("value")
    card.locator("[data-focus=link-metric]").select_option(option)
    until(opened, "document.querySelector('tr[aria-selected=true] .c-metric')?.innerText.includes('农村公路')")
    assert "68.7%" not in opened.locator("tr[aria-selected=true]").inner_text()
    department = card.locator("[data-focus=link-department] option", has_text="区卫健委").first.get_attribute("value")
    card.locator("[data-focus=link-department]").focus()
    card.locator("[data-focus=link-department]").select_option(department)
    until(opened, "document.querySelector('tr[aria-selected=true] .c-departments')?.innerText.includes('区卫健委')")
    card.locator(f"[data-focus=cut-department-{department}]").press("Enter")
    until(opened, "!document.querySelector('tr[aria-selected=true] .c-departments').innerText.includes('区卫健委')")
    opened.keyboard.press("Control+z")
    opened.keyboard.press("Control+z")
    opened.keyboard.press("Control+z")
    assert "68.7%" in opened.locator("tr[aria-selected=true]").inner_text()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_links_are_set(opened: Any, span_of: Callable[..., str], until: Any, by: str) -> None:
    opened.click(span_of("NUMBER", "412"))
    field = opened.locator("[data-focus=link-department]")
    linked = opened.locator(".record-card [data-focus^=cut-department]").count()
    if by == "click":
        field.select_option(index=1)
    else:
        field.focus()
        opened.keyboard.press("ArrowDown")
    until(opened, f"document.querySelectorAll('.record-card [data-focus^=cut-department]').length === {linked + 1}")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_duty_of_a_department_is_changed_and_it_is_undone(opened: Any, until: Any, by: str) -> None:
    led = opened.locator(".ledger tbody tr", has=opened.locator(".c-departments small", has_text="牵")).first
    key = led.get_attribute("data-key")
    led.click()
    duties = opened.locator(f"tr[data-key='{key}'] .c-departments small")
    before = duties.all_inner_texts()
    duty = opened.locator(".record-card .duty").nth(before.index("牵"))
    assert duty.input_value() == "lead"
    if by == "click":
        duty.select_option("cooperate")
    else:
        duty.focus()
        opened.keyboard.press("ArrowDown")
    assert duty.input_value() == "cooperate"
    smalls = f"[...document.querySelectorAll(`tr[data-key='{key}'] .c-departments small`)].map(e => e.innerText)"
    until(opened, f"!{smalls}.includes('牵')")
    if by == "click":
        opened.click("[data-focus=undo]")
    else:
        opened.focus(".document-text")
        opened.keyboard.press("Control+z")
    assert duties.all_inner_texts() == before
    assert duty.input_value() == "lead"


def test_a_span_goes_on_to_the_one_around_it(opened: Any, span_of: Callable[..., str]) -> None:
    opened.click(span_of("UNIT", "家"))
    opened.locator(".dock .link").first.click()
    assert opened.locator(".span.chosen").inner_text() == "新建社区食堂12家"


def test_a_failed_update_is_told_and_tried_again(opened: Any, span_of: Callable[..., str]) -> None:
    opened.route("**/records", lambda route: route.abort())
    opened.click(span_of("NUMBER", "85"))
    opened.keyboard.press("Delete")
    opened.wait_for_selector(".notice.error")
    opened.unroute("**/records")
    with opened.expect_response("**/records"):
        opened.click(".notice.error button:not(.icon)")


def test_keys_without_a_modifier_can_be_turned_off(opened: Any) -> None:
    opened.keyboard.press("?")
    opened.uncheck("#keys-on")
    opened.keyboard.press("Escape")
    opened.keyboard.press("n")
    assert opened.locator(".span.chosen").count() == 0
    opened.click("#help-button")
    opened.check("#keys-on")
    opened.keyboard.press("Escape")
    opened.keyboard.press("n")
    assert opened.locator(".span.chosen").count() == 1


def test_the_focus_stays_near_what_is_gone(opened: Any, span_of: Callable[..., str], until: Any) -> None:
    focus = "(e => e.dataset.focus ?? e.dataset.id ?? e.tagName)(document.activeElement)"
    opened.click(span_of("METRIC", "城镇登记失业率"))
    opened.press("[data-focus=end-1]", "Enter")
    assert opened.evaluate(focus) == "end-1"
    opened.press("[data-focus=remove]", "Enter")
    assert opened.evaluate(focus) == "document"
    opened.press("[data-focus=undo]", "Enter")
    opened.press("[data-focus=undo]", "Enter")
    assert opened.evaluate(focus) == "redo", "what was undone last can be redone"
    opened.click(span_of("NUMBER", "412"))
    _select(opened, "改造")
    opened.press("[data-focus=kind-METRIC]", "Enter")
    assert opened.evaluate("document.activeElement.textContent") == "改造"


def test_cutting_a_link_keeps_the_focus_in_the_card(opened: Any, span_of: Callable[..., str], until: Any) -> None:
    opened.click(span_of("NUMBER", "8500"))
    opened.locator("[data-focus^=cut-department]").last.press("Enter")
    until(opened, "!document.querySelector('.record-card [role=status]')")
    assert opened.evaluate("document.activeElement.closest('.record-card') !== null")


def _select(page: Any, words: str) -> None:
    """Select words of the document as a mouse does."""
    page.evaluate(
        """words => {
            const root = document.querySelector('.document-text');
            const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
            const nodes = [];
            while (walker.nextNode()) nodes.push(walker.currentNode);
            const text = nodes.map(node => node.data).join('');
            const start = text.indexOf(words), end = start + words.length;
            const at = offset => {
                for (const node of nodes) {
                    if (offset <= node.data.length) return [node, offset];
                    offset -= node.data.length;
                }
            };
            document.getSelection().setBaseAndExtent(...at(start), ...at(end));
        }""",
        words,
    )
    page.wait_for_selector(f".dock q:has-text('{words}')")

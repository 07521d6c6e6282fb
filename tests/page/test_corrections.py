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
    for by in ("click", "keyboard"):
        opened.click(span_of("METRIC", "城镇登记失业率"))
        _select(opened, "登记失业率")
        if by == "click":
            opened.click("[data-focus=borders]")
        else:
            opened.press("[data-focus=borders]", "Enter")
        assert "登记失业率" in _texts(opened, "METRIC")
        assert "城镇登记失业率" not in _texts(opened, "METRIC")
        assert opened.evaluate("document.activeElement.textContent") == "登记失业率"
        opened.keyboard.press("Control+z")


def test_borders_move_over_white_space_and_whole_characters(
    page: Any, open_saved: Callable[..., None], until: Any
) -> None:
    cafe = "cafe\u0301"
    text = f"社区食堂\u300012 家，\n新建{cafe}🏞️👨‍👩‍👧🏞️3所，共\n8处"
    spans = [
        {"id": "N1", "label": "NUMBER", "start": 5, "end": 7, "value": "target"},
        {"id": "M1", "label": "METRIC", "start": 0, "end": 4},
        {"id": "T1", "label": "TARGET", "start": text.index("新建"), "end": text.index("cafe")},
        {"id": "M2", "label": "METRIC", "start": text.index("共"), "end": text.index("共") + 1},
    ]
    for span in spans:  # the page counts in UTF-16
        for side in ("start", "end"):
            span[side] = len(text[: span[side]].encode("utf-16-le")) // 2
    open_saved(page, {"id": "字符", "text": text, "entities": spans, "links": []})

    def walk(id: str, key: str, steps: int) -> list[str]:
        page.click(f"[data-id={id}]")
        walked = []
        for _ in range(steps):
            page.keyboard.press(key)
            walked.append("".join(page.locator(f"[data-id={id}]").all_inner_texts()))
        return walked

    assert walk("N1", "}", 2) == ["12 家", "12 家，"]
    assert walk("N1", "{", 3) == ["12 家", "12", "1"]
    assert walk("T1", "}", 7)[3:] == [f"新建{mark}" for mark in (cafe, f"{cafe}🏞️", f"{cafe}🏞️👨‍👩‍👧", f"{cafe}🏞️👨‍👩‍👧🏞️")]
    assert walk("M2", "}", 1) == ["共8"], "over a line break"
    assert page.locator(".notice.error").count() == 0
    assert page.locator(".ledger tbody").inner_text()


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
    _select(opened, "应保尽")
    opened.keyboard.press("Shift+ArrowRight")
    opened.wait_for_selector(".dock q:has-text('应保尽保')")
    opened.keyboard.press("6")
    assert "应保尽保" in _texts(opened, "DEADLINE")


def test_spans_are_added_across_line_breaks(page: Any, open_saved: Callable[..., None], until: Any) -> None:
    text = "推进城镇老旧\n小区改造12个，全部\n按期完\n成。"
    start = text.index("12")
    number = {"id": "N1", "label": "NUMBER", "start": start, "end": start + 2, "value": "target"}
    open_saved(page, {"id": "折行", "text": text, "entities": [number], "links": []})
    paragraphs = page.locator(".document-text p")
    box, below = paragraphs.nth(0).bounding_box(), paragraphs.nth(1).bounding_box()
    page.mouse.move(box["x"] + 2 * 15.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(below["x"] + 4 * 15.5, below["y"] + below["height"] / 2, steps=4)
    page.mouse.up()
    page.keyboard.press("2")
    until(page, "document.querySelector('tr[aria-selected] .c-metric').innerText === '城镇老旧小区改造'")
    page.keyboard.press("a")
    page.keyboard.insert_text("按期完成")
    for key in ("Tab", "Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".document-text .k-TARGET").all_inner_texts() == ["按期完", "成"]


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_selection_ends_when_something_else_is_chosen(opened: Any, span_of: Callable[..., str], by: str) -> None:
    spans = opened.locator(".document-text .k-TARGET").count()
    chosen = opened.locator(".ledger tbody tr").nth(2)
    opened.click(span_of("NUMBER", "412"))
    _select(opened, "应保尽保")
    if by == "click":
        chosen.click()
    else:
        opened.focus("tr[aria-selected=true]")
        opened.keyboard.press("Home")
    assert "应保尽保" not in opened.locator(".dock").inner_text()
    assert opened.evaluate("document.getSelection().isCollapsed")
    opened.keyboard.press("Escape")
    opened.keyboard.press("1")
    assert opened.locator(".document-text .k-TARGET").count() == spans
    _select(opened, "应保尽保")
    opened.keyboard.press("Escape")
    assert opened.evaluate("document.getSelection().isCollapsed")
    opened.keyboard.press("1")
    assert opened.locator(".document-text .k-TARGET").count() == spans
    assert opened.locator("[data-focus=undo]").is_disabled()


def test_the_record_of_a_new_number_is_shown(opened: Any, span_of: Callable[..., str], until: Any) -> None:
    opened.click(span_of("NUMBER", "412"))
    opened.keyboard.press("Delete")
    opened.click(span_of("NUMBER", "8500"))
    _select(opened, "412")
    opened.keyboard.press("3")
    until(opened, "document.querySelector('.record-card dd')?.innerText.startsWith('412')")
    assert "412" in opened.locator("tr[aria-selected=true]").inner_text()


def test_deleting_what_is_gone_is_no_step(opened: Any, span_of: Callable[..., str]) -> None:
    _select(opened, "应保尽保")
    opened.keyboard.press("2")
    opened.keyboard.press("Control+z")
    opened.keyboard.press("Delete")
    assert opened.locator("[data-focus=undo]").is_disabled()
    opened.keyboard.press("Control+y")
    assert "应保尽保" in _texts(opened, "METRIC")


def test_only_what_is_in_sight_is_undone(opened: Any, span_of: Callable[..., str]) -> None:
    opened.click(span_of("NUMBER", "412"))
    opened.keyboard.press("Delete")
    opened.keyboard.press("o")
    opened.keyboard.press("Control+z")
    opened.keyboard.press("d")
    assert opened.locator(span_of("NUMBER", "412")).count() == 0
    opened.locator(".record-card .duty").or_(opened.locator("[data-focus=status]")).first.focus()
    opened.keyboard.press("Control+z")
    assert opened.locator(span_of("NUMBER", "412")).count() == 1, "it works from a list too"


def test_corrections_of_two_documents_are_both_linked(
    page: Any, saved: dict[str, Any], open_saved: Callable[..., None], until: Any
) -> None:
    open_saved(page, saved | {"id": "甲"}, saved | {"id": "乙"})
    for place in (0, 1):
        page.evaluate(
            """place => {
                document.querySelectorAll('#documents .document')[place].click();
                const press = key => document.querySelector('.document-text').dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
                press('n');
                press('Delete');
            }""",
            place,
        )
    for place in (0, 1):
        page.locator("#documents .document").nth(place).click()
        page.keyboard.press("j")
        until(page, "!document.querySelector('.record-card [role=status]')")


def test_corrections_during_a_request_are_linked_together_after_it(
    opened: Any, saved: dict[str, Any], span_of: Callable[..., str], until: Any
) -> None:
    held: list[Any] = []
    opened.route("**/records", lambda route: held.append(route))

    def delete(*texts: str) -> None:
        for text in texts:
            opened.click(span_of("NUMBER", text))
            opened.keyboard.press("Delete")
        opened.wait_for_timeout(300)

    delete("412")
    assert len(held) == 1
    delete("8500", "12")
    assert len(held) == 1, "the service is asked for one state at a time"
    with opened.expect_request("**/records"):
        held.pop().continue_()
    opened.wait_for_timeout(300)
    assert [len(route.request.post_data_json["entities"]) for route in held] == [len(saved["entities"]) - 3]
    held.pop().continue_()
    opened.keyboard.press("j")
    until(opened, "!document.querySelector('.record-card [role=status]')")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_spans_are_found_and_added(
    opened: Any, span_of: Callable[..., str], until: Any, violations: Callable[[Any], list[str]], by: str
) -> None:
    if by == "click":
        opened.click("[data-focus=find]")
    else:
        opened.keyboard.press("a")
    opened.keyboard.insert_text("应保 尽保")
    assert "【应保尽保】" in opened.locator("#find-place option").first.inner_text()
    assert violations(opened) == []
    if by == "click":
        opened.select_option("#find-kind", index=6)
        opened.click("#dialog .primary")
    else:
        for key in ("Tab", "Tab", "End", "Tab", "Tab", "Enter"):
            opened.keyboard.press(key)
    until(opened, "!document.querySelector('#dialog').open")
    assert "应保尽保" in _texts(opened, "DEPARTMENT")
    until(opened, "document.activeElement.textContent === '应保尽保'")


def test_what_is_refused_in_the_finder_can_be_mended(opened: Any) -> None:
    opened.keyboard.press("a")
    opened.keyboard.insert_text("由区人社")
    opened.select_option("#find-kind", index=1)
    opened.click("#dialog .primary")
    assert "交叉" in opened.locator("#dialog [role=alert]").inner_text()
    assert opened.input_value("#find-words") == "由区人社"
    opened.fill("#find-words", "应保尽保")
    assert opened.locator("#dialog [role=alert]").inner_text() == ""
    opened.click("#dialog .primary")
    assert "应保尽保" in _texts(opened, "METRIC")


def test_words_are_found_from_the_present_place_on(page: Any, open_saved: Callable[..., None]) -> None:
    text = "".join(f"第{i}项，新建{i}所。\n" for i in range(400))
    start = text.index("390所")
    number = {"id": "N1", "label": "NUMBER", "start": start, "end": start + 3, "value": "target"}
    open_saved(page, {"id": "长", "text": text, "entities": [number], "links": []})
    page.keyboard.press("a")
    page.keyboard.insert_text("新建")
    assert "第0项" in page.locator("#find-place option").first.inner_text()
    page.keyboard.press("Escape")
    page.click("[data-index='0']")
    page.keyboard.press("a")
    page.keyboard.insert_text("新建")
    assert "第391项" in page.locator("#find-place option").first.inner_text()


def test_what_the_guideline_forbids_is_refused(opened: Any, span_of: Callable[..., str]) -> None:
    opened.click(span_of("NUMBER", "8500"))
    _select(opened, "由区人社")
    opened.click("[data-focus=kind-METRIC]")
    assert "交叉" in opened.locator(".notice.error").last.inner_text()
    _select(opened, "区人社")
    opened.click("[data-focus=kind-DEPARTMENT]")
    assert "重叠" in opened.locator(".notice.error").last.inner_text()
    assert opened.locator("[data-focus=undo]").is_disabled()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_records_are_linked_anew(opened: Any, span_of: Callable[..., str], until: Any, by: str) -> None:
    def is_linked(role: str, words: str) -> str:
        return f"document.querySelector('tr[aria-selected=true] .c-{role}')?.innerText.includes('{words}')"

    opened.click(span_of("NUMBER", "412"))
    assert "68.7%" in opened.locator("tr[aria-selected=true]").inner_text()
    _link(opened, by, "metric", "农村公路")
    until(opened, is_linked("metric", "农村公路"))
    assert "68.7%" not in opened.locator("tr[aria-selected=true]").inner_text()
    _link(opened, by, "unit", "公里")
    until(opened, is_linked("unit", "公里"))
    _link(opened, by, "target", "新建社区食堂12家")
    until(opened, is_linked("target", "新建社区食堂12家"))
    _link(opened, by, "department", "区卫健委")
    until(opened, is_linked("departments", "区卫健委"))
    cut = opened.locator("[data-focus^=cut-department]").last
    if by == "click":
        cut.click()
    else:
        cut.press("Enter")
    until(opened, f"!{is_linked('departments', '区卫健委')}")
    for _ in range(5):
        opened.keyboard.press("Control+z")
    assert "68.7%" in opened.locator("tr[aria-selected=true]").inner_text()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_what_is_offered_to_link_is_walked_before_it_is_chosen(
    opened: Any, span_of: Callable[..., str], until: Any, violations: Callable[[Any], list[str]], by: str
) -> None:
    opened.click(span_of("NUMBER", "412"))
    linked = opened.locator(".record-card [data-focus^=cut-department]")
    before = linked.count()
    opened.focus("[data-focus=link-department]")
    opened.keyboard.press("Enter")
    offered = opened.locator("#link-list option").all_inner_texts()
    assert len(offered) == len(set(offered)), "the same words are offered once"
    assert violations(opened) == []
    if by == "click":
        opened.locator("#link-list option").nth(1).dblclick()
    else:
        for key in ("Tab", "ArrowDown", "ArrowDown", "ArrowUp"):
            opened.keyboard.press(key)
        assert linked.count() == before, "nothing is linked by looking"
        opened.keyboard.press("Enter")
    until(opened, f"document.querySelectorAll('.record-card [data-focus^=cut-department]').length === {before + 1}")
    assert offered[1] in opened.locator(".record-card").inner_text()
    until(opened, "document.activeElement.dataset.focus === 'link-department'")


def test_what_stands_far_away_can_be_linked(page: Any, open_saved: Callable[..., None], until: Any) -> None:
    text = "市档案馆负责。\n" + "".join(f"第{i}所由{i}号科室负责建设。\n" for i in range(120)) + "完成8所。"
    spans = [{"id": "R1", "label": "DEPARTMENT", "start": 0, "end": 4}]
    for i in range(120):
        start = text.index(f"由{i}号科室") + 1
        end = text.index("负责", start)
        spans.append({"id": f"R{i + 2}", "label": "DEPARTMENT", "start": start, "end": end})
    start = text.index("8所。")
    spans.append({"id": "N1", "label": "NUMBER", "start": start, "end": start + 1, "value": "target"})
    open_saved(page, {"id": "远", "text": text, "entities": spans, "links": []})
    page.click("[data-index='0']")
    _link(page, "keyboard", "department", "档案馆")
    until(page, "document.querySelector('tr[aria-selected=true] .c-departments')?.innerText.includes('市档案馆')")


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


def _link(page: Any, by: str, role: str, words: str) -> None:
    """Link the chosen record to the nearest span of some words."""
    if by == "click":
        page.click(f"[data-focus=link-{role}]")
        page.locator("#link-list option", has_text=words).first.click()
        page.click("#dialog .primary")
    else:
        page.focus(f"[data-focus=link-{role}]")
        page.keyboard.press("Enter")
        page.keyboard.insert_text(words)
        page.keyboard.press("Enter")
    page.wait_for_selector("#dialog", state="hidden")


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

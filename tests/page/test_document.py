"""The document with its spans, and where they lead."""

from collections.abc import Callable
from typing import Any

import pytest


def test_the_text_is_there_whole(opened: Any, sample: str) -> None:
    shown = opened.evaluate(
        "[...document.querySelectorAll('[data-start]')].map(e => [Number(e.dataset.start), e.textContent])"
    )
    units = sample.encode("utf-16-le")
    for start, text in shown:
        assert units[2 * start :].decode("utf-16-le").startswith(text)
    assert "".join(text for _, text in shown) == sample.replace("\n", "").replace(" | ", "")


def test_tables_are_tables(opened: Any) -> None:
    table = opened.locator(".document-text table")
    assert table.locator("th").all_inner_texts() == ["序号", "项目", "年度目标", "进展情况", "完成时限", "责任单位"]
    assert table.locator("tr").count() == 6
    assert table.locator("tr:nth-child(2) .span").count() >= 6


def test_spans_nest_and_tell_planned_from_reported(opened: Any, span_of: Callable[..., str]) -> None:
    outer = opened.locator(span_of("TARGET", "新建社区食堂12家"))
    assert outer.locator(".k-PLANNED").inner_text() == "12"
    assert opened.locator(span_of("NUMBER", "412")).get_attribute("class").split() >= ["span"]
    styles = [
        opened.locator(span_of("NUMBER", text)).evaluate("e => getComputedStyle(e).borderBottomStyle")
        for text in ("12", "412")
    ]
    assert styles == ["solid", "double"]
    bottoms = [
        e.evaluate("e => e.getClientRects()[e.getClientRects().length - 1].bottom")
        for e in (outer, outer.locator(".k-PLANNED"))
    ]
    assert bottoms[0] > bottoms[1] + 2, "the line of the outer span lies below that of the inner one"


def test_each_kind_has_a_line_of_its_own(opened: Any, span_of: Callable[..., str]) -> None:
    read = "es => es.map(e => (c => `${c.borderBottomStyle} ${c.borderBottomWidth}`)(getComputedStyle(e)))"
    for selector in (".legend .swatch", ".dock .kind"):
        opened.click(span_of("NUMBER", "412"))
        lines = opened.locator(selector).evaluate_all(read)
        assert len(lines) == len(set(lines)) == 7


def test_confidence_is_told_on_hover_and_on_focus(opened: Any, span_of: Callable[..., str]) -> None:
    opened.hover(span_of("DEPARTMENT", "区人社局"))
    assert "责任部门" in opened.locator("#tip").inner_text()
    assert "%" in opened.locator("#tip").inner_text()
    opened.mouse.move(0, 0)
    assert opened.locator("#tip").is_hidden()
    opened.focus(".document-text")
    opened.keyboard.press("n")
    assert "置信度" in opened.locator("#tip").inner_text()
    assert opened.locator("[aria-describedby=tip]").count() == 1


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_legend_filters(opened: Any, span_of: Callable[..., str], by: str) -> None:
    button = opened.locator("[data-focus=legend-METRIC]")
    span = opened.locator(span_of("METRIC", "城镇登记失业率"))
    before = span.evaluate("e => getComputedStyle(e).borderBottomWidth")
    if by == "click":
        button.click()
    else:
        button.focus()
        opened.keyboard.press("Space")
    assert opened.locator("[data-focus=legend-METRIC]").get_attribute("aria-pressed") == "false"
    assert (before, span.evaluate("e => getComputedStyle(e).borderBottomWidth")) == ("1px", "0px")
    opened.locator("[data-focus=legend-METRIC]").press("Enter")
    assert span.evaluate("e => getComputedStyle(e).borderBottomWidth") == before


def test_a_click_on_a_span_shows_its_record(opened: Any, span_of: Callable[..., str]) -> None:
    opened.click(span_of("NUMBER", "412"))
    assert "412" in opened.locator(".record-card").inner_text()
    assert "68.7%" in opened.locator("tr[aria-selected=true]").inner_text()
    assert opened.locator(".span.chosen").inner_text() == "412"
    assert "困难老年人家庭" in opened.locator(".span.related").first.inner_text()


def test_a_click_on_a_row_shows_its_source(opened: Any) -> None:
    opened.locator(".document-text").evaluate("e => { e.style.maxHeight = '150px'; }")
    opened.locator(".ledger tbody tr", has_text="优良天数").first.click()
    span = opened.locator(".span.chosen")
    assert span.inner_text() == "85"
    inside = "e => { const [a, b] = [e, document.querySelector('.document-text')].map(x => x.getBoundingClientRect()); return a.top >= b.top && a.bottom <= b.bottom; }"
    opened.wait_for_timeout(100)
    assert span.evaluate(inside)


def test_a_row_leads_to_its_source_by_keyboard(opened: Any) -> None:
    row = opened.locator(".ledger tbody tr", has_text="优良天数").first
    row.press("Enter")
    assert opened.evaluate("document.activeElement.textContent") == "85"
    assert opened.evaluate("document.activeElement.classList.contains('chosen')")


def test_the_source_is_marked_though_the_legend_hides_its_label(opened: Any) -> None:
    opened.click("[data-focus=legend-PLANNED]")
    opened.locator(".ledger tbody tr", has_text="优良天数").first.click()
    assert opened.locator(".span.chosen").evaluate("e => getComputedStyle(e).boxShadow") != "none"


def test_one_span_at_a_time_is_described(opened: Any, span_of: Callable[..., str]) -> None:
    for label, text in (("TARGET", "新建社区食堂12家"), ("NUMBER", "12"), ("UNIT", "家")):
        opened.hover(span_of(label, text), position={"x": 3, "y": 8})
    described = opened.locator("[aria-describedby=tip]")
    assert described.all_inner_texts() == ["家"]


def test_spans_are_walked_by_keys(opened: Any, saved: dict[str, Any], span_of: Callable[..., str]) -> None:
    opened.focus(".document-text")
    for _ in range(3):
        opened.keyboard.press("n")
    assert opened.evaluate("document.activeElement.dataset.id") == saved["entities"][2]["id"]
    opened.keyboard.press("p")
    assert opened.evaluate("document.activeElement.dataset.id") == saved["entities"][1]["id"]
    opened.keyboard.press("ArrowRight")
    assert opened.evaluate("document.activeElement.dataset.id") == saved["entities"][2]["id"]
    opened.click(span_of("NUMBER", "412"))
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.closest('.record-card') !== null")


def test_on_narrow_screens_a_button_leads_from_a_span_to_its_record(opened: Any, span_of: Callable[..., str]) -> None:
    opened.set_viewport_size({"width": 390, "height": 844})
    for by in ("click", "keyboard"):
        opened.click(span_of("NUMBER", "412"))
        if by == "click":
            opened.click(".to-record")
        else:
            opened.press(".to-record", "Enter")
        assert opened.evaluate("document.activeElement.closest('.record-card') !== null")
        box = opened.locator(".record-card header").bounding_box()
        assert 0 <= box["y"] < 844


def test_markup_in_a_document_is_shown_as_text(page: Any, open_saved: Callable[..., None]) -> None:
    text = "<script>window.broken = 1</script><img src=x onerror='window.broken=1'>新建12个<b>所</b>\n<svg onload=alert(1)>|x|y\n1|<iframe>|z"
    start = text.index("12")
    spans = [
        {"id": "N1", "label": "NUMBER", "start": start, "end": start + 2, "value": "target"},
        {"id": "M1", "label": "METRIC", "start": 0, "end": 8},
    ]
    links = [{"source": "N1", "role": "metric", "targets": ["M1"]}]
    document = {"id": "<img src=y onerror=alert(1)>", "text": text, "entities": spans, "links": links}
    open_saved(page, document)
    assert page.locator(".document-text p").first.inner_text() == text.split("\n")[0]
    assert "<script>" in page.locator("[data-index='0']").inner_text()
    page.click("[data-index='0']")
    assert (
        page.locator(".document-text script, .document-text img, .record-card img, .tools img, #documents img").count()
        == 0
    )
    assert page.evaluate("window.broken") is None

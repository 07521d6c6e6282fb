"""The page as a whole: languages, screen readers, narrow screens, paper, long documents, and what it loads."""

from collections.abc import Callable
from typing import Any

import pytest


def _documents(page: Any, saved: dict[str, Any], open_saved: Callable[..., None]) -> None:
    page.click("[data-view=start]")
    open_saved(page, saved | {"id": "第二份"})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_screen_readers(
    page: Any, saved: dict[str, Any], open_saved: Any, violations: Any, span_of: Any, language: str
) -> None:
    if language == "en":
        page.click("#language")
    found = {"start": violations(page)}
    open_saved(page, saved)
    _documents(page, saved, open_saved)
    page.click(span_of("NUMBER", "412"))
    found["work"] = violations(page)
    page.click(".menu summary")
    found["menu"] = violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    found["overview"] = violations(page)
    page.keyboard.press("?")
    found["help"] = violations(page)
    assert {view: problems for view, problems in found.items() if problems} == {}


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_english_and_back(opened: Any, by: str) -> None:
    def switch() -> None:
        if by == "click":
            opened.click("#language")
        else:
            opened.focus("#language")
            opened.keyboard.press("Enter")

    switch()
    assert opened.locator(".ledger thead").inner_text().split()[:2] == ["No.", "↑"]
    assert opened.get_attribute("html", "lang") == "en"
    words = opened.evaluate(
        "[...document.querySelectorAll('button, label, th, h2, option, summary')].map(e => e.textContent)"
    )
    assert not [
        word
        for word in words
        if "." in word and " " not in word and word.split(".")[0] in ("kind", "status", "filter", "export")
    ]
    opened.reload()
    opened.wait_for_selector("#start h1:not(:empty)")
    assert "ledger" in opened.locator("#start h1").inner_text()
    switch()
    assert opened.get_attribute("html", "lang") == "zh-CN"


def test_every_word_is_there_in_both_languages(opened: Any) -> None:
    missing = opened.evaluate(
        """async () => {
            const {STRINGS} = await import('/page/strings.js');
            const wrong = Object.entries(STRINGS).filter(([, words]) => words.length !== 2);
            const keys = [...document.querySelectorAll('[data-i18n], [data-i18n-label], [data-i18n-placeholder]')]
                .flatMap(e => [e.dataset.i18n, e.dataset.i18nLabel, e.dataset.i18nPlaceholder]).filter(Boolean);
            return [...wrong, ...keys.filter(key => !(key in STRINGS))];
        }"""
    )
    assert missing == []


def test_narrow_screens(
    new_page: Any, address: str, saved: Any, open_saved: Any, violations: Any, picture: Any
) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    page.wait_for_selector("#start h1:not(:empty)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    open_saved(page, saved)
    page.fill("#today", "2025-09-05")
    page.dispatch_event("#today", "change")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    picture(page, "workbench-narrow")
    page.keyboard.press("o")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("size", [(1024, 768), (720, 450)], ids=["1024x768", "zoom200"])
def test_small_and_zoomed_screens(
    new_page: Any, address: str, saved: Any, open_saved: Any, span_of: Any, size: tuple[int, int]
) -> None:
    width, height = size
    page = new_page(viewport={"width": width, "height": height})
    page.goto(address)
    page.wait_for_selector("#start h1:not(:empty)")
    wide = (
        "[document.documentElement, ...document.querySelectorAll('.frame, main, .view, .panes, .pane, .tools, .dock')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.className || e.tagName)"
    )
    found = {"start": page.evaluate(wide)}
    open_saved(page, saved, saved | {"id": "第二份"})
    page.fill("#today", "2025-09-05")
    page.dispatch_event("#today", "change")
    for language in ("zh", "en"):
        page.click(span_of("NUMBER", "412"))
        found[f"work {language}"] = page.evaluate(wide)
        page.click(".menu summary")
        box = page.locator(".menu-list").bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
        page.keyboard.press("o")
        found[f"overview {language}"] = page.evaluate(wide)
        page.keyboard.press("d")
        page.click("#language")
    assert {view: parts for view, parts in found.items() if parts} == {}


def test_screen_readers_where_little_is_seen(page: Any, address: str, violations: Any, until: Any) -> None:
    found = {}
    bad = {"name": "坏.docx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04 nothing"}
    page.set_input_files("#files", [bad, bad | {"name": "坏.xlsx"}])
    until(page, "document.querySelectorAll('#documents [role=alert]').length === 2")
    found["failed"] = violations(page)
    page.click("[data-view=start]")
    page.fill("#paste", "今天天气很好。")
    page.click("#start-form .primary")
    page.wait_for_selector("tr.none")
    assert page.locator("tr.none").inner_text() == "文中没有找到目标、数值等可入台账的内容。"
    found["empty"] = violations(page)
    page.keyboard.press("o")
    found["overview"] = violations(page)
    page.route("**/extract", lambda route: route.fulfill(status=401, body="{}"))
    page.keyboard.press("s")
    page.keyboard.insert_text("到年底建成12个。")
    page.keyboard.press("Control+Enter")
    page.fill("#key", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog [role=alert]")
    found["key"] = violations(page)
    assert {view: problems for view, problems in found.items() if problems} == {}


def test_print(opened: Any) -> None:
    opened.emulate_media(media="print")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.locator(".filters").is_hidden()
    assert opened.locator(".document-text").is_visible()
    rows = int(opened.get_attribute(".ledger", "aria-rowcount")) - 1
    assert opened.locator(".ledger tbody tr[data-index]").count() == rows
    assert opened.pdf()[:5] == b"%PDF-"


def test_nothing_comes_from_elsewhere_and_nothing_is_inline(
    new_page: Any, address: str, saved: Any, open_saved: Any
) -> None:
    page = new_page()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    response = page.goto(address)
    page.wait_for_selector("#start h1:not(:empty)")
    open_saved(page, saved)
    page.keyboard.press("o")
    assert all(url.startswith((address, "blob:")) for url in addresses)
    assert "unsafe" not in response.headers["content-security-policy"]
    assert (
        page.evaluate(
            "document.querySelectorAll('[style]').length >= 0 && document.querySelectorAll('script:not([src])').length"
        )
        == 0
    )


@pytest.fixture(scope="module")
def long_document(saved: dict[str, Any]) -> dict[str, Any]:
    """200,000 characters with 5,000 spans and more: the sample over and over."""
    text, entities, copy = "", [], 0
    length = len(saved["text"].encode("utf-16-le")) // 2
    while len(text) < 200_000 or len(entities) < 5_000:
        shift = copy * length
        text += saved["text"]
        entities += [
            {k: e[k] for k in ("label", "confidence") if k in e}
            | ({"value": e["value"]} if "value" in e else {})
            | {
                "id": f"{e['id'][0]}{copy * 100 + int(e['id'][1:])}",
                "start": e["start"] + shift,
                "end": e["end"] + shift,
            }
            for e in saved["entities"]
        ]
        copy += 1
    return {"id": "长文", "text": text, "entities": entities, "links": []}


def test_long_documents_are_drawn_where_one_looks(page: Any, open_saved: Any, long_document: dict[str, Any]) -> None:
    assert len(long_document["text"]) >= 200_000
    assert len(long_document["entities"]) >= 5_000
    page.set_default_timeout(120_000)
    open_saved(page, long_document)
    seen = "[...document.querySelectorAll('.chunk')].map(c => c.firstElementChild.checkVisibility({contentVisibilityAuto: true}))"
    drawn = page.evaluate(seen)
    assert len(drawn) > 40
    assert drawn[0]
    assert sum(drawn) < 8
    rows = int(page.get_attribute(".ledger", "aria-rowcount"))
    assert rows > 2_000
    assert page.locator(".ledger tbody tr").count() < 80
    # to the end by the ledger
    page.focus("[data-index='0']")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("tr[aria-selected=true]").get_attribute("aria-rowindex") == str(rows)
    chosen = page.locator(".span.chosen")
    box, frame = chosen.bounding_box(), page.locator(".document-text").bounding_box()
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
    assert sum(page.evaluate(seen)) < 12
    # a correction draws only the chunk that it touches
    page.evaluate("window.before = [...document.querySelectorAll('.chunk > :first-child')]")
    page.keyboard.press("Delete")
    same = page.evaluate(
        "[...document.querySelectorAll('.chunk > :first-child')].filter((e, i) => e !== before[i]).length"
    )
    assert same == 1


def test_frames_while_scrolling(page: Any, open_saved: Any, long_document: dict[str, Any]) -> None:
    """Every frame shows what belongs there: at no place is there a blank view."""
    page.set_default_timeout(120_000)
    open_saved(page, long_document)
    blanks = page.evaluate(
        """async () => {
            const root = document.querySelector('.document-text');
            let blanks = 0;
            for (let step = 1; step <= 30; step++) {
                root.scrollTop = (root.scrollHeight - root.clientHeight - 400) * step / 30;
                await new Promise(requestAnimationFrame);
                const frame = root.getBoundingClientRect();
                const at = document.elementFromPoint(frame.left + frame.width / 2, frame.top + frame.height / 2);
                if (!at?.closest('.chunk')) blanks++;
            }
            return blanks;
        }"""
    )
    assert blanks == 0


def test_the_views_that_the_docs_show(
    opened: Any, saved: Any, open_saved: Any, span_of: Any, picture: Any, new_page: Any, address: str
) -> None:
    opened.click(span_of("NUMBER", "12"))
    opened.wait_for_timeout(100)
    picture(opened, "workbench")
    opened.keyboard.press("o")
    picture(opened, "overview")
    start = new_page(viewport={"width": 1200, "height": 720})
    start.goto(address)
    start.wait_for_selector("#start h1:not(:empty)")
    picture(start, "start")

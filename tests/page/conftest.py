"""A real Chromium on the real service with the real model; without Chromium or Playwright these tests are skipped.

What people do on the page, and the test that does it by click and by keyboard; ``[by]`` is one test with both.

======================================  =====================================================  ==============
a text is pasted and read               the_sample_is_pasted…, a_text_is_pasted…                test_reading
files are chosen, or dropped            files_are_chosen[by], files_are_dropped_anywhere        test_reading
several files, and going between them   several_files_are_a_job…                                test_reading
reading is stopped, and begun again     reading_is_stopped_and_begun_again[by]                  test_reading
the list is used while texts are read   the_list_can_be_used_while_a_text_is_read[by]           test_reading
a document is taken away                a_document_is_taken_away[by]                            test_reading
a date is set afterwards                the_date_of_a_document_can_be_set_afterwards[by]        test_reading
a message is closed                     a_message_is_closed[by]                                 test_reading
a key is given                          the_key_is_asked_for_and_kept                           test_reading
every kind of document, all the way     a_document_is_walked_corrected_and_exported[by]         test_kinds
notes on reading                        notes_on_reading_are_read[by]                           test_kinds
the legend filters                      the_legend_filters[by]                                  test_document
confidence is told                      confidence_is_told_on_hover_and_on_focus                test_document
a span leads to its record              a_click_on_a_span…, spans_are_walked_by_keys            test_document
a row leads to its source               a_click_on_a_row…, a_row_leads_to_…_by_keyboard         test_document
the ledger is sorted                    columns_sort_both_ways_with_blanks_last[by]             test_ledger
the ledger is filtered, searched        filters, filters_by_keyboard, …_searched_by_keyboard    test_ledger
due dates, 对照日期 are typed           due_dates_are_typed…, the_day_to_compare_with_is_typed  test_ledger
the counts above the ledger             the_counts_above_the_ledger_filter_it[by]               test_ledger
borders are moved                       borders_are_moved…[by], borders_are_set_by_selecting    test_corrections
labels are changed                      labels_are_changed[by]                                  test_corrections
spans are deleted, undo, redo           spans_are_deleted…[by]                                  test_corrections
spans are added                         …_by_selecting, spans_are_found_and_added[by]           test_corrections
records are linked otherwise            records_are_linked_anew[by], what_is_offered…[by]       test_corrections
a department's part is changed          the_duty_of_a_department…[by]                           test_corrections
downloads, each kind                    a_workbook…, csv, json…, label_studio, gold, all [by]   test_export
print                                   it_is_printed[by]                                       test_export
training data                           a_document_is_kept_to_train_on (first click, then key)  test_export
a bar, a goal leads to its rows         a_bar…[by], a_status…[by], a_listed_goal…[by]           test_overview
a bar over several documents            a_bar_over_documents_leads_to_all_its_rows[by]          test_overview
the numbers of a plot                   the_numbers_of_a_plot_can_be_read[by]                   test_overview
one document or all                     several_documents_together_or_one[by]                   test_overview
the language                            english_and_back[by]                                    test_page
======================================  =====================================================  ==============
"""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from annotations.schema import Label
from models.tagger import Tagger
from service import answers
from service.app import create_app
from service.offsets import Unit
from service.settings import CorrectionSettings, Settings

HERE = Path(__file__).parent
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
IMAGES = HERE.parents[1] / "docs" / "images"
DATE = "2025-09-05"
NAME = "岚川区2025年民生实事和重点工作推进情况"
_CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
_TIMEOUT = int(os.environ.get("PAGE_TIMEOUT", "60"))
"""Seconds to wait for anything; a machine that does much else is slow."""
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture(scope="session")
def training_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("training")


@pytest.fixture(scope="session")
def serve(tagger: Tagger) -> Iterator[Callable[[Settings], str]]:
    """Serves with settings on a free port of this machine; the address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(settings: Settings) -> str:
        config = uvicorn.Config(create_app(tagger, settings), host="127.0.0.1", port=0, log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        deadline = time.monotonic() + 60
        while not (server.started and config.loaded_app and server.servers):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        (socket,) = server.servers[0].sockets
        return f"http://127.0.0.1:{socket.getsockname()[1]}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def address(serve: Callable[[Settings], str], training_folder: Path) -> str:
    return serve(replace(Settings(), corrections=CorrectionSettings(training_folder=training_folder)))


@pytest.fixture(scope="module")  # Playwright keeps an event loop in this thread, which other tests need
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not _CHROMIUM:
        pytest.skip("there is no Chromium: install Debian's package, or name it in CHROMIUM")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=_CHROMIUM, args=_SWITCHES, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page; that a script fails, or breaks the page's security policy, fails the test."""
    contexts, errors = [], []

    def start(**options: Any) -> Any:
        size = {"width": 1440, "height": 900}
        context = browser.new_context(**{"viewport": size, "locale": "zh-CN", "accept_downloads": True} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        # that a request was refused is a matter of the test
        page.on(
            "console",
            lambda m: errors.append(m.text) if m.type == "error" and "Failed to load resource" not in m.text else None,
        )
        return page

    yield start
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def until() -> Callable[[Any, str], None]:
    """Wait until an expression holds in a page (whose security policy forbids Playwright's own way of doing it)."""

    def wait(page: Any, expression: str) -> None:
        deadline = time.monotonic() + _TIMEOUT
        while not page.evaluate(expression):
            assert time.monotonic() < deadline, f"waited for too long: {expression}"
            page.wait_for_timeout(50)

    return wait


@pytest.fixture(scope="session")
def press() -> Callable[..., None]:
    """Press a button as people do, for longer than an instant; meanwhile other documents are being read."""

    def hold(page: Any, selector: str, by: str = "click") -> None:
        if by == "click":
            page.hover(selector)
            page.mouse.down()
        else:
            page.focus(selector)
            page.keyboard.down(" ")
        page.evaluate("import('/page/store.js').then(store => store.changed('progress documents'))")
        page.wait_for_timeout(150)
        if by == "click":
            page.mouse.up()
        else:
            page.keyboard.up(" ")

    return hold


@pytest.fixture(scope="session")
def type_date() -> Callable[[Any, str, str], None]:
    """Type a date by its digits, in the order in which this Chromium's language has them."""
    order: list[str] = []

    def type_digits(page: Any, selector: str, day: str) -> None:
        year, month, date = day.split("-")
        if not order:
            page.evaluate(
                "document.body.append(Object.assign(document.createElement('input'), {id: 'trial', type: 'date'}))"
            )
            page.focus("#trial")
            page.keyboard.type("11222033")
            order.append("{m}{d}{y}" if page.input_value("#trial") == "2033-11-22" else "{y}{m}{d}")
            page.evaluate("document.getElementById('trial').remove()")
        page.focus(selector)
        page.keyboard.type(order[0].format(y=year, m=month, d=date))

    return type_digits


@pytest.fixture
def page(new_page: Callable[..., Any], address: str) -> Any:
    """The first view of the page."""
    page = new_page()
    page.goto(address)
    page.wait_for_selector("#start h1:not(:empty)")
    return page


@pytest.fixture(scope="session")
def sample() -> str:
    """The text that the page itself offers to try."""
    source = (HERE.parents[1] / "service" / "page" / "files" / "sample.js").read_text(encoding="utf-8")
    return source.split("`")[1]


@pytest.fixture(scope="session")
def saved(tagger: Tagger, sample: str) -> dict[str, Any]:
    """The sample as the page saves it: read by the model once for all tests."""
    (annotation,) = tagger.annotate([sample])
    return answers.build(annotation, tagger, NAME, None, Unit.UTF16) | {"text": sample, "date": DATE, "links": []}


@pytest.fixture
def opened(page: Any, saved: dict[str, Any], open_saved: Callable[..., None]) -> Any:
    """The page with the sample in it, on a day of September 2025."""
    open_saved(page, saved)
    page.fill("#today", DATE)
    page.dispatch_event("#today", "change")
    page.focus("#content")
    return page


@pytest.fixture(scope="session")
def open_saved() -> Callable[..., None]:
    """Opens documents that were saved as JSON."""

    def open_documents(page: Any, *documents: dict[str, Any]) -> None:
        content = json.dumps(documents, ensure_ascii=False).encode()
        page.set_input_files("#files", {"name": "saved.json", "mimeType": "application/json", "buffer": content})
        page.wait_for_selector("[data-index='0']")

    return open_documents


@pytest.fixture(scope="session")
def span_of(saved: dict[str, Any]) -> Callable[..., str]:
    """The selector of a span by its label and text (the first that begins so)."""

    def find(label: str, text: str) -> str:
        id = next(e["id"] for e in saved["entities"] if e["label"] == Label(label) and e["text"].startswith(text))
        return f".span[data-id='{id}']"

    return find


@pytest.fixture
def violations(browser: Any) -> Callable[[Any], list[str]]:
    """What axe-core finds wrong with a page as it is."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/page")
    source = AXE.read_text(encoding="utf-8")

    def check(page: Any) -> list[str]:
        page.evaluate(source)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in result["violations"] for n in v["nodes"]]

    return check


@pytest.fixture(scope="session")
def picture(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Takes a picture for the docs, if the tests are run with --screenshots."""

    def take(page: Any, name: str) -> None:
        if request.config.getoption("--screenshots"):
            IMAGES.mkdir(exist_ok=True)
            page.mouse.move(0, 0)
            page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")

    return take

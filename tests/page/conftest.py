"""A real Chromium on the real service with the real model; without Chromium or Playwright these tests are skipped."""

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

"""Getting documents in: pasted, chosen and dropped, one and several, good and bad."""

import asyncio
import io
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from models.draft import Draft
from models.tagger import Tagger
from service.extractor import Extractor
from service.settings import JobSettings, Settings

LINES = ("青岚县2025年重点工作任务", "到2025年底，由县民政局牵头，新建社区食堂12个。")
ROWS = (("项目", "任务", "单位"), ("托位", "新增普惠性托位450个", "县卫健局"))


def _docx() -> bytes:
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(2, 3)
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    return _bytes(document.save)


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in ((LINES[0],), *ROWS):
        book.active.append(row)
    return _bytes(book.save)


def _pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.setFont("STSong-Light", 12)
    for index, line in enumerate(LINES):
        canvas.drawString(72, 700 - 30 * index, line)
    canvas.save()
    return stream.getvalue()


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    body = "".join(f"<p>{line}</p>" for line in LINES) + f"<table>{rows}</table>"
    return f"<!doctype html><meta charset=utf-8><title>x</title><body>{body}".encode()


def _txt() -> bytes:
    return "\r\n".join(LINES).encode("gb18030")


def _bytes(save: Callable[[Any], Any]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


MAKERS = {"docx": _docx, "xlsx": _xlsx, "pdf": _pdf, "html": _html, "txt": _txt}


def _upload(kind: str) -> dict[str, Any]:
    return {"name": f"任务.{kind}", "mimeType": "application/octet-stream", "buffer": MAKERS[kind]()}


def test_the_sample_is_pasted_and_read_by_clicks(page: Any) -> None:
    page.click("#sample")
    assert "社区食堂" in page.input_value("#paste")
    page.click("#start-form .primary")
    page.wait_for_selector("[data-index='0']")
    assert page.locator(".ledger tbody").inner_text().count("社区食堂") >= 2
    assert page.locator(".document-text .span").count() > 40


def test_a_text_is_pasted_and_read_by_keyboard(page: Any) -> None:
    page.keyboard.press("s")
    page.keyboard.insert_text("\n".join(LINES))
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-index='0']")
    assert page.locator(".tools h1").inner_text() == LINES[0]
    assert "2025-12-31" in page.locator("[data-index='0']").inner_text()


def test_nothing_is_not_sent(page: Any) -> None:
    page.click("#start-form .primary")
    assert "请先粘贴文稿" in page.locator(".notice.error").inner_text()
    assert page.locator("#documents li").count() == 0


@pytest.mark.parametrize("kind", list(MAKERS))
def test_files_of_each_kind(page: Any, kind: str) -> None:
    page.set_input_files("#files", _upload(kind))
    page.wait_for_selector("[data-index='0']")
    wanted = "450" if kind == "xlsx" else "12"
    assert wanted in page.locator(".ledger tbody").inner_text()
    assert page.locator(".document-text table").count() == (kind in ("docx", "xlsx", "html"))


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice to write .doc files")
def test_a_file_of_old_word(page: Any, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(_docx())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", tmp_path, tmp_path / "a.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    page.set_input_files("#files", tmp_path / "a.doc")
    page.wait_for_selector("[data-index='0']")
    assert "12" in page.locator(".ledger tbody").inner_text()


def test_files_are_dropped_anywhere(page: Any) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], 'a.txt'));
            for (const type of ['dragenter', 'dragover', 'drop'])
                document.body.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        "\n".join(LINES),
    )
    page.wait_for_selector("[data-index='0']")
    assert page.locator(".tools h1").inner_text() == "a.txt"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Closed: texts about 托位 wait for it, and leave the model to others."""
    gate, answer = threading.Event(), Extractor.answer

    async def held(self: Extractor, text: str, *options: Any, **more: Any) -> bytes:
        if "托位" in text:
            await asyncio.to_thread(gate.wait, 60)
        return await answer(self, text, *options, **more)

    monkeypatch.setattr(Extractor, "answer", held)
    yield gate
    gate.set()


BROKEN = {"name": "坏.docx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04 nothing"}
READY = "document.querySelectorAll('#documents button.document:not(:disabled)').length"


def _jobs(page: Any) -> list[Any]:
    """The jobs that the service still knows."""
    return page.evaluate("fetch('/jobs').then(answer => answer.json()).then(page => page.jobs)")


def test_several_files_are_a_job_whose_results_come_as_they_are_ready(
    page: Any, gate: threading.Event, until: Any
) -> None:
    page.set_input_files("#files", [_upload("docx"), BROKEN, _upload("txt")])
    until(page, f"{READY} === 1 && document.querySelectorAll('#documents [role=alert]').length === 1")
    assert page.locator(".tools h1").inner_text() == "任务.txt"
    assert (
        page.locator("#documents li", has_text="坏.docx").locator("[role=alert]").inner_text().startswith("文件已损坏")
    )
    assert page.locator("#documents li", has_text="任务.docx").locator("button.document").is_disabled()
    assert page.evaluate("document.querySelector('.together progress').value") == 67
    assert "2 / 3" in page.locator(".together").inner_text()
    assert len(_jobs(page)) == 1
    gate.set()
    until(page, f"{READY} === 2")
    assert page.locator(".together").is_hidden()
    page.click("#documents li:nth-child(1) button.document")
    assert "450" in page.locator(".ledger tbody").inner_text()
    page.focus("#documents li:nth-child(3) button.document")
    page.keyboard.press("Enter")
    assert page.locator("#documents li:nth-child(3) [aria-current]").count() == 1
    until(page, "fetch('/jobs').then(answer => answer.json()).then(page => page.jobs.length === 0)")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_reading_is_stopped_and_begun_again(
    page: Any, gate: threading.Event, until: Any, press: Callable[..., None], by: str
) -> None:
    page.set_input_files("#files", [_upload("docx"), _upload("xlsx"), _upload("txt")])
    until(page, f"{READY} === 1")
    press(page, ".stop", by)
    assert page.locator("#documents [role=alert]").all_inner_texts() == ["已停止。 重试"] * 2
    assert page.locator(".together").is_hidden()
    until(page, "fetch('/jobs').then(answer => answer.json()).then(page => page.jobs.length === 0)")
    gate.set()
    press(page, "#documents [role=alert] button >> nth=0", by)
    until(page, f"{READY} === 2")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_list_can_be_used_while_a_text_is_read(
    page: Any, gate: threading.Event, until: Any, press: Callable[..., None], by: str
) -> None:
    page.set_input_files("#files", [_upload("docx"), _upload("txt"), BROKEN])
    until(page, f"{READY} === 1 && document.querySelectorAll('#documents [role=alert]').length === 1")
    page.evaluate("window.told = document.querySelector('#documents [role=alert]')")
    page.keyboard.press("o")
    press(page, "#documents li:nth-child(2) button.document", by)
    assert page.locator("#work").is_visible()
    press(page, "#documents li:nth-child(1) .icon", by)
    assert page.locator("#documents li").count() == 2
    assert page.evaluate("told.isConnected")  # said once, and not again with every progress
    press(page, "#documents .documents-head .icon", by)
    assert page.locator("#start").is_visible()


def test_a_job_ends_with_its_last_document(page: Any, gate: threading.Event, until: Any) -> None:
    page.set_input_files("#files", [_upload("docx"), _upload("xlsx")])
    until(page, "sessionStorage.getItem('mubiao-jobs')?.length > 2")
    page.click("#documents li:nth-child(1) .icon")
    assert len(_jobs(page)) == 1
    page.click("#documents li:nth-child(1) .icon")
    until(page, "fetch('/jobs').then(answer => answer.json()).then(page => page.jobs.length === 0)")
    assert page.locator("#start").is_visible()


def test_a_job_is_found_again_when_the_page_is_loaded_anew(page: Any, gate: threading.Event, until: Any) -> None:
    page.set_input_files("#files", [_upload("docx"), _upload("txt"), BROKEN])
    until(page, f"{READY} === 1")
    page.reload()
    until(page, f"{READY} === 1")
    assert "继续取回" in page.locator(".notice").inner_text()
    gate.set()
    until(page, f"{READY} === 2")
    assert page.locator("#documents [role=alert]").inner_text().startswith("文件已损坏")
    until(page, "sessionStorage.getItem('mubiao-jobs') === '[]'")
    page.reload()
    page.wait_for_selector("#start h1:not(:empty)")
    assert page.locator("#documents").is_hidden()


def test_a_job_that_the_service_has_lost_is_told(page: Any) -> None:
    page.evaluate(
        "sessionStorage.setItem('mubiao-jobs', JSON.stringify([{id: '0'.repeat(32), names: ['甲.docx'], date: null}]))"
    )
    page.reload()
    assert "找不到这批文件" in page.locator("#documents [role=alert]").inner_text()
    assert "甲.docx" in page.locator("#documents").inner_text()


def test_a_job_is_followed_through_interruptions(page: Any, gate: threading.Event, until: Any) -> None:
    page.route("**/jobs/*/events", lambda route: route.abort())
    page.set_input_files("#files", [_upload("docx"), _upload("txt")])
    page.wait_for_selector(".together p:has-text('连接中断')")
    page.unroute("**/jobs/*/events")
    gate.set()
    until(page, f"{READY} === 2")


def test_several_files_where_there_are_no_jobs(serve: Any, new_page: Any, until: Any) -> None:
    page = new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.rsplit("/", 1)[1]))
    page.goto(serve(replace(Settings(), jobs=JobSettings(enabled=False))))
    page.wait_for_selector("#start h1:not(:empty)")
    page.set_input_files("#files", [_upload("docx"), BROKEN, _upload("txt")])
    until(page, f"{READY} === 2 && document.querySelectorAll('#documents [role=alert]').length === 1")
    assert sent.count("file") == 3
    assert not any(name.startswith("jobs") for name in sent)


def test_the_progress_of_a_long_text_is_what_was_read(page: Any, monkeypatch: pytest.MonkeyPatch, until: Any) -> None:
    gate, read = threading.Event(), Tagger.read
    lengths: list[int] = []
    whole: list[int] = []

    def held(self: Tagger, draft: Draft, window: int) -> bool:
        whole[:] = [sum(draft.length(one) for one in range(len(draft)))]
        lengths.append(draft.length(window))
        if len(lengths) > 5:
            gate.wait(60)
        return read(self, draft, window)

    monkeypatch.setattr(Tagger, "read", held)
    page.fill("#paste", "\n".join(LINES * 100))
    page.click("#start-form .primary")
    until(page, "document.querySelector('#documents li progress')?.value > 0")
    while len(lengths) < 6:
        page.wait_for_timeout(50)
    share = sum(lengths[:5]) / whole[0]
    until(page, f"document.querySelector('#documents li progress').value === {round(100 * share)}")
    assert f"已识别 {int(100 * share)}%" in page.locator("#documents li").inner_text()
    gate.set()
    page.wait_for_selector("[data-index='0']")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_files_are_chosen(page: Any, by: str) -> None:
    with page.expect_file_chooser() as chooser:
        if by == "click":
            page.click("label[for=files]")
        else:
            page.focus("#files")
            page.keyboard.press("Enter")
    chooser.value.set_files(_upload("txt"))
    page.wait_for_selector("[data-index='0']")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_document_is_taken_away(
    opened: Any, saved: dict[str, Any], open_saved: Callable[..., None], until: Any, by: str
) -> None:
    opened.click("[data-view=start]")
    open_saved(opened, saved | {"id": "第二份"})
    if by == "click":
        opened.click("#documents li:nth-child(2) .icon")
    else:
        opened.press("#documents li:nth-child(2) .icon", "Enter")
    until(opened, "document.querySelectorAll('#documents li').length === 1")
    assert NAME_OF_FIRST in opened.locator(".tools h1").inner_text()


NAME_OF_FIRST = "岚川区"


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_what_was_shown_is_shown_again_when_nothing_new_can_be_read(
    opened: Any, press: Callable[..., None], until: Any, by: str
) -> None:
    opened.keyboard.press("s")
    opened.set_input_files("#files", BROKEN)
    opened.wait_for_selector("#documents [role=alert]")
    assert NAME_OF_FIRST in opened.locator(".tools h1").inner_text()
    assert opened.locator("#work .empty").is_hidden()
    # with nothing else to show, the list says why
    press(opened, "#documents li:nth-child(1) .icon", by)
    assert opened.locator("#work .empty").inner_text() == "没有读出文稿，原因见文稿列表。"


def test_why_a_file_failed_is_told_in_the_language_of_the_page(page: Any) -> None:
    page.set_input_files("#files", BROKEN)
    assert page.locator("#documents [role=alert]").inner_text().startswith("文件已损坏")
    page.click("#language")
    assert page.locator("#documents [role=alert]").inner_text() == "The file is broken or not whole."


def test_a_text_that_is_too_long_is_not_lost(page: Any) -> None:
    page.route("**/page/settings.json", lambda route: route.fulfill(json=route.fetch().json() | {"text_limit": 20}))
    page.reload()
    page.wait_for_selector("#start h1:not(:empty)")
    text = "\n".join(LINES)
    page.fill("#paste", text)
    page.press("#paste", "Control+Enter")
    assert "超过上限 20 字" in page.locator(".notice.error").inner_text()
    assert page.input_value("#paste") == text
    assert page.locator("#start").is_visible()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_date_of_a_document_can_be_set_afterwards(
    opened: Any, span_of: Callable[..., str], type_date: Callable[..., None], until: Any, by: str
) -> None:
    due = "[...document.querySelectorAll('.ledger tbody tr')].find(row => /挥发性/.test(row.innerText))?.innerText"
    assert opened.input_value("#document-date") == "2025-09-05"
    until(opened, f"/2025-12-31/.test({due})")
    opened.click(span_of("NUMBER", "412"))
    opened.keyboard.press("Delete")
    if by == "click":
        opened.fill("#document-date", "2026-02-01")
        opened.dispatch_event("#document-date", "change")
    else:
        type_date(opened, "#document-date", "2026-02-01")
        assert opened.evaluate("document.activeElement.id") == "document-date"
    until(opened, f"/2026-12-31/.test({due})")
    assert opened.locator(span_of("NUMBER", "412")).count() == 0
    # what an undo brings back counts from the new day too, though it had been linked with the old one
    opened.click("[data-focus=undo]")
    assert opened.locator(span_of("NUMBER", "412")).count() == 1
    until(opened, f"/2026-12-31/.test({due}) && document.querySelector('[data-focus=undo]').disabled")
    with opened.expect_download() as download:
        opened.click(".menu summary")
        opened.click("[data-export=json]")
    assert json.loads(Path(download.value.path()).read_bytes())[0]["date"] == "2026-02-01"


def test_the_date_of_one_text_is_not_that_of_the_next(page: Any) -> None:
    page.click("#sample")
    page.click("#start-form .primary")
    page.wait_for_selector("[data-index='0']")
    page.click("[data-view=start]")
    assert page.input_value("#date") == ""
    page.set_input_files("#files", _upload("txt"))
    page.wait_for_selector("#documents li:nth-child(2) button.document:not(:disabled)")
    assert page.input_value("#document-date") == ""


def test_a_busy_service_is_waited_for(page: Any) -> None:
    answers = iter([(429, "1"), (503, "1")])

    def busy(route: Any) -> None:
        try:
            status, seconds = next(answers)
        except StopIteration:
            return route.continue_()
        return route.fulfill(status=status, headers={"Retry-After": seconds}, body="{}")

    page.route("**/extract", busy)
    page.fill("#paste", "\n".join(LINES))
    page.click("#start-form .primary")
    page.wait_for_selector("[data-index='0']")


def test_a_service_that_cannot_be_reached_can_be_tried_again(page: Any) -> None:
    page.route("**/extract", lambda route: route.abort())
    page.fill("#paste", "\n".join(LINES))
    page.click("#start-form .primary")
    page.wait_for_selector("#documents [role=alert]")
    page.unroute("**/extract")
    page.click("#documents [role=alert] button")
    page.wait_for_selector("[data-index='0']")


def test_json_that_is_not_ours_is_refused(page: Any) -> None:
    page.set_input_files(
        "#files", {"name": "x.json", "mimeType": "application/json", "buffer": json.dumps({}).encode()}
    )
    assert "不是从本页导出" in page.locator("#documents [role=alert]").inner_text()


def test_the_key_is_asked_for_and_kept(page: Any, until: Any) -> None:
    given: list[str | None] = []

    def guarded(route: Any) -> None:
        given.append(route.request.headers.get("authorization"))
        if given[-1] == "Bearer 钥匙".encode().decode("latin-1") or given[-1] == "Bearer secret":
            route.continue_()
        else:
            route.fulfill(status=401, headers={"WWW-Authenticate": "Bearer"}, body="{}")

    page.route("**/extract", guarded)
    page.fill("#paste", "\n".join(LINES))
    page.click("#start-form .primary")
    page.wait_for_selector("#key")
    assert "密钥无效" not in page.locator("dialog").inner_text()
    page.fill("#key", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog [role=alert]:has-text('密钥无效')")
    assert page.input_value("#key") == ""
    assert page.evaluate("document.activeElement.id") == "key"
    page.fill("#key", "secret")
    page.click("dialog .primary")
    page.wait_for_selector("[data-index='0']")
    assert given == [None, "Bearer wrong", "Bearer secret"]
    assert page.evaluate("sessionStorage.getItem('mubiao-key')") == "secret"


def _keyless(page: Any) -> list[Any]:
    """The requests without a key, which wait to be answered."""
    waiting: list[Any] = []

    def sort(route: Any) -> None:
        if route.request.headers.get("authorization"):
            route.continue_()
        else:
            waiting.append(route)

    page.route("**/extract", sort)
    return waiting


def test_the_key_is_asked_for_over_another_dialog(page: Any) -> None:
    waiting = _keyless(page)
    page.fill("#paste", "\n".join(LINES))
    page.click("#start-form .primary")
    page.click("#help-button")
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].fulfill(status=401, headers={"WWW-Authenticate": "Bearer"}, body="{}")
    page.fill("#key", "secret")
    page.wait_for_timeout(100)  # the close of the help is told late
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-index='0']")


def test_a_key_that_another_request_was_given_is_tried_first(page: Any, until: Any) -> None:
    waiting = _keyless(page)
    for line in LINES:
        page.click("[data-view=start]")
        page.fill("#paste", line)
        page.click("#start-form .primary")
    while len(waiting) < 2:
        page.wait_for_timeout(20)
    waiting[0].fulfill(status=401, body="{}")
    page.fill("#key", "secret")
    page.keyboard.press("Enter")
    until(page, f"{READY} === 1")
    waiting[1].fulfill(status=401, body="{}")
    until(page, f"{READY} === 2")
    assert page.locator("dialog").is_hidden()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_focus_stays_where_documents_are_taken_away(
    opened: Any, saved: dict[str, Any], open_saved: Callable[..., None], press: Callable[..., None], by: str
) -> None:
    opened.keyboard.press("s")
    open_saved(opened, saved | {"id": "第二份"}, saved | {"id": "第三份"})
    for name in ("第三份", "第二份"):
        press(opened, "#documents li:last-child .icon", by)
        if name == "第三份":
            assert opened.evaluate("document.activeElement.ariaLabel") == "移除 第二份"
    assert opened.locator("#documents").is_hidden()
    assert opened.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_message_is_closed(page: Any, press: Callable[..., None], by: str) -> None:
    page.focus("#start-form .primary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "paste"
    press(page, ".notice .icon", by)
    assert page.locator(".notice").count() == 0
    assert page.evaluate("document.activeElement.id") == "paste"

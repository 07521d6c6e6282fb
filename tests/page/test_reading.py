"""Getting documents in: pasted, chosen and dropped, one and several, good and bad."""

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from models.tagger import Tagger

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


def test_several_files_are_read_with_progress_and_one_that_fails_stops_none(
    page: Any, tagger: Tagger, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    annotate = type(tagger).annotate
    seen: list[str] = []

    def watched(self: Tagger, texts: Any) -> Any:
        seen.extend(texts)
        page_is_waiting.wait(30)
        return annotate(self, texts)

    import threading

    page_is_waiting = threading.Event()
    monkeypatch.setattr(type(tagger), "annotate", watched)
    broken = {"name": "坏.docx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04 nothing"}
    page.set_input_files("#files", [_upload("txt"), broken, _upload("docx"), _upload("html"), _upload("xlsx")])
    page.wait_for_selector("#documents progress")
    assert page.locator("#documents li").count() == 5
    until(page, "document.querySelector('#documents li progress')?.value > 10")
    page_is_waiting.set()
    until(page, "document.querySelectorAll('#documents button.document:not(:disabled)').length === 4")
    assert page.locator("#documents [role=alert]").count() == 1
    page.click("#documents li:nth-child(5) button.document")
    assert "450" in page.locator(".ledger tbody").inner_text()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.locator("#documents li:nth-child(4) [aria-current]").count() == 1


def test_a_document_is_taken_away(
    opened: Any, saved: dict[str, Any], open_saved: Callable[..., None], until: Any
) -> None:
    opened.click("[data-view=start]")
    open_saved(opened, saved | {"id": "第二份"})
    opened.click("#documents li:nth-child(2) .icon")
    until(opened, "document.querySelectorAll('#documents li').length === 1")
    assert NAME_OF_FIRST in opened.locator(".tools h1").inner_text()


NAME_OF_FIRST = "岚川区"


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
    page.fill("#key", "wrong")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#key')?.value === ''")
    page.fill("#key", "secret")
    page.click("dialog .primary")
    page.wait_for_selector("[data-index='0']")
    assert given == [None, "Bearer wrong", "Bearer secret"]
    assert page.evaluate("sessionStorage.getItem('mubiao-key')") == "secret"

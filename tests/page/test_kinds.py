"""Documents of each kind and shape, authored here: read, walked, corrected and exported as people do it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import SimpleDocTemplate, Table

TITLE = "松浦县2025年重点工作任务分解表"
HEAD = ("领域", "任务", "完成时限", "责任单位")
ROWS = (
    ("民生", "新建社区食堂12家", "2025年11月底前", "县民政局"),
    ("民生", "新增普惠性托位450个", "2025年12月底前", "县卫健局"),
    ("城建", "改造老旧小区26个", "2025年10月底前", "县住建局"),
)
READY = "document.querySelectorAll('#documents button.document:not(:disabled)').length"


def _saved(save: Callable[[Any], Any]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


def _docx_merged() -> bytes:
    """Cells that reach over rows and over columns."""
    document = docx.Document()
    document.add_paragraph(TITLE)
    table = document.add_table(len(ROWS) + 2, len(HEAD))
    table.cell(0, 0).merge(table.cell(0, 3)).text = "任务分解"
    for row, cells in enumerate((HEAD, *ROWS), 1):
        for column, words in enumerate(cells):
            if (row, column) != (3, 0):
                table.cell(row, column).text = words
    table.cell(2, 0).merge(table.cell(3, 0))
    return _saved(document.save)


def _docx_long() -> bytes:
    document = docx.Document()
    table = document.add_table(0, len(HEAD))
    for cells in (HEAD, *(tuple(f"{words}" for words in ROWS[index % 3]) for index in range(120))):
        for cell, words in zip(table.add_row().cells, cells, strict=True):
            cell.text = words
    return _saved(document.save)


def _xlsx() -> bytes:
    """Several sheets, one of them empty; a head that reaches over columns, a field that reaches over rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "分解表"
    sheet.append((TITLE,))
    for row in (HEAD, *ROWS[:2]):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A4")
    book.create_sheet("空表")
    other = book.create_sheet("城建")
    for row in (HEAD, ROWS[2]):
        other.append(row)
    return _saved(book.save)


def _pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = [("FONT", (0, 0), (-1, -1), "STSong-Light", 11), ("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    return _saved(lambda stream: SimpleDocTemplate(stream, pagesize=A4).build([Table((HEAD, *ROWS), style=style)]))


def _htm() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEAD, *ROWS))
    return f"<meta charset=utf-8><h1>{TITLE}</h1><table>{rows}</table>".encode()


def _md() -> bytes:
    return "\n".join([f"# {TITLE}", "", *(f"- {due}，{who}{task}。" for _, task, due, who in ROWS)]).encode()


def _csv() -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows((HEAD, *ROWS))
    return stream.getvalue().encode("utf-8-sig")


MAKERS = {
    "merged.docx": _docx_merged,
    "long.docx": _docx_long,
    "sheets.xlsx": _xlsx,
    "table.pdf": _pdf,
    "page.htm": _htm,
    "list.md": _md,
    "table.csv": _csv,
}


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.mark.parametrize("by", ["click", "keyboard"])
@pytest.mark.parametrize("name", list(MAKERS))
def test_a_document_is_walked_corrected_and_exported(page: Any, until: Any, name: str, by: str) -> None:
    page.set_input_files("#files", _file(name, MAKERS[name]()))
    page.wait_for_selector("[data-index='0']")
    ledger = page.locator(".ledger tbody").inner_text()
    for words in ("12", "450", "26", "县民政局", "县卫健局", "县住建局", "2025-10-31", "2025-11-30", "2025-12-31"):
        assert words in ledger
    assert page.locator(".document-text table").count() >= (name != "list.md")
    # from a row to its source
    if by == "click":
        page.locator(".ledger tbody tr", has_text="450").first.click()
    else:
        page.fill("#filter-words", "450")
        page.focus("[data-index='0']")
        page.keyboard.press("Enter")
    assert page.locator(".span.chosen").inner_text() == "450"
    # another label, and back
    if by == "click":
        page.click("[data-focus=kind-REPORTED]")
    else:
        page.keyboard.press("4")
    assert "k-REPORTED" in page.locator(".span.chosen").get_attribute("class")
    until(page, "document.querySelector('tr[aria-selected=true] .tag').className === 'tag reported'")
    if by == "click":
        page.click("[data-focus=undo]")
    else:
        page.keyboard.press("Control+z")
    assert "k-PLANNED" in page.locator(".span.chosen").get_attribute("class")
    with page.expect_download() as download:
        if by == "click":
            page.click(".menu summary")
            page.click("[data-export=csv]")
        else:
            page.press(".menu summary", "Enter")
            page.press("[data-export=csv]", "Enter")
    assert "新增普惠性托位450个" in Path(download.value.path()).read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.txt", b""),
        ("空.docx", b""),
        ("白纸.docx", _saved(docx.Document().save)),
        ("白表.xlsx", _saved(openpyxl.Workbook().save)),
        ("空行.csv", b"\r\n\r\n"),
        ("空页.htm", b"<html><body></body></html>"),
    ],
)
def test_a_file_without_anything_says_so(page: Any, name: str, content: bytes) -> None:
    page.set_input_files("#files", _file(name, content))
    page.wait_for_selector("#documents [role=alert], tr.none")
    said = page.locator("#documents [role=alert]")
    if said.count():
        assert said.inner_text() == "文件是空的。"
        assert page.locator("#work .empty").inner_text() == "没有读出文稿，原因见文稿列表。"
    else:
        assert page.locator("tr.none").inner_text() == "文件里没有文字。"


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_notes_on_reading_are_read(page: Any, press: Callable[..., None], by: str) -> None:
    book = openpyxl.Workbook()
    for row in (HEAD, *ROWS):
        book.active.append(row)
    book.create_sheet("底稿").sheet_state = "hidden"
    book["底稿"].append(("不读",))
    page.set_input_files("#files", _file("隐藏.xlsx", _saved(book.save)))
    page.wait_for_selector("[data-index='0']")
    assert page.locator(".warnings summary").inner_text() == "1 条读取提示"
    assert page.locator(".warnings li").is_hidden()
    press(page, ".warnings summary", by)
    assert page.locator(".warnings li").inner_text().startswith("隐藏的行、列或工作表未读取")
    press(page, ".warnings summary", by)
    assert page.locator(".warnings li").is_hidden()


def test_thirty_files_at_once(page: Any, until: Any, press: Callable[..., None]) -> None:
    files = [_file(f"第{index}份.md", _md().replace(b"26", str(400 + index).encode())) for index in range(30)]
    page.set_input_files("#files", files)
    until(page, f"{READY} === 30")
    assert page.locator("#documents h2").inner_text() == "文稿 30"
    press(page, "#documents li:nth-child(30) button.document")
    assert "429" in page.locator(".ledger tbody").inner_text()
    page.keyboard.press("o")
    press(page, "g.bar[data-focus='month-2025-12']")
    assert page.locator(".places li").count() == 30
    press(page, ".places li:nth-child(7) button")
    assert page.locator(".tools h1").inner_text() == "第6份.md"
    assert page.locator(".ledger tbody tr[data-index]").count() == 1


@pytest.mark.parametrize("way", ["paste", "txt", "htm", "name"])
def test_scripts_in_documents_are_words(page: Any, way: str) -> None:
    script = "<script>window.run = 1</script><img src=x onerror='window.run = 2'>"
    line = f"{script}2025年12月底前，县民政局新建社区食堂12家。"
    if way == "paste":
        page.fill("#paste", line)
        page.press("#paste", "Control+Enter")
    else:
        name = f"{script.replace('/', '')}.txt" if way == "name" else f"页.{way}"
        content = f"<!doctype html><meta charset=utf-8><body>{line}" if way == "htm" else line
        page.set_input_files("#files", _file(name, content.encode()))
    page.wait_for_selector("[data-index='0']")
    page.click("[data-index='0']")
    page.keyboard.press("o")
    assert page.evaluate("window.run") is None
    assert page.locator("#work img, #work script, #overview img").count() == 0
    assert ("window.run = 1" in page.locator(".document-text").text_content()) == (way != "htm")

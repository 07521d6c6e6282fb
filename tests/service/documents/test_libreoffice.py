"""Files that LibreOffice writes, and numbers as LibreOffice shows them."""

import csv
import re

import docx
import openpyxl
import pytest

from service.documents import Format, read

pytestmark = pytest.mark.libreoffice
SHOWN = [
    ("0%", 0.55), ("0.0%", 0.40499), ("#,##0.00", 12345.678), ("#,##0", -1234567), ("0.00", 2.675), ('0"万元"', 12.4),
    ('0.0,"千"', 12345), ("#,##0.0_);(#,##0.0)", -5), ('yyyy"年"m"月"d"日"', 45611), ("yyyy-mm-dd hh:mm:ss", 45611.25),
    ("[h]:mm", 1.75), ("# ?/?", 1.5), ("0.00E+00", 12345), ('0;-0;"—"', 0), ("000", 7), ('[<100]"少";"多"', 150),
    ("yyyy/m/d", 61), ("General", 0.30000000000000004), ("General", 1234567.5), ("h:mm AM/PM", 0.7), ("mm:ss", 0.0125),
    ('"约"0"人"', 3.5), ("0.0#", 1.5), ("#,##0.0,,", 123456789),
]  # fmt: skip


def test_docx(converted, plan_docx, plan):
    reading = read(converted(converted(plan_docx, ".docx", "odt"), ".odt", "docx"))
    assert (reading.format, reading.text.splitlines()) == (Format.DOCX, plan)


def test_html(converted, plan_docx, plan):
    reading = read(converted(plan_docx, ".docx", "html:HTML (StarWriter)"))
    # LibreOffice's HTML has lists but not their formats: 一、 and （一） are 1. there.
    expected = [re.sub("^(?:一、|（一）)", "1. ", line).replace("二、", "2. ") for line in plan]
    assert (reading.format, reading.text.splitlines()) == (Format.HTML, expected)


def test_xlsx(converted, progress_xlsx, progress):
    reading = read(converted(converted(progress_xlsx, ".xlsx", "ods"), ".ods", "xlsx"))
    assert (reading.format, reading.text.splitlines()) == (Format.XLSX, progress)


def test_results_of_formulas(converted, saved):
    workbook = openpyxl.Workbook()
    for row in (["项目", "计划", "完成", "完成率"], ["食堂", 12, 9, "=C2/B2"], ["托位", 450, 300, "=C3/B3"]):
        workbook.active.append(row)
    for cell in workbook.active["D"]:
        cell.number_format = "0.0%"
    reading = read(converted(saved(workbook), ".xlsx", "xlsx:Calc MS Excel 2007 XML"))
    assert reading.text.splitlines()[1:] == ["食堂 | 12 | 9 | 75.0%", "托位 | 450 | 300 | 66.7%"]
    assert reading.warnings == ()


def test_numbers_are_shown_as_libreoffice_shows_them(converted, saved):
    workbook = openpyxl.Workbook()
    for row, (code, value) in enumerate(SHOWN, 1):
        workbook.active.cell(row, 1, f"第{row}行")
        workbook.active.cell(row, 2, value).number_format = code
    content = saved(workbook)
    # Comma, quotation mark, UTF-8; that cells are written as they are shown is what it does unless told otherwise.
    table = converted(content, ".xlsx", "csv:Text - txt - csv (StarCalc):44,34,76").decode()
    expected = [row[1].strip() for row in csv.reader(table.splitlines())]
    assert [line.partition(" | ")[2] for line in read(content).text.splitlines()] == expected


def test_raised_digits_and_cells_that_hold_just_their_number(saved, add_numbered_table, converted):
    document = docx.Document()
    paragraph = document.add_paragraph("新增绿地5×10")
    paragraph.add_run("4").font.superscript = True
    paragraph.add_run("平方米")
    add_numbered_table(document)
    content = converted(saved(document), ".docx", "doc:MS Word 97")
    assert read(content).text.splitlines() == ["新增绿地5×10⁴平方米", "序号 | 任务", "1. | 新建食堂", "2. | 改造托位"]

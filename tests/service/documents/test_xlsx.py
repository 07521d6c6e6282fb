"""Excel's .xlsx."""

import datetime

import openpyxl
import pytest

from service.documents import Format, Limits, OverLimit, UnreadableDocument, read


@pytest.fixture
def workbook():
    return openpyxl.Workbook()


def test_a_sheet_with_a_title_formats_and_merged_cells(progress_xlsx, progress):
    reading = read(progress_xlsx)
    assert reading.text.splitlines() == progress
    assert (reading.format, reading.charset, reading.pages, reading.warnings) == (Format.XLSX, None, None, ())


def test_what_is_shown(workbook, saved, lines):
    sheet = workbook.active
    values = [
        (0.55, "0%"), (datetime.date(2024, 11, 5), 'yyyy"年"m"月"d"日"'), (1234567, "#,##0"), (12, '0"万元"'), (True, "General"),
        ("00123", "@"), ("=1/0", "General"), (0.1 + 0.2, "General"), (datetime.datetime(2024, 6, 1, 8, 30), "yyyy/m/d h:mm"),
    ]  # fmt: skip
    sheet.append(list(range(len(values))))
    for column, (value, code) in enumerate(values, 1):
        sheet.cell(2, column, value).number_format = code
    assert (
        lines(saved(workbook))[1] == "55% | 2024年11月5日 | 1,234,567 | 12万元 | TRUE | 00123 |  | 0.3 | 2024/6/1 8:30"
    )


def test_sheets_in_order_under_their_names(workbook, saved):
    workbook.active.append(["甲", "乙"])
    workbook.create_sheet("空表")
    workbook.create_sheet("附件2", 0).append(["丙", "丁"])
    assert read(saved(workbook)).text == "附件2\n丙 | 丁\n\n甲 | 乙\n"


def test_what_is_hidden_is_left_out_and_said(workbook, saved):
    sheet = workbook.active
    for row in (["序号", "内部", "任务"], ["1", "密", "新建"], ["2", "密", "改造"], ["3", "密", "学位"]):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[99].hidden = True
    workbook.create_sheet("底稿").append(["机密"])
    workbook["底稿"].sheet_state = "hidden"
    reading = read(saved(workbook))
    assert reading.text == "序号 | 任务\n1 | 新建\n3 | 学位\n"
    assert reading.warnings == ("hidden sheets left out: 1", "hidden rows left out: 1", "hidden columns left out: 1")


def test_a_merged_cell_that_begins_hidden_is_still_shown(workbook, saved, lines):
    sheet = workbook.active
    for row in (["类", "任务", "单位"], ["民生", "甲", "子局"], [None, "乙", "丑局"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[2].hidden = True
    assert lines(saved(workbook)) == ["类 | 任务 | 单位", "民生 | 乙 | 丑局"]


def sheet_of(rows):
    """A sheet of rows as XML."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = "".join(f"<row>{row}</row>" for row in rows)
    return f'<worksheet xmlns="{namespace}"><sheetData>{data}</sheetData></worksheet>'.encode()


def test_formulas_show_their_stored_results(edited, progress_xlsx):
    rows = [
        '<c t="str"><v>甲</v></c><c t="str"><v>乙</v></c><c t="str"><v>丙</v></c>',
        '<c><f>1+1</f><v>2</v></c><c><f>1+2</f></c><c t="str"><f>""</f><v></v></c>',
        '<c><v>3</v></c><c><f>2+2</f><v/></c><c t="str"><f>"丁"</f><v>丁</v></c>',
    ]
    reading = read(edited(progress_xlsx, "xl/worksheets/sheet1.xml", lambda _: sheet_of(rows)))
    assert reading.text.splitlines()[1:] == ["甲 | 乙 | 丙", "2 |  |", "3 |  | 丁"]
    assert reading.warnings == ("formulas without a stored result, left empty: 2",)


def test_shared_strings_rich_text_line_breaks_and_escapes(edited, progress_xlsx, lines):
    strings = (
        "<sst><si><r><t>新建</t></r><r><rPr><b/></rPr><t>3_x000D_\n个</t></r><rPh><t>xinjian</t></rPh></si>"
        "<si><t>甲局\n乙局</t></si></sst>"
    )
    relation = (
        '<Relationship Id="rIdStrings" Target="sharedStrings.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )
    rows = ['<c t="s"><v>0</v></c><c t="s"><v>1</v></c>', '<c t="s"><v>1</v></c><c t="s"><v>7</v></c>']
    content = edited(progress_xlsx, "xl/worksheets/sheet1.xml", lambda _: sheet_of(rows))
    content = edited(content, "xl/sharedStrings.xml", lambda _: strings.encode())
    content = edited(content, "xl/_rels/workbook.xml.rels", lambda b: b.replace(b"</Relationships>", relation.encode()))
    assert lines(content) == ["民生实事", "新建3 个 | 甲局 乙局", "甲局 乙局"]


def test_cells_without_references(edited, progress_xlsx, lines):
    rows = ['<c t="inlineStr"><is><t>甲</t></is></c><c t="b"><v>1</v></c>', '<c><v>1</v></c><c t="e"><v>#REF!</v></c>']
    content = edited(progress_xlsx, "xl/worksheets/sheet1.xml", lambda _: sheet_of(rows))
    assert lines(content) == ["民生实事", "甲 | TRUE", "1 | #REF!"]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'r="1"', b'r="9999999"'), (b'r="A1"', b'r="ZZZ1"'), (b"</sheetData>", b""), (b"<sheetData>", b"<sheetData><x>")],
)
def test_broken_sheets_are_refused(progress_xlsx, edited, old, new):
    content = edited(progress_xlsx, "xl/worksheets/sheet1.xml", lambda b: b.replace(old, new, 1))
    with pytest.raises(UnreadableDocument):
        read(content)


def test_cells_are_limited(workbook, saved):
    for _ in range(30):
        workbook.active.append(["x"] * 10)
    content = saved(workbook)
    assert read(content, Limits(cells=300))
    with pytest.raises(OverLimit, match="299 table cells"):
        read(content, Limits(cells=299))


def test_far_corners_and_huge_merges_cost_nothing(workbook, saved, edited, lines):
    workbook.active["A1"], workbook.active["XFD1048576"] = "甲", "乙"
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFC1048575"/></mergeCells>'
    content = edited(saved(workbook), "xl/worksheets/sheet1.xml", lambda b: b.replace(b"</sheetData>", merge))
    assert lines(content) == ["甲", "| 乙"]


def test_raised_digits_and_characters_written_in_two_parts(edited, progress_xlsx, lines):
    raised = '<c t="inlineStr"><is><r><t>10</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>4</t></r></is></c>'
    parts = '<c t="inlineStr"><is><t>_xD840__xDC00_甲_xD840_</t></is></c>'
    content = edited(progress_xlsx, "xl/worksheets/sheet1.xml", lambda _: sheet_of([raised + parts]))
    assert lines(content) == ["民生实事", "10⁴ | 𠀀甲\ufffd"]

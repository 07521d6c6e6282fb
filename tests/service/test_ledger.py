"""The ledger: its rows, and what a spreadsheet reads from its CSV and its workbook."""

import csv
import datetime
import io
import tracemalloc
from decimal import Decimal

import openpyxl
import pytest
from rich.cells import cell_len

from annotations import markup
from models import structure
from models.tagger import Annotation
from service import answers
from service.bulk import Extraction
from service.ledger import rows as ledger
from service.ledger import text as ledger_text
from service.ledger import workbook
from service.records import due

PLAN = """\
岚溪县2025年养老服务重点任务进展情况
序号 | 目标任务 | 完成时限 | 责任单位 | 累计进展 |
1 | ⟦T新建⟦M照料中心M⟧⟦N12N⟧⟦U家U⟧T⟧ | ⟦D10月底前D⟧ | ⟦R县民政局R⟧牵头，⟦R县财政局R⟧配合 | 已建成⟦M照料中心M⟧⟦A9A⟧⟦U家U⟧ |
2 | ⟦T健全服务
体系T⟧ | ⟦D汛期前D⟧ | ⟦R各镇[街道]R⟧ | 正在起草 |
二、有关要求
⟦T完成⟦M投资M⟧⟦N1.4N⟧⟦U亿元U⟧T⟧；⟦M普及率M⟧由⟦A88.2A⟧⟦U%U⟧提高到⟦N93N⟧⟦U%U⟧以上。⟦T开展⟦M培训M⟧⟦N6—8N⟧⟦U场U⟧T⟧，⟦M普惠床位M⟧达到⟦N若干N⟧⟦U张U⟧。
"""


@pytest.fixture(scope="module")
def extracted(tagger):
    def extract(marked, id="计划[1].txt"):
        document = markup.parse("case", marked)
        annotation = Annotation(structure.read(document.text), document.entities)
        return Extraction(annotation.structure, answers.build(annotation, tagger, id))

    return extract


@pytest.fixture(scope="module")
def plan(extracted):
    return extracted(PLAN)


def _columns(row, *names):
    cells = dict(zip([c.name for c in ledger.COLUMNS], row.cells(), strict=True))
    return tuple(cells[name] for name in names)


def test_a_row_has_what_its_record_says(plan):
    first, *_ = ledger.rows(plan)
    passage = "1 | 新建照料中心12家 | 10月底前 | 县民政局牵头，县财政局配合 | 已建成照料中心9家"
    assert dict(zip([c.name for c in ledger.COLUMNS], first.cells(), strict=True)) == {
        "文件": "计划[1].txt",
        "序号": 1,
        "目标": "新建照料中心12家",
        "指标": "照料中心",
        "变化": "",
        "比较": "等于",
        "数值": Decimal(12),
        "上限": None,
        "单位": "家",
        "原文数值": "12家",
        "计划/实际": "计划",
        "完成率": None,
        "对应序号": None,
        "期限原文": "10月底前",
        "起": None,
        "止": datetime.date(2025, 10, 31),
        "牵头部门": "县民政局",
        "责任部门": "",
        "配合部门": "县财政局",
        "地区": "岚溪县",
        "备注": "",
        "原句": passage,
        "起始位置": plan.structure.text.index("12家"),
        "结束位置": plan.structure.text.index("12家") + 2,
        "置信度": 1.0,
    }


def test_a_reported_number_names_the_row_of_its_plan(plan):
    rows = list(ledger.rows(plan))
    assert _columns(rows[1], "指标", "数值", "计划/实际", "完成率", "对应序号") == (
        "照料中心",
        9,
        "实际",
        Decimal("0.75"),
        1,
    )


def test_a_target_without_a_number_is_one_line_and_says_why_it_has_no_date(plan):
    row = next(r for r in ledger.rows(plan) if r.target == "健全服务体系")
    assert _columns(row, "数值", "原文数值", "期限原文", "起", "止", "责任部门", "备注") == (
        None,
        "",
        "汛期前",
        None,
        None,
        "各镇[街道]",
        "期限：季节性期限，无固定日期",
    )
    assert plan.structure.text[row.begins_at : row.ends_at] == "健全服务\n体系"
    assert row.passage.startswith("2 | 健全服务体系 | 汛期前")


@pytest.mark.parametrize(
    ("written", "change", "comparator", "value", "upper", "unit", "note"),
    [
        ("1.4亿元", "", "等于", Decimal(140_000_000), None, "元", ""),
        ("93%", "由88.2提高到", "不低于", Decimal(93), None, "%", ""),
        ("6—8场", "", "区间", Decimal(6), Decimal(8), "场", ""),
        ("若干张", "", "", None, None, "张", "数值未能读出"),
    ],
)
def test_numbers(plan, written, change, comparator, value, upper, unit, note):
    row = next(r for r in ledger.rows(plan) if r.written == written)
    assert _columns(row, "变化", "比较", "数值", "上限", "单位", "备注") == (
        change,
        comparator,
        value,
        upper,
        unit,
        note,
    )


@pytest.mark.parametrize(
    ("marked", "written", "unit"),
    [
        ("办结率达到⟦U百分之U⟧⟦N九十五N⟧", "百分之九十五", "%"),
        ("指标 | 目标值 | 单位 |\n⟦M管道M⟧ | ⟦N86N⟧ | ⟦U公里U⟧ |", "86公里", "公里"),
        ("每千名老人床位数达到⟦N37.5N⟧⟦U张U⟧", "37.5张", "张（每1000人）"),
        ("师机比达到⟦N1:1N⟧", "1:1", ""),
    ],
)
def test_written_numbers_and_units(extracted, marked, written, unit):
    (row,) = ledger.rows(extracted(marked))
    assert (row.written, row.unit) == (written, unit)


def test_every_reason_has_words():
    assert set(ledger.UNREAD_DATES) == set(due.REASONS)
    assert set(ledger.UNREAD_NUMBERS) == {"numeral", "ratio", "range"}


def test_the_passage_is_the_sentence_of_the_number(plan):
    passages = {row.written: row.passage for row in ledger.rows(plan)}
    assert passages["93%"] == "完成投资1.4亿元；普及率由88.2%提高到93%以上。"
    assert passages["6—8场"] == "开展培训6—8场，普惠床位达到若干张。"


def test_csv_opens_in_a_spreadsheet_and_is_read_back(plan):
    text = "".join(ledger_text.csv_lines([plan, plan]))
    assert text.startswith("\ufeff文件,")
    header, *lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert header == [column.name for column in ledger.COLUMNS]
    assert len(lines) == 2 * len(plan.answer["records"])
    first, second = (dict(zip(header, line, strict=True)) for line in lines[:2])
    assert (first["数值"], first["止"], second["完成率"], second["对应序号"]) == ("12", "2025-10-31", "75.00%", "1")


def _workbook(*extractions, **options):
    output = io.BytesIO()
    workbook.write(extractions, output, **options)
    return openpyxl.load_workbook(output)


def test_the_workbook_has_typed_cells_under_a_frozen_filtered_header(plan):
    sheet = _workbook(plan).active
    names = [cell.value for cell in sheet[1]]
    assert names == [column.name for column in ledger.COLUMNS]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:Y{sheet.max_row}")
    assert sheet.column_dimensions["C"].width == 36
    assert sheet.max_row == 1 + len(plan.answer["records"])
    first, second = (dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=2, max_row=3))
    assert (first["数值"].value, first["数值"].data_type, first["数值"].number_format) == (12, "n", "#,##0")
    assert first["止"].is_date
    assert first["止"].value == datetime.datetime(2025, 10, 31)
    assert (second["完成率"].value, second["完成率"].number_format) == (0.75, "0.00%")
    assert first["原句"].alignment.wrap_text
    assert first["责任部门"].value is None


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_formula_stays_a_text(extracted, text):
    extraction = extracted(f"⟦T{text}T⟧", id=text)
    cell = _workbook(extraction).active["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    lines = list(csv.reader(io.StringIO("".join(ledger_text.csv_lines([extraction])))))
    assert (lines[1][0], lines[1][2]) == ("'" + text, "'" + text)


def test_a_negative_number_is_a_number(extracted):
    extraction = extracted("⟦M气温M⟧降至⟦N-3.50N⟧⟦U度U⟧")
    (line,) = list(csv.reader(io.StringIO("".join(ledger_text.csv_lines([extraction])))))[1:]
    assert (line[6], line[9]) == ("-3.5", "'-3.50度")
    assert _workbook(extraction).active["G2"].value == -3.5


def test_what_xml_cannot_hold_is_left_out_of_the_workbook(extracted):
    extraction = extracted("⟦T健全\x00机制\x08\ufffe🏥T⟧")
    assert _workbook(extraction).active["C2"].value == "健全机制🏥"


def test_more_rows_than_a_sheet_holds_fill_another(plan):
    count = len(plan.answer["records"])
    book = _workbook(plan, plan, most_rows=1 + count)
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("台账", 1 + count), ("台账2", 1 + count)]


def test_rows_do_not_stay_in_memory(plan):
    def peak(count):
        tracemalloc.start()
        workbook.write((plan for _ in range(count)), io.BytesIO())
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1)
    # The workbook itself grows by some 100 bytes a row; cells in memory would take more than 10,000.
    assert peak(120) - peak(20) < 100 * len(plan.answer["records"]) * 1000


def test_a_table_is_as_wide_as_asked_and_leaves_empty_columns_out(plan, extracted):
    (table,) = ledger_text.tables([plan], 160)
    assert all(cell_len(line) <= 160 for line in table.splitlines())
    assert all(word in table for word in ("计划[1].txt", "各镇[街道]", "完成率", "75.00%", "2025-10-31"))
    (small,) = ledger_text.tables([extracted("⟦T健全体系T⟧")], 60)
    assert "目标" in small
    assert "完成率" not in small


def test_a_narrow_table_wraps_and_loses_nothing(extracted):
    marked = "由⟦R县民政局R⟧牵头，⟦T新建⟦M社区食堂M⟧⟦N12N⟧⟦U个U⟧T⟧"
    (table,) = ledger_text.tables([extracted(marked)], 60)
    lines = [line.split("│") for line in table.splitlines() if line.startswith("│")]
    cells = ["".join(line[i].strip() for line in lines) for i in range(1, len(lines[0]) - 1)]
    assert cells == [
        "目标新建社区食堂12个",
        "指标社区食堂",
        "比较等于",
        "数值12",
        "单位个",
        "计划/实际计划",
        "牵头部门县民政局",
    ]


def test_no_records_no_rows(extracted):
    extraction = extracted("岚溪县概况。")
    assert list(ledger.rows(extraction)) == []
    assert "".join(ledger_text.csv_lines([extraction])).count("\n") == 1
    assert _workbook(extraction).active.max_row == 1
    assert len(list(ledger_text.tables([extraction], 80))) == 1

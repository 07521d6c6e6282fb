"""Headings, table rows and columns, from plain text of every sort."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import structure
from models.structure import Block, Kind, Structure

_PLAN = """清沅市民政局2025年工作计划
一、工作目标
(一)养老服务。新建照料中心5个。
完成适老化改造300户。
1.建设社区食堂
新增12家。
二、保障措施
加强领导。
"""
_TABLE = """序号 | 重点任务 | 年度目标 | 进展情况 | 责任单位 |
1 | 养老服务 | 新建床位500张 | 已建成
320张，完成率64%。 | 养老服务科
(儿童福利科) |
2 | 社会救助 | 标准提高5% | 已印发 | 救助科 |
说明：数据截至6月底。
"""


def _block(parsed: Structure, beginning: str) -> Block:
    return next(b for b in parsed.blocks if parsed.text.startswith(beginning, b.start))


def test_heading_path() -> None:
    parsed = structure.read(_PLAN)
    assert parsed.title == "清沅市民政局2025年工作计划"
    assert _block(parsed, "一、").kind is Kind.HEADING
    assert _block(parsed, "完成适老").path == ("一、工作目标", "(一)养老服务")
    assert _block(parsed, "新增12家").path == ("一、工作目标", "(一)养老服务", "1.建设社区食堂")
    assert _block(parsed, "加强领导").path == ("二、保障措施",)


def test_a_sentence_behind_its_heading_stands_under_it() -> None:
    parsed = structure.read(_PLAN)
    assert _block(parsed, "(一)").kind is Kind.TEXT
    assert _block(parsed, "(一)").path == ("一、工作目标", "(一)养老服务")


def test_cells_know_their_row_and_column_over_line_breaks() -> None:
    parsed = structure.read(_TABLE)
    header = ("序号", "重点任务", "年度目标", "进展情况", "责任单位")
    first, second, third = (_block(parsed, b) for b in ("1 |", "320张", "(儿童"))
    assert first.header == second.header == third.header == header
    assert first.row == second.row == third.row
    assert [c.column for c in first.cells] == [0, 1, 2, 3]
    assert [c.column for c in second.cells] == [3, 4]
    assert [c.column for c in third.cells] == [4]
    assert _block(parsed, "2 |").row == third.row + 1  # type: ignore[operator]
    assert _block(parsed, "说明").row is None


def test_the_last_cell_over_lines() -> None:
    parsed = structure.read(
        "任务 | 目标 | 责任单位\n养老服务 | 新增9家 | 养老科\n区国资局\n\n"
        "社会救助 | 健全机制 | 救助科\n表2 任务分解表\n序号 | 任务 | 目标\n"
    )
    office, second = _block(parsed, "区国资局"), _block(parsed, "社会救助")
    assert [cell.column for cell in office.cells] == [2]
    assert office.header == second.header == ("任务", "目标", "责任单位")
    assert _block(parsed, "表2").row is None


@pytest.mark.parametrize(
    "line",
    [
        "序号\t任务\t完成时限\t责任单位",
        "序号 重点任务 年度目标 进展情况 责任单位",
        "序号重点任务年度目标进展情况完成判断",
    ],
)
def test_header_lines_of_other_kinds(line: str) -> None:
    parsed = structure.read(line + "\n1提升养老服务新建床位500张已建成320张养老科\n")
    assert _block(parsed, "1提升").header[:2] == (
        "序号",
        line.replace("\t", " ").split()[1] if " " in line or "\t" in line else "重点任务",
    )


@pytest.mark.parametrize(
    "first",
    [
        "镇街\t改厕（户）\t新增泊位（个）\t时限",
        "镇街\t10kV线损率（%）\t2026年泊位\t时限",
    ],
)
def test_words_above_numbers_are_a_header(first: str) -> None:
    parsed = structure.read(f"各镇任务\t\t\t\n{first}\n东坡镇\t320\t约12\t6月底\n西坪乡\t150\t8\t9月底\n")
    assert _block(parsed, "东坡镇").header == _block(parsed, "西坪乡").header == tuple(first.split("\t"))


def test_the_line_above_the_rule_of_markdown_is_a_header() -> None:
    parsed = structure.read("| 镇街 | 改厕 | 泊位 |\n|:---|---|---:|\n| 东坡镇 | 三户 | 两个 |\n")
    assert _block(parsed, "| 东坡镇").header == ("", "镇街", "改厕", "泊位")


@pytest.mark.parametrize(
    "first",
    [
        "东坡镇\t320\t12\t6月底",  # numbers of its own
        "东坡镇\t改厕\t泊位",  # other columns
        "东坡镇\t进展：正常\t顺利\t6月底",  # not only names
        "东坡镇\t改厕，新增泊位，清理河道，修缮危房，硬化道路\t顺利\t6月底",  # longer than a name
    ],
)
def test_other_lines_above_numbers_are_rows(first: str) -> None:
    parsed = structure.read(f"{first}\n西坪乡\t150\t8\t9月底\n")
    assert [b.kind for b in parsed.blocks] == [Kind.ROW, Kind.ROW]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    | st.text("一、（）1.|\t\r\n 目标序号。；", max_size=300)
)
def test_blocks_cover_all_that_is_not_blank_and_never_overlap(text: str) -> None:
    parsed = structure.read(text)
    end = 0
    for block in parsed.blocks:
        assert text[end : block.start].strip() == ""
        assert end <= block.start < block.end
        cell_end = block.start
        for cell in block.cells:
            assert cell_end <= cell.start < cell.end <= block.end
            cell_end = cell.end
        end = block.end
    assert text[end:].strip() == ""


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "|",
        "序号|任务|目标|\n",
        "一、工作目标。",
        "第一",
        "（",
        "\t",
        "目标",
        "1|",
        "9" * 40 + "\n",
        "前1个月" * 9 + "\n",
        "年度目标" * 9 + "\n",
    ],
)
def test_no_text_takes_forever(piece: str) -> None:
    """The time-out is no timing: only quadratic growth, which would take minutes, or worse breaks it."""
    assert structure.read(piece * (400_000 // len(piece))).blocks or not piece.strip()

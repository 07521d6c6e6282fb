"""Tables pasted with a cell a line."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models import cell_lines, structure
from models.structure import Kind


def _columns(text: str) -> list[list[tuple[int | None, str]]]:
    lines = text.split("\n")
    (table,) = cell_lines.find(lines)
    return [[(c, lines[i]) for i, c in enumerate(row.columns, row.first)] for row in table.rows]


def test_lines_fall_into_the_columns_again_and_again() -> None:
    text = "点位\n本周完成\n下周计划\n责任人\n北门菜市场\n拆除摊位52个\n铺设地砖\n毛启航\n东码头\n安装庭院灯\n调试线路\n俞小满"
    assert [[c for c, _ in row] for row in _columns(text)] == [[0, 1, 2, 3]] * 2


def test_numbers_open_the_rows_and_names_say_what_columns_hold() -> None:
    rows = _columns(
        "附件\n序号\n重点任务\n年度目标\n存在问题\n责任单位\n完成时限\n"
        "1\n农村供水\n更换管网86公里，\n新建水站3座\n泵站未通电\n县水务局\n县发改局\n10月底\n"
        "2\n敬老院改造\n改造6所\n县民政局\n国庆节前\n"
        "说明：以上进度截至9月底。\n再见"
    )
    assert [[c for c, _ in row] for row in rows] == [[0, 1, 2, 2, 3, 4, 4, 5], [0, 1, 2, 4, 5]]


def test_a_line_that_two_columns_would_take_is_in_none() -> None:
    rows = _columns(
        "序号\n项目\n年度目标\n完成情况\n责任单位\n1\n供水\n换管86公里\n建站3座\n换管61公里\n县水务局\n2\n改厕\n改厕9座\n改厕4座\n县住建局"
    )
    assert [c for c, _ in rows[0]] == [0, 1, None, None, 3, 4]
    assert [c for c, _ in rows[1]] == [0, 1, 2, 3, 4]


def test_groups_of_rows_and_the_names_on_a_new_page_belong_to_no_row() -> None:
    head = "序号\n项目名称\n总投资\n完工时限\n"
    lines = f"{head}一、续建项目\n1\n大道北延\n58600\n2026年底\n二、新建项目\n1\n雨污分流\n23500\n汛前\n{head}2\n学校\n900\n8月".split(
        "\n"
    )
    (table,) = cell_lines.find(lines)
    assert table.names == ("序号", "项目名称", "总投资", "完工时限")
    assert [lines[row.first] for row in table.rows] == ["1", "1", "2"]
    assert all(row.columns == (0, 1, 2, 3) for row in table.rows)


def test_what_is_no_table() -> None:
    for text in (
        "工作目标\n重点任务\n保障措施\n一、加强领导\n各地要加强领导。\n二、强化督查\n每月通报。",
        "总体要求\n主要目标\n重点任务\n要坚持统筹推进，到2027年全面建成。\n各地各部门要落实责任，抓紧推进。",
        "牵头单位\n区教育局\n配合单位\n区卫健局\n时限\n6月底",
        "指标\n1996年\n1997年\n1998年\n445\n555\n600",
        "序号",
        "",
    ):
        assert list(cell_lines.find(text.split("\n"))) == [], text


def test_the_structure_has_their_cells() -> None:
    text = "任务表\n序号\n任务\n目标\n时限\n1\n供水\n建站3座\n10月底\n 2 \n改厕\n改厕9座\n年底\n\n注：按月报送。"
    blocks = structure.read(text).blocks
    rows = [b for b in blocks if b.kind is Kind.ROW and b.cells]
    assert [text[b.start : b.end].strip() for b in rows] == [
        "1",
        "供水",
        "建站3座",
        "10月底",
        "2",
        "改厕",
        "改厕9座",
        "年底",
    ]
    assert [b.cells[0].column for b in rows] == [0, 1, 2, 3] * 2
    assert [b.row for b in rows[:4]] == [rows[0].row] * 4
    assert rows[4].row != rows[0].row
    assert {b.header for b in rows} == {("序号", "任务", "目标", "时限")}
    assert not blocks[-1].header
    assert blocks[-1].kind is Kind.TEXT


_LINES = st.lists(
    st.sampled_from(
        [
            "序号",
            "任务",
            "年度目标",
            "责任单位",
            "完成时限",
            "一、续建",
            "1",
            "2",
            "3",
            "10月底",
            "县水务局",
            "建站3座，",
            "85%",
            "a|b",
            "说明：",
            "二",
        ]
    ),
    max_size=60,
)


@settings(deadline=None, max_examples=300)
@given(_LINES)
def test_tables_are_whole_in_order_and_within_the_text(lines: list[str]) -> None:
    end = 0
    for table in cell_lines.find(lines):
        assert table.first >= end
        assert len(table.names) >= 3
        at = table.first + len(table.names)
        for row in table.rows:
            assert row.first >= at
            assert row.columns
            known = [c for c in row.columns if c is not None]
            assert known == sorted(known)
            assert all(0 <= c < len(table.names) for c in known)
            at = row.first + len(row.columns)
        end = table.end
        assert end == at <= len(lines)
    assert "".join(structure.read("\n".join(lines)).text.split()) == "".join(lines)

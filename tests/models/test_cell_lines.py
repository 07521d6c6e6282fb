"""Tables pasted with a cell a line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import structure
from models.structure import Kind, cell_lines


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
        "工作目标\n工作安排\n时间节点\n3月底前完成摸底\n6月底前完成整改\n12月底前验收\n县住建局\n县城管局\n9月底",
        "主要任务\n工作措施\n责任单位\n宣传发动3次\n摸排隐患12处\n县应急局\n培训人员300人\n整改隐患12处\n县消防队\n召开会议",
        "序号\n任务\n责任单位\n1\n2\n3\n食堂\n公园\n公厕\n区民政局\n区园林局\n区城管局",
        "序号",
        "",
    ):
        assert list(cell_lines.find(text.split("\n"))) == [], text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the names take in no first cell and no group's name
        (
            "项目名称/总投资/责任单位/完成时限/社区食堂/8000/区民政局/年底/口袋公园/5000/区园林局/10月底",
            ["0123", "0123"],
        ),
        (
            "序号/任务/责任单位/完成时限/（一）教育/1/新建小学/县教育局/8月底/2/扩建中学/县教育局/9月底",
            ["0123", "0123"],
        ),
        (
            "序号/任务/责任单位/时限/教育领域/1/小学/县教育局/8月/2/中学/县教育局/9月/3/幼儿园/县教育局/9月",
            ["0123"] * 3,
        ),
        # deeds are no dates
        ("序号/任务/进展情况/完成时限/1/危房整治/完工2户/6月底/2/厕所改造/完成摸底/年底", ["0123", "0123"]),
        # a row ends before what is far from fitting
        (
            "序号/项目名称/总投资/年度投资/1/大桥/8000/3000/2/客运站/15000/5000/小计/35000/12000/3/水库/900/400",
            ["0123", "0123", "0123"],
        ),
        # a sentence behind the table is none of its cells
        ("任务/责任单位/完成时限/社区食堂/区民政局/9月底/请对照清单抓好落实。/区政府办公室/2026年3月5日", ["012"]),
        (
            "序号/任务/责任单位/时限/备注/1/食堂/区民政局/9月底/2/公园/区园林局/10月底/各单位要高度重视，抓好落实。",
            ["0123", "0123"],
        ),
        # numbers in words and in digits count apart
        (
            "序号/项目名称/建设规模/总投资/一/交通项目/2处/35000/1/环城路/5公里/20000/2/客运站/1处/15000/二/水利项目/1处/9000",
            ["0123"] * 4,
        ),
        # columns of bare numbers are known by their first rows
        ("序号/责任单位/加分/扣分/得分/1/县教育局/2/1/98/2/县公安局/3/2/97/3/县财政局/4/0/96", ["01234"] * 3),
        # a merged column in front
        (
            "类别/序号/任务/责任单位/完成时限/教育/1/新建小学/县教育局/8月底/2/幼儿园/县教育局/9月底/医疗/3/卫生院/县卫健局/年底",
            ["0123", None, "0123"],
        ),
        # a title above is no such column
        ("附件/序号/任务/责任单位/联系人/1/食堂/区民政局/毛启航/2/公园/区园林局/俞小满", ["0123", "0123"]),
        ("今冬任务清单/序号/任务/责任单位/联系人/1/食堂/区民政局/毛启航/2/公园/区园林局/俞小满", ["0123", "0123"]),
    ],
)
def test_rows(text: str, expected: list[str | None]) -> None:
    rows = _columns(text.replace("/", "\n"))
    found = ["".join("?" if c is None else str(c) for c, _ in row) for row in rows]
    assert [row if known else None for row, known in zip(found, expected, strict=True)] == expected


def test_names_that_a_new_page_repeats_are_the_tables_head() -> None:
    head = "序号\n重点任务\n年度目标\n完成时限\n存在问题\n"
    text = f"二、任务\n{head}1\n供水\n建站3座\n10月底\n无\n{head}2\n改厕\n改厕9座\n年底\n无\n\n以上任务请抓紧推进。"
    blocks = structure.read(text).blocks
    assert sum(b.kind is Kind.HEADER for b in blocks) == 10
    assert {b.path for b in blocks[1:]} == {("二、任务",)}
    assert blocks[-1].kind is Kind.TEXT


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
        assert table.heads[0] >= end
        assert len(table.names) >= 3
        at = table.heads[0] + len(table.names)
        for row in table.rows:
            assert row.first >= at
            assert row.columns
            known = [c for c in row.columns if c is not None]
            assert known == sorted(known)
            assert all(0 <= c < len(table.names) for c in known)
            at = row.end
        end = table.end
        assert end == at <= len(lines)
    assert "".join(structure.read("\n".join(lines)).text.split()) == "".join(lines)

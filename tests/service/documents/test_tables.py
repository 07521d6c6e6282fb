"""Tables as lines, and that the structure sees them as tables."""

import pytest

from models import structure
from models.structure import Kind
from service.documents import Limits, OverLimit
from service.documents.tables import Cell, lines, nested


def table(*rows, **spans):
    """Cells of rows; ``spans`` are like r0c2=(1, 2); None is no cell."""
    return [
        Cell(r, c, text, *spans.get(f"r{r}c{c}", (1, 1)))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text is not None
    ]


def rendered(cells):
    return lines(cells, Limits())


def test_a_row_is_a_line():
    assert rendered(table(["序号", "任务"], ["1", "新建3个"])) == ["序号 | 任务", "1 | 新建3个"]


def test_two_header_rows_become_one():
    cells = table(
        ["序号", "任务", "投资", None, "责任单位"],
        [None, None, "计划", "完成", None],
        ["1", "新建3个", "5", "4", "县民政局"],
        r0c0=(2, 1), r0c1=(2, 1), r0c2=(1, 2), r0c4=(2, 1),
    )  # fmt: skip
    assert rendered(cells) == ["序号 | 任务 | 投资 计划 | 投资 完成 | 责任单位", "1 | 新建3个 | 5 | 4 | 县民政局"]


def test_a_second_header_row_under_empty_cells():
    cells = table(["序号", "投资", None], ["", "计划", "完成"], ["1", "5", "4"], r0c1=(1, 2))
    assert rendered(cells) == ["序号 | 投资 计划 | 投资 完成", "1 | 5 | 4"]


def test_a_cell_over_rows_is_repeated_in_each():
    cells = table(["1", "民生", "食堂"], ["2", None, "托位"], ["3", "教育", "学位"], r0c1=(2, 1))
    assert rendered(cells) == ["1 | 民生 | 食堂", "2 | 民生 | 托位", "3 | 教育 | 学位"]


def test_a_cell_over_columns_stands_once_in_the_body():
    cells = table(["序号", "任务", "单位"], ["一、民生类", None, None], ["1", "新建", "局"], r1c0=(1, 3))
    assert rendered(cells) == ["序号 | 任务 | 单位", "一、民生类 |  |", "1 | 新建 | 局"]


def test_a_cell_over_columns_is_repeated_in_a_head_the_file_names():
    cells = [Cell(0, 0, "任务", header=True), Cell(0, 1, "责任单位", columns=2, header=True)]
    cells += [Cell(1, 0, "新建"), Cell(1, 1, "甲局"), Cell(1, 2, "乙局")]
    assert rendered(cells) == ["任务 | 责任单位 | 责任单位", "新建 | 甲局 | 乙局"]


def test_a_key_with_a_wide_value_is_not_a_head():
    cells = table(["项目名称", "食堂", None, None], ["单位", "甲局", "时限", "年底"], r0c1=(1, 3))
    assert rendered(cells) == ["项目名称 | 食堂 |  |", "单位 | 甲局 | 时限 | 年底"]


def test_titles_above_and_notes_below_are_lines():
    cells = table(
        ["任务表", None, None], ["单位：万元", None, None], ["序号", "任务", "投资"], ["1", "新建", "5"],
        ["注：含税", None, None], r0c0=(1, 3), r4c0=(1, 3),
    )  # fmt: skip
    assert rendered(cells) == ["任务表", "单位：万元", "序号 | 任务 | 投资", "1 | 新建 | 5", "注：含税"]


def test_line_breaks_part_items_in_cells_and_go_from_heads():
    cells = table(["序\n号", "责任\n单位"], ["1", "县民政局\n县财政局"])
    assert rendered(cells) == ["序号 | 责任单位", "1 | 县民政局 县财政局"]


def test_a_bar_in_a_cell_does_not_split_it():
    assert rendered(table(["甲", "乙|丙"], ["1", "2 | 3"])) == ["甲 | 乙｜丙", "1 | 2 ｜ 3"]


def test_empty_rows_and_empty_columns_go():
    cells = [Cell(3, 2, "甲"), Cell(3, 4, "乙"), Cell(4, 2, " "), Cell(9, 2, "1"), Cell(9, 4, "2"), Cell(9, 7, "")]
    assert rendered(cells) == ["甲 | 乙", "1 | 2"]


def test_one_column_is_no_table():
    assert rendered(table(["第一段。\n第二段。"], ["a|b"])) == ["第一段。", "第二段。", "a|b"]


def test_nothing_is_nothing():
    assert rendered([]) == rendered(table(["", " "])) == []


def test_a_table_in_a_cell_has_no_bars():
    assert nested(table(["甲", "", "乙|"], ["1", "2", "3"]), Limits()) == ["甲 乙｜", "1 2 3"]


def test_the_structure_sees_head_and_rows():
    cells = table(
        ["任务分解表", None, None, None], ["序号", "工作任务", "责任单位", "完成时限"],
        ["1", "新建食堂12个", "县民政局", "年底前"], ["二、教育", None, None, None], ["2", "学位450个", "县教育局", "6月底"],
        r0c0=(1, 4), r3c0=(1, 4),
    )  # fmt: skip
    blocks = structure.read("\n".join(rendered(cells))).blocks
    assert [b.kind for b in blocks] == [Kind.TEXT, Kind.HEADER, Kind.ROW, Kind.ROW, Kind.ROW]
    assert all(b.header == ("序号", "工作任务", "责任单位", "完成时限") for b in blocks[1:])


@pytest.mark.parametrize(
    "cells",
    [
        [Cell(r, r, "x") for r in range(40)],
        [Cell(0, 0, "x" * 900, rows=10**9), *(Cell(r, 1, "y") for r in range(20))],
        [Cell(0, 0, "x" * 900, columns=10**9, header=True), *(Cell(1, c, "y") for c in range(20))],
    ],
)
def test_what_merged_cells_expand_to_is_limited(cells):
    with pytest.raises(OverLimit):
        lines(cells, Limits(cells=1000, characters=10_000))


def test_a_span_beyond_the_table_costs_nothing():
    cells = [Cell(0, 0, "甲", rows=10**9, columns=10**9), Cell(1, 0, "乙"), Cell(1, 1, "丙")]
    assert len(lines(cells, Limits(cells=10))) <= 2

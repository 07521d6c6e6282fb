"""The ledger: rows of a record, and tables that keep every character."""

from rich.cells import cell_len

from service import ledger

ANSWER = {
    "id": "计划[1].txt",
    "entities": [
        {"id": "T1", "text": "新建社区食堂12个"},
        {"id": "M1", "text": "社区食堂"},
        {"id": "N1", "text": "12"},
        {"id": "N2", "text": "7"},
        {"id": "U1", "text": "个"},
        {"id": "D1", "text": "6月底"},
        {"id": "D2", "text": "年底前"},
        {"id": "R1", "text": "县民政局"},
        {"id": "R2", "text": "各镇[街道]"},
        {"id": "T2", "text": "健全服务体系"},
    ],
    "records": [
        {
            "target": "T1",
            "metric": "M1",
            "number": "N1",
            "unit": "U1",
            "deadlines": ["D1", "D2"],
            "departments": ["R1", "R2"],
            "value": "target",
        },
        {
            "target": None,
            "metric": "M1",
            "number": "N2",
            "unit": "U1",
            "deadlines": [],
            "departments": [],
            "value": "actual",
        },
        {
            "target": "T2",
            "metric": None,
            "number": None,
            "unit": None,
            "deadlines": [],
            "departments": [],
            "value": None,
        },
    ],
}


def test_a_row_a_record():
    assert ledger.rows(ANSWER) == [
        ("新建社区食堂12个", "社区食堂", "12", "个", "6月底、年底前", "县民政局、各镇[街道]", "计划"),
        ("", "社区食堂", "7", "个", "", "", "实际"),
        ("健全服务体系", "", "", "", "", "", ""),
    ]


def test_a_table_is_as_wide_as_asked_and_has_the_columns():
    (table,) = ledger.tables([ANSWER], 100)
    assert all(cell_len(line) <= 100 for line in table.splitlines())
    assert all(column in table for column in ledger.COLUMNS)
    assert "计划[1].txt" in table
    assert "各镇[街道]" in table


def test_a_narrow_table_wraps_and_loses_nothing():
    (table,) = ledger.tables([ANSWER], 60)
    columns = [[line.split("│")[i].strip() for line in table.splitlines() if line.startswith("│")] for i in (1, 6)]
    assert "新建社区食堂12个" in "".join(columns[0])
    assert "县民政局、各镇[街道]" in "".join(columns[1])

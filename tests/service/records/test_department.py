"""Departments as ``records.build`` assigns them: (marked text, names with their parts)."""

import pytest

from annotations import markup
from models import structure
from service import records

LEAD, COOPERATE, RESPONSIBLE = "lead", "cooperate", "responsible"

ASSIGNED: list[tuple[str, list[tuple[str, str]]]] = [
    ("⟦T健全巡查机制T⟧。（⟦R县水利局R⟧）", [("县水利局", RESPONSIBLE)]),
    (
        "⟦T健全巡查机制T⟧。（责任单位：⟦R县水利局R⟧、⟦R县住建局R⟧）",
        [("县水利局", RESPONSIBLE), ("县住建局", RESPONSIBLE)],
    ),
    ("⟦T健全巡查机制T⟧。（⟦R县水利局R⟧牵头，⟦R县住建局R⟧配合）", [("县水利局", LEAD), ("县住建局", COOPERATE)]),
    (
        "⟦T健全巡查机制T⟧。（由⟦R县水利局R⟧、⟦R县林业局R⟧牵头，⟦R县住建局R⟧、⟦R县财政局R⟧参加）",
        [("县水利局", LEAD), ("县林业局", LEAD), ("县住建局", COOPERATE), ("县财政局", COOPERATE)],
    ),
    (
        "⟦T健全巡查机制T⟧。（牵头单位：⟦R县水利局R⟧；配合单位：⟦R县住建局R⟧）",
        [("县水利局", LEAD), ("县住建局", COOPERATE)],
    ),
    ("⟦T健全巡查机制T⟧。（主办：⟦R县水利局R⟧，协办：⟦R县住建局R⟧）", [("县水利局", LEAD), ("县住建局", COOPERATE)]),
    ("由⟦R县水利局R⟧负责，⟦T健全巡查机制T⟧", [("县水利局", RESPONSIBLE)]),
    ("由⟦R县水利局R⟧⟦T牵头开展河道巡查T⟧", [("县水利局", LEAD)]),
    ("⟦R县水利局R⟧会同⟦R县住建局R⟧⟦T健全巡查机制T⟧", [("县水利局", LEAD), ("县住建局", COOPERATE)]),
    ("⟦R县水利局R⟧联合有关乡镇⟦T开展河道巡查T⟧", [("县水利局", LEAD)]),
    (
        "⟦R县水利局R⟧和⟦R县财政局R⟧联合⟦T下达资金计划T⟧",
        [("县水利局", RESPONSIBLE), ("县财政局", RESPONSIBLE)],
    ),
    ("⟦R各乡镇（街道）R⟧要⟦T健全巡查机制T⟧", [("各乡镇（街道）", RESPONSIBLE)]),
    ("⟦R县住建局R⟧⟦T配合做好数据核定T⟧", [("县住建局", COOPERATE)]),
    ("⟦T健全巡查机制T⟧。（⟦R县水利局R⟧等部门按职责分工负责）", [("县水利局", RESPONSIBLE)]),
    ("⟦T健全巡查机制T⟧。（⟦R县发展改\n革局R⟧）", [("县发展改革局", RESPONSIBLE)]),
    ("⟦T健全巡查机制T⟧。（⟦R养老服务科 (儿童福利科)R⟧）", [("养老服务科(儿童福利科)", RESPONSIBLE)]),
    (
        "（列第一位者为牵头单位，下同）\n⟦T健全巡查机制T⟧。（⟦R县水利局R⟧、⟦R县住建局R⟧等负责）",
        [("县水利局", LEAD), ("县住建局", RESPONSIBLE)],
    ),
    (
        "序号 | 工作任务 | 牵头单位 | 配合单位 | 完成时限 |\n1 | ⟦T健全巡查机制T⟧ | ⟦R县水利局R⟧ | ⟦R县住建局R⟧、⟦R县林业局R⟧ | 年底前 |",
        [("县水利局", LEAD), ("县住建局", COOPERATE), ("县林业局", COOPERATE)],
    ),
    (
        "序号 | 工作任务 | 责任单位 | 完成时限 |\n1 | ⟦T健全巡查机制T⟧ | 牵头：⟦R县水利局R⟧\n配合：⟦R县住建局R⟧ | 年底前 |",
        [("县水利局", LEAD), ("县住建局", COOPERATE)],
    ),
    (
        "序号 | 工作任务 | 责任单位 | 完成时限 |\n1 | ⟦T健全巡查机制T⟧ | ⟦R县水利局R⟧牵头\n⟦R县住建局R⟧(配合) | 年底前 |",
        [("县水利局", LEAD), ("县住建局", COOPERATE)],
    ),
    # other ways to say it
    ("⟦R县水利局R⟧负总责，⟦T健全巡查机制T⟧", [("县水利局", LEAD)]),
    ("⟦T健全巡查机制T⟧。（⟦R县水利局R⟧为主，⟦R县住建局R⟧协助）", [("县水利局", LEAD), ("县住建局", COOPERATE)]),
    (
        "⟦T健全巡查机制T⟧。（⟦R县水利局R⟧负责牵头，⟦R县住建局R⟧、⟦R县财政局R⟧按职责分工配合）",
        [("县水利局", LEAD), ("县住建局", COOPERATE), ("县财政局", COOPERATE)],
    ),
    ("⟦T健全巡查机制T⟧。（⟦R县水利局R⟧（牵头）、⟦R县住建局R⟧）", [("县水利局", LEAD), ("县住建局", RESPONSIBLE)]),
    (
        "⟦T健全巡查机制T⟧。（第一责任单位：⟦R县水利局R⟧；参与单位：⟦R县住建局R⟧）",
        [("县水利局", LEAD), ("县住建局", COOPERATE)],
    ),
    ("⟦T健全巡查机制T⟧。（主管部门：⟦R县水利局R⟧）", [("县水利局", LEAD)]),
    ("⟦R县水利局R⟧商⟦R县财政局R⟧⟦T健全巡查机制T⟧", [("县水利局", LEAD), ("县财政局", COOPERATE)]),
    ("⟦R县水利局R⟧联合⟦R县公安局R⟧⟦T健全巡查机制T⟧", [("县水利局", LEAD), ("县公安局", COOPERATE)]),
    (
        "⟦T健全巡查机制T⟧。（⟦R各乡镇R⟧、⟦R县水利局R⟧按职责分工负责）",
        [("各乡镇", RESPONSIBLE), ("县水利局", RESPONSIBLE)],
    ),
    ("⟦T健全巡查机制T⟧。（責任單位：⟦R縣水務局R⟧）", [("縣水務局", RESPONSIBLE)]),
    ("⟦T健全巡查机制T⟧。（⟦R縣水務局R⟧牽頭，⟦R縣財政局R⟧協助）", [("縣水務局", LEAD), ("縣財政局", COOPERATE)]),
]


@pytest.mark.parametrize(("marked", "expected"), ASSIGNED)
def test_assigned(marked: str, expected: list[tuple[str, str]]) -> None:
    document = markup.parse("case", marked)
    built = records.build(structure.read(document.text), document.entities)
    assigned = next(r.assigned for r in built if r.target)
    assert [(a.name, a.role.value) for a in assigned] == expected
    ids = {e.id for e in document.entities}
    assert all(a.department in ids for a in assigned)

"""A file that LibreOffice wrote, and what can be wrong with such files."""

import struct
from pathlib import Path

import pytest

from service.documents import read
from service.documents.doc.binary import modifiers
from service.documents.doc.rows import Row, cells
from service.documents.errors import OverLimit, UnreadableDocument, UnsupportedDocument
from service.documents.model import Format, Limits
from service.documents.tables import Cell

CONTENT = (Path(__file__).parent / "files" / "work-plan.doc").read_bytes()
WORD_DOCUMENT = CONTENT.index(b"\xec\xa5")
"""Where the main stream begins: its first bytes are its mark."""


def changed(at: int, to: bytes) -> bytes:
    return CONTENT[: WORD_DOCUMENT + at] + to + CONTENT[WORD_DOCUMENT + at + len(to) :]


def test_text_lists_tables_notes_and_boxes() -> None:
    reading = read(CONTENT)
    assert reading.text.splitlines() == [
        "清溪县2026年托育服务工作方案",
        "一、工作目标",
        # A deletion is made, hidden text is left out, and of a link what is shown is read.
        "到2026年底，全县新增普惠托位320个，每千人口托位数达到4.8个，详见实施细则。",
        "二、重点任务",
        "（一）扩大供给。",
        "1.新建公办托育机构2所。",
        "2.改造社区托育点6个。",
        "（二）规范管理。",
        "序号 | 工作任务 | 目标值 2026年 | 目标值 2027年 | 责任单位",
        "1 | 新增普惠托位 其中公办占比 | 320个 40% | 400个 | 县卫生健康局",
        "2 | 培训保育人员 不少于两期 | 每年150人次 |  | 县卫生健康局",
        "3 | 机构备案率 | 100% |  | 县市场监管局｜县民政局",
        "各镇于每月25日前报送进展。",
        "清溪县人民政府办公室",
        "2026年3月5日",
        "按常住人口计算。",
        "咨询电话由县卫生健康局公布",
    ]
    assert (reading.format, reading.charset, reading.pages) == (Format.DOC, None, None)
    assert reading.warnings == ("tracked changes: read as if all were accepted",)


def test_an_encrypted_file_is_refused() -> None:
    flags = struct.unpack_from("<H", CONTENT, WORD_DOCUMENT + 0x0A)[0]
    with pytest.raises(UnreadableDocument, match="encrypted"):
        read(changed(0x0A, struct.pack("<H", flags | 0x0100)))


@pytest.mark.parametrize("head", [b"\xdc\xa5\x68\x00", b"\xec\xa5\x68\x00"])
def test_files_of_older_versions_are_refused(head: bytes) -> None:
    with pytest.raises(UnsupportedDocument, match="Word 97"):
        read(changed(0, head))


def test_text_that_is_missing_is_noticed() -> None:
    place = struct.unpack_from("<I", CONTENT, WORD_DOCUMENT + 0x01A2)[0]
    assert place > 0
    with pytest.raises(UnreadableDocument, match="whole"):
        read(changed(0x01A2, struct.pack("<I", 0x7FFFFFFF)))


@pytest.mark.parametrize("size", [600, 1536, 4096, len(CONTENT) // 2])
def test_half_a_file_is_refused(size: int) -> None:
    with pytest.raises((UnreadableDocument, UnsupportedDocument)):
        read(CONTENT[:size])


@pytest.mark.parametrize(("limits", "unit"), [(Limits(characters=100), "characters"), (Limits(cells=10), "cells")])
def test_over_a_limit(limits: Limits, unit: str) -> None:
    with pytest.raises(OverLimit, match=unit):
        read(CONTENT, limits)


def test_modifiers_are_told_apart_by_their_sizes() -> None:
    packed = b"\x16\x24\x01" + b"\x0b\x46\x02\x00" + b"\x08\xd6\x03\x00\x01\x02" + b"\x0a\x26\x01" + b"\x49\x66\x01"
    assert modifiers(packed) == {
        0x2416: b"\x01",
        0x460B: b"\x02\x00",
        0xD608: b"\x03\x00\x01\x02",
        0x260A: b"\x01",
        0x6649: b"\x01",
    }


def definition(*sides: int, flags: tuple[int, ...] = ()) -> dict[int, bytes]:
    """A row's definition: the sides of its cells, and of each cell how it is merged."""
    merged = b"".join(struct.pack("<H18x", flag) for flag in flags)
    packed = bytes([len(sides) - 1]) + struct.pack(f"<{len(sides)}h", *sides) + merged
    return {0xD608: struct.pack("<H", len(packed) + 1) + packed}


def test_wide_cells_reach_over_the_columns_of_other_rows() -> None:
    rows = [
        Row(("任务", "目标值"), definition(0, 1000, 3000)),
        Row(("托位", "320个", "400个"), definition(5, 1003, 2000, 3001)),
    ]
    assert cells(rows) == [
        Cell(0, 0, "任务"),
        Cell(0, 1, "目标值", columns=2),
        Cell(1, 0, "托位"),
        Cell(1, 1, "320个"),
        Cell(1, 2, "400个"),
    ]


def test_cells_merged_downwards_and_sideways() -> None:
    restart, go_on, sideways = 3 << 5, 1 << 5, 1
    rows = [
        Row(("托育", "托位", ""), definition(0, 1000, 2000, 3000, flags=(restart, sideways, sideways))),
        Row(("", "保育员", "150人次"), definition(0, 1000, 2000, 3000, flags=(go_on, 0, 0))),
    ]
    assert cells(rows) == [
        Cell(0, 0, "托育", rows=2),
        Cell(0, 1, "托位", columns=2),
        Cell(1, 1, "保育员"),
        Cell(1, 2, "150人次"),
    ]


def test_rows_without_a_definition_stand_below_one_another() -> None:
    assert cells([Row(("任务", "目标"), {}), Row(("托位", "320个"), {0xD608: b"\x09"})]) == [
        Cell(0, 0, "任务"),
        Cell(0, 1, "目标"),
        Cell(1, 0, "托位"),
        Cell(1, 1, "320个"),
    ]

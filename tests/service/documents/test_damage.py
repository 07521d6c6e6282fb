"""Damaged PDF and .doc files: each is read or refused, and nothing else happens.

MUBIAO_FUZZ sets how many of each kind are tried; few in the ordinary run, 10,000 where it is about the readers.
"""

import os
import random
import re
from pathlib import Path

import pytest

from service.documents.doc import read as read_doc
from service.documents.errors import DocumentError
from service.documents.model import Limits
from service.documents.pdf import read as read_pdf
from tests.service.documents.pages import LEFT, TOP, Box, Pages

TRIES = int(os.environ.get("MUBIAO_FUZZ", "40"))
LIMITS = Limits(pages=50, cells=10_000, characters=100_000)
DOC = (Path(__file__).parent / "files" / "work-plan.doc").read_bytes()


def pdf() -> bytes:
    pages = Pages()
    pages.canvas.setPageCompression(0)
    for number in (1, 2):
        pages.paragraph(
            "（一）到2026年底，全县新增普惠托位320个，每千人口托位数达到4.8个，公办托位占比不低于40%。", TOP
        )
        rows = [["1", "新增托位", "320个"], [Box("2"), Box("培训150人次", columns=2), None]]
        pages.table([72, 120, 300, 520], 200, [["序号", "任务", "目标"], *rows])
        for row in range(4):
            for x in (72, 220, 380):
                pages.text(x, 400 + 22 * row, f"第{row}项")
        pages.text(LEFT, 800, f"- {number} -")
        pages.next()
    return pages.finished()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Bytes changed, taken out, doubled, cut off; numbers made huge or negative."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16, 64))):
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                changed[at] ^= 1 << chance.randrange(8)
            case 2:
                del changed[at : at + chance.randrange(1, 64)]
            case 3:
                changed[at:at] = changed[at : at + chance.randrange(1, 256)]
            case 4:
                changed[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80")
                )
            case _:
                if number := re.compile(rb"\d+").search(changed, at):
                    changed[number.start() : number.end()] = chance.choice(
                        (b"0", b"-1", b"99999999", b"2147483648", b"1e9")
                    )
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.1 else changed)


@pytest.mark.timeout(60 + TRIES)
def test_damaged_pdf_files() -> None:
    content, chance = pdf(), random.Random(1)
    assert "320" in read_pdf(content, LIMITS).text
    for _ in range(TRIES):
        try:
            read_pdf(damaged(content, chance), LIMITS)
        except DocumentError:
            continue


@pytest.mark.timeout(60 + TRIES)
def test_damaged_word_files() -> None:
    chance = random.Random(2)
    for _ in range(TRIES):
        try:
            read_doc(damaged(DOC, chance), LIMITS)
        except DocumentError:
            continue

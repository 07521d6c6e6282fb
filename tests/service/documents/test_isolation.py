"""Reading in a process of its own: what hangs, crashes or eats memory there does no harm here."""

import asyncio
import os
import signal
import time
from dataclasses import replace

import pytest

from service.documents import Format, Limits, OverLimit, UnreadableDocument, UnsupportedDocument, isolation
from service.documents.isolation import Bounds

SLOW = b"<div>" * 400_000
"""The parser takes time that is quadratic in how deep a page nests."""


def read(content, **bounds):
    return asyncio.run(isolation.read(content, replace(Bounds(), **bounds)))


def test_what_is_read_is_the_same(plan_docx, plan):
    reading = read(plan_docx)
    assert (reading.text.splitlines(), reading.format, reading.warnings) == (plan, Format.DOCX, ())
    text = read("年底前".encode("gb18030"))
    assert (text.text, text.charset, text.pages) == ("年底前", "gb18030", None)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"PK\x03\x04", UnreadableDocument, "unpacked"),
        (b"{\\rtf", UnsupportedDocument, "rtf"),
        ("年".encode() * 6, OverLimit, "5 characters"),
        (b"x" * 31, OverLimit, "30 bytes"),
    ],
)
def test_why_a_file_is_refused_is_the_same(content, error, message):
    with pytest.raises(error, match=message):
        read(content, limits=Limits(bytes=30, characters=5))


def test_a_hang_ends_with_the_time():
    started = time.monotonic()
    with pytest.raises(UnreadableDocument, match=r"within 1\.5 seconds"):
        read(SLOW, seconds=1.5)
    assert time.monotonic() - started < 10


def test_memory_is_limited():
    with pytest.raises(UnreadableDocument):
        read(b"<p>x" * 4_000_000, memory=300_000_000)


def test_a_crash_is_the_files_fault():
    async def crashed():
        task = asyncio.create_task(isolation.read(SLOW, Bounds()))
        os.kill(int(await _started()), signal.SIGSEGV)
        await task

    with pytest.raises(UnreadableDocument, match="reading it fails"):
        asyncio.run(crashed())


def test_cancelling_ends_the_process():
    async def cancelled():
        task = asyncio.create_task(isolation.read(SLOW, Bounds()))
        await _started()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert not _children(os.getpid())


async def _started():
    while not (children := _children(os.getpid())):
        await asyncio.sleep(0.01)
    return children[0]


def _children(pid):
    """Processes of the reader that this one has started."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/stat") as stat, open(f"/proc/{entry}/cmdline") as command:
                parent = stat.read().rpartition(")")[2].split()[1]
                if parent == str(pid) and "service.documents.child" in command.read():
                    found.append(entry)
        except (OSError, IndexError):
            continue
    return found


def test_the_folder_that_it_runs_in_provides_no_modules(tmp_path, monkeypatch):
    (tmp_path / "orjson.py").write_text("raise SystemExit(3)")
    (tmp_path / "csv.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert read("年底".encode()).text == "年底"

"""Mutated files of each kind: read, or refused with a DocumentError, in bounded time.

``--fuzz-runs`` says how many of each kind; the same run gives the same file again.
"""

import io
import random
import time
import traceback
import zipfile

import pytest

from service.documents import DocumentError, Limits, read

LIMITS = Limits(unpacked_bytes=20_000_000, characters=1_000_000)
SECONDS = 20
OWN = "service/documents"


@pytest.fixture
def samples(plan_docx, progress_xlsx, page):
    table = '任务表\r\n序号,任务,单位\r\n1,"新建3个,改造5个\n另建1所",县民政局\r\n2,"托位""450""个",\r\n'
    return {
        "txt": "到2024年底，新建社区食堂12个；繁體與㐂。\r\n".encode("gb18030") * 9,
        "csv": table.encode("gb18030"),
        "html": page.encode("gb18030"),
        "docx": plan_docx,
        "xlsx": progress_xlsx,
    }


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Content with a few bytes changed, pieces doubled, moved or taken out, or its end cut off."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 4, 16))):
        at = rng.randrange(len(changed) + 1)
        size = min(rng.choice((1, 2, 8, 64, 512)), len(changed) - at)
        piece = bytes(changed[at : at + size])
        match rng.randrange(7):
            case 0:
                changed[at : at + size] = rng.randbytes(size)
            case 1:
                del changed[at : at + size]
            case 2:
                changed[at:at] = piece * rng.choice((1, 3, 50))
            case 3:
                to = rng.randrange(len(changed) + 1)
                changed[to:to] = piece
            case 4:
                changed[at:at] = rng.choice(
                    (b"\0", b"\xff", b"<", b"&", b'"', b"]]>", b"-1", b"99999999999999", b"</", b"|")
                )
            case 5 if size:
                changed[at] ^= 1 << rng.randrange(8)
            case 6 if rng.random() < 0.2:
                del changed[at:]
    return bytes(changed)


def mutated_package(content: bytes, rng: random.Random) -> bytes:
    """A package whose parts are mutated but whose directory and checksums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith((".xml", ".rels"))}
    for name in rng.sample(sorted(parts), rng.choice((1, 1, 2))):
        parts[name] = mutated_xml(parts[name], rng) if rng.random() < 0.7 else mutated(parts[name], rng)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def mutated_xml(part: bytes, rng: random.Random) -> bytes:
    """XML that mostly stays well formed: values of attributes and texts change, elements change places."""
    pieces = part.split(b'"') if rng.random() < 0.6 else part.split(b">")
    joint = b'"' if b'"'.join(pieces) == part else b">"
    for _ in range(rng.choice((1, 3, 9))):
        at, other = rng.randrange(len(pieces)), rng.randrange(len(pieces))
        if rng.random() < 0.5:
            pieces[at] = pieces[other]
        elif joint == b'"' and at % 2:
            pieces[at] = rng.choice(
                (
                    b"",
                    b"-1",
                    b"0",
                    b"65535",
                    b"999999999",
                    b"x",
                    b"%1%9%0",
                    b"A0",
                    b"ZZZ99999999",
                    b"rId1",
                    b"1e999",
                    b"[h]yyyy;;@",
                )
            )
    return joint.join(pieces)


@pytest.mark.parametrize("kind", ["txt", "csv", "html", "docx", "xlsx"])
def test_mutated_files(samples, kind, pytestconfig):
    for run in range(pytestconfig.getoption("--fuzz-runs")):
        rng = random.Random(f"{kind} {run}")
        packed = kind in ("docx", "xlsx") and rng.random() < 0.8
        content = (mutated_package if packed else mutated)(samples[kind], rng)
        print(f"{kind} {run}")  # shown if it fails
        started = time.monotonic()
        cause = None
        try:
            assert len(read(content, LIMITS).text) <= LIMITS.characters
        except DocumentError as error:
            cause = error.__cause__
        assert time.monotonic() - started < SECONDS
        # Any other error is turned into one of ours; if our own lines raised it, they overlooked a case.
        assert cause is None or OWN not in traceback.extract_tb(cause.__traceback__)[-1].filename, cause

"""A broken machine: damaged models, full and read-only disks, jumping clocks, a database that goes away."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from models.checksums import SUMS_FILE
from models.tagger import SHIPPED
from proofs import jobs, postgresql
from proofs.report import Figure, Result, must, told
from proofs.service import Service, free_port, running, serving

TITLE = "damaged models, full and read-only disks, jumping clocks, a database that goes away"
UNIT = "damaged models"
FULL = 40
SHORT = 6
_SERVED = ("config.json", "alphabet.txt", "lexicon.txt", "network.int8.onnx", "model.safetensors")
_TEXT = "年底前，县民政局新建社区食堂12个，改造敬老院5所。"
_FAKETIME = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
)
_JOB = 1_000
"""Documents of the job during which the database goes away."""
_OUTAGES = (False, True, True)
"""Of each time that it goes away: whether like a crash."""
_OUTAGE_SECONDS = 8
_JOB_ENDS_WITHIN = 600
"""Seconds from when the database is back."""
_JUMPS = ("+1d", "-1d", "+400d", "-3650d", "+0")


def run(amount: int) -> Result:
    """Start with so many damaged models; run on each kind of broken machine."""
    return Result((*_damaged_models(amount), *_full_disk(), *_read_only_disk(), *_clock(), *_database()))


def _damaged_models(amount: int) -> Iterator[Figure]:
    """Each file missing, empty, cut off, or overwritten in one place: a line that names it, and exit code 1."""
    choose = random.Random(1)
    damages = [(file, damage) for file in _SERVED for damage in (_missing, _empty, _cut, _overwritten)]
    choose.shuffle(damages)
    told_well, silent, wrong, longest = 0, [], [], 0.0
    with tempfile.TemporaryDirectory() as name:
        for number in range(amount):
            file, damage = damages[number % len(damages)]
            folder = Path(name, str(number))
            folder.mkdir()
            for part in (*_SERVED, SUMS_FILE):
                os.symlink(SHIPPED / part, folder / part)
            damage(folder / file, choose)
            began = time.monotonic()
            outcome = _start(folder)
            longest = max(longest, time.monotonic() - began)
            if outcome is None:
                silent.append(f"{file} {damage.__name__.strip('_')}")
            elif outcome.returncode == 1 and outcome.stderr.startswith("error: ") and outcome.stderr.count("\n") == 1:
                told_well += 1
            else:
                wrong.append(f"{file} {damage.__name__.strip('_')}: {outcome.returncode}")
            shutil.rmtree(folder)
    yield must(
        "damaged models refused in one line, with exit code 1", f"{told_well} of {amount}", "all", told_well == amount
    )
    yield must("served all the same", ", ".join(sorted(set(silent))) or "none", "none", not silent)
    yield must("another message or exit code", ", ".join(sorted(set(wrong))) or "none", "none", not wrong)
    yield told("longest until it said so, s", f"{longest:.1f}")


def _missing(path: Path, choose: random.Random) -> None:
    path.unlink()


def _empty(path: Path, choose: random.Random) -> None:
    path.unlink()
    path.touch()


def _cut(path: Path, choose: random.Random) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: choose.randrange(1, len(content))])


def _overwritten(path: Path, choose: random.Random) -> None:
    content = bytearray(path.read_bytes())
    path.unlink()
    size = min(4096, len(content) // 2)
    at = choose.randrange(len(content) - size)
    content[at : at + size] = choose.randbytes(size)
    path.write_bytes(content)


def _start(folder: Path) -> "subprocess.CompletedProcess[str] | None":
    """Start the service with a model; None if it gets ready."""
    environment = {**os.environ, "MUBIAO_MODEL_FOLDER": str(folder), "MUBIAO_PORT": str(free_port())}
    command = [sys.executable, "-m", "service.cli", "serve"]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        popen = subprocess.Popen(command, env=environment, stdout=out, stderr=err)
        deadline = time.monotonic() + 120
        while popen.poll() is None and time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{environment['MUBIAO_PORT']}/readyz", timeout=5).status_code == 200:
                    popen.kill()
                    popen.wait()
                    return None
            time.sleep(0.1)
        popen.kill()
        popen.wait()
        err.seek(0)
        return subprocess.CompletedProcess(command, popen.returncode, "", err.read())


def _answers(service: Service, times: int = 5) -> int:
    """How many of so many documents are answered."""
    answered = 0
    for _ in range(times):
        with suppress(httpx.TransportError):
            answered += httpx.post(f"{service.url}/extract", json={"text": _TEXT}, timeout=60).status_code == 200
    return answered


def _file_answers(service: Service) -> int:
    content = f"任务,责任单位\n{_TEXT},县民政局\n".encode()
    with suppress(httpx.TransportError):
        return httpx.post(f"{service.url}/extract/file", files={"file": content}, timeout=60).status_code
    return 0


def _works(name: str, service: Service) -> Figure:
    answered, file = _answers(service), _file_answers(service)
    holds = answered == 5 and file == 200
    return must(f"{name}: documents answered, status of a file", f"{answered} of 5, {file}", "5 of 5, 200", holds)


def _full_disk() -> Iterator[Figure]:
    """Nothing can be written: neither the log nor temporary files."""
    with Path("/dev/full").open("wb") as full, _mounted("tmpfs", "size=16k") as folder:
        if folder:
            with suppress(OSError):
                Path(folder, "filler").write_bytes(bytes(1_000_000))
        for workers in ("1", "2"):
            with running({"MUBIAO_WORKERS": workers, "TMPDIR": folder or tempfile.gettempdir()}, full) as service:
                yield _works(f"log and temporary files on a full disk, {workers} processes", service)
                yield must("its exit code", code := service.stop(), "0", code == 0)
    if not folder:
        yield told("temporary files on a full disk", "not tried: no file system can be mounted here")


def _read_only_disk() -> Iterator[Figure]:
    """Every file system that can be, is mounted read-only for the service alone."""
    remount = 'mount --bind / / && mount -o remount,bind,ro / && exec "$0" "$@"'
    prefix = ("unshare", "--mount", "sh", "-c", remount)
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        yield told("read-only disk", "not tried: nothing can be mounted here")
        return
    for workers in ("1", "2"):
        with running({"MUBIAO_WORKERS": workers}, prefix=prefix) as service:
            yield _works(f"read-only disk, {workers} processes", service)
            yield must("its exit code", code := service.stop(), "0", code == 0)


def _clock() -> Iterator[Figure]:
    """The wall clock jumps by days and years, there and back; the monotonic clock goes on, as when somebody sets it."""
    library = next((path for path in _FAKETIME if Path(path).exists()), None)
    if not library:
        yield told("clock jumps", "not tried: libfaketime is not installed")
        return
    with tempfile.TemporaryDirectory() as name:
        offset = Path(name, "offset")
        offset.write_text("+0")
        faked = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        with (
            running({"MUBIAO_WORKERS": "2", **faked}) as service,
            httpx.Client(base_url=service.url, timeout=60) as kept,
        ):
            answered, started = 0, service.written().count("worker started")
            for jump in _JUMPS:
                answered += kept.post("/extract", json={"text": _TEXT}).status_code == 200
                offset.write_text(jump)
                time.sleep(3)
                answered += kept.post("/extract", json={"text": _TEXT}).status_code == 200
                answered += service.ready()
            years = {line["timestamp"][:4] for line in service.logged()}
            replaced = service.written().count("worker started") - started
            asked = 3 * len(_JUMPS)
            yield must("clock jumps: answered and ready", f"{answered} of {asked}", "all", answered == asked)
            yield must("clock jumps: worker processes replaced", replaced, "0", replaced == 0)
            yield told("clock jumps: years that its log has", ", ".join(sorted(years)))


def _database() -> Iterator[Figure]:
    """PostgreSQL goes away during a job and comes back, several times, and is away when the service is stopped."""
    if not postgresql.INITDB:
        yield told("database gone during a job", "not tried: PostgreSQL is not installed")
        return
    settings = {"MUBIAO_JOBS_CHUNK_DOCUMENTS": "50"}
    with postgresql.running() as database, serving(MUBIAO_JOBS_DATABASE=database.address, **settings) as service:
        id = jobs.submit(service, _JOB)
        asked = answered = 0
        refused: Counter[int] = Counter()
        for crash in _OUTAGES:
            jobs.wait(service, id, min(_JOB - 1, jobs.job(service, id)["done"] + 50))
            database.stop(crash)
            back = time.monotonic() + _OUTAGE_SECONDS
            while time.monotonic() < back:
                asked += 3
                answered += _answers(service, 1) + service.ready() + _live(service)
                refused[httpx.get(f"{service.url}/jobs/{id}", timeout=60).status_code] += 1
                time.sleep(0.2)
            database.start()
        state, began = "", time.monotonic()
        while state != "done" and time.monotonic() - began < _JOB_ENDS_WITHIN:
            with suppress(httpx.HTTPStatusError):  # 503 until the service has seen that it is back
                state = jobs.job(service, id)["state"]
            time.sleep(0.5)
        yield must(
            f"database gone {len(_OUTAGES)} times: documents answered, ready, live",
            f"{answered} of {asked}",
            "all",
            answered == asked,
        )
        yield must("statuses of /jobs meanwhile", dict(refused), "503", set(refused) == {503})
        yield must("state of the job in the end", state, "done", state == "done")
        yield told("seconds from when the database was back to the end of the job", f"{time.monotonic() - began:.0f}")
        yield from jobs.whole(jobs.results(service, id), _JOB)
        database.stop()
        yield must("exit code without a database", code := service.stop(), "0", code == 0)
        database.start()


def _live(service: Service) -> bool:
    return httpx.get(f"{service.url}/livez", timeout=60).status_code == 200


@contextmanager
def _mounted(kind: str, options: str) -> Iterator[str]:
    """A small file system of its own; an empty string if nothing can be mounted here."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["mount", "-t", kind, "-o", options, kind, folder], capture_output=True, check=False)
        try:
            yield "" if done.returncode else folder
        finally:
            if not done.returncode:
                subprocess.run(["umount", "-l", folder], check=True)

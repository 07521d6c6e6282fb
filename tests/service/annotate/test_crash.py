"""Runs that are killed: each document has one result in the end, in order."""

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tagger import identity
from service.annotate import local
from service.annotate.model import Document, Kind, Result, Setup
from service.annotate.store import Store, listed
from service.documents.isolation import Bounds
from service.errors import RunError

_SETUP = Setup(None, identity(), 1, Bounds(), None, False)
_RESULTS = [Result(i % 5 == 0, json.dumps({"id": str(i)}).encode()) for i in range(60)]


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def wait(process, condition):
    deadline = time.monotonic() + 120
    while process.poll() is None and not condition():
        assert time.monotonic() < deadline, "waited for too long"
        time.sleep(0.005)


def children(pid):
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(status.parent.name))
    return found


def confirmed(folder):
    try:
        return len((folder / "journal.jsonl").read_bytes().splitlines())
    except FileNotFoundError:
        return 0


def test_kill_at_random_moments(start, run, many, tmp_path):
    assert run(many, "-o", tmp_path / "expected.jsonl").exit_code == 0
    out, folder = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    kills = 0
    # The first is killed at any moment of its start, the others in the middle of the work.
    for moment in (random.uniform(0, 3), *(random.uniform(0, 0.3) for _ in range(2))):
        process = start(many, "-o", out, "--workers", 2)
        before = confirmed(folder)
        if kills:
            wait(process, lambda before=before: confirmed(folder) > before)
        time.sleep(moment)
        workers = children(process.pid)
        process.kill()
        process.wait()
        kills += process.returncode == -signal.SIGKILL
        deadline = time.monotonic() + 30
        while any(Path(f"/proc/{worker}/exe").exists() for worker in workers):
            assert time.monotonic() < deadline, "a worker outlives the run"
            time.sleep(0.01)
    assert kills
    last = start(many, "-o", out, "--workers", 2)
    _, errors = last.communicate(timeout=240)
    if last.returncode:
        assert b"is there already" in errors  # the one before had ended when it was to be killed
    assert out.read_bytes() == (tmp_path / "expected.jsonl").read_bytes()
    assert not folder.exists()


def test_a_killed_worker_costs_nothing(start, many, tmp_path):
    out, folder = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    process = start(many, "-o", out, "--workers", 2)
    wait(process, lambda: confirmed(folder) > 0)
    os.kill(max(children(process.pid)), signal.SIGKILL)
    assert process.wait(240) == 0
    assert [line["id"] for line in lines(out)] == [f"文{i}" for i in range(300)]
    assert not any("error" in line for line in lines(out))


def test_ctrl_c_says_how_far_it_is(start, many, tmp_path):
    out, folder = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    process = start(many, "-o", out)
    wait(process, lambda: confirmed(folder) > 0)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    done = [json.loads(line)["documents"] for line in (folder / "journal.jsonl").read_bytes().splitlines()]
    # The last part may have been confirmed in the moment of the interruption.
    told = [f"stopped after {n} of 300; the same command goes on from there" for n in [0, *done][-2:]]
    assert errors.decode().strip() in told


def test_a_document_that_kills_its_process_fails_alone(monkeypatch):
    monkeypatch.setattr(local, "_annotate", _dies)
    documents = [Document(str(i), Kind.JSON, b"bad" if i == 130 else b"good") for i in range(250)]
    results = [result for some in local.run(documents, _SETUP, 2) for result in some]
    assert [r.failed for r in results] == [i == 130 for i in range(250)]
    assert json.loads(results[130].line)["id"] == "130"


def _dies(setup, part):
    for document in part:
        if document.content == b"bad":
            os._exit(1)
    return [Result(False, b"{}") for _ in part]


@settings(deadline=None)
@given(st.data())
def test_what_was_not_confirmed_is_forgotten(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("store") / "out.partial"
    store = Store(folder)
    store.begin({}, [])
    store.resume()
    places = [0]
    for start in range(0, 60, 20):
        store.append(_RESULTS[start : start + 20])
        places.append((folder / "journal.jsonl").stat().st_size)
    store.close()
    journal = (folder / "journal.jsonl").read_bytes()
    cut = data.draw(st.integers(0, len(journal)))
    (folder / "journal.jsonl").write_bytes(journal[:cut] + data.draw(st.sampled_from([b"", b"\0" * 40, b'{"docu'])))
    whole = 20 * sum(place <= cut for place in places[1:])
    content = b"".join(r.line + b"\n" for r in _RESULTS)
    kept = len(b"".join(r.line + b"\n" for r in _RESULTS[:whole]))
    (folder / "results.jsonl").write_bytes(content[: data.draw(st.integers(kept, len(content)))])
    store = Store(folder)
    store.resume()
    assert (store.progress.documents, store.progress.failed) == (whole, whole // 5)
    store.append(_RESULTS[whole:])
    store.close()
    assert (folder / "results.jsonl").read_bytes() == content


def test_results_that_are_gone_are_told(tmp_path):
    store = Store(tmp_path / "out.partial")
    store.begin({}, [])
    store.resume()
    store.append(_RESULTS)
    store.close()
    (tmp_path / "out.partial" / "results.jsonl").write_bytes(b"")
    store = Store(tmp_path / "out.partial")
    with pytest.raises(RunError, match="shorter than its journal"):
        store.resume()
    store.close()


def test_lines_that_changed_meanwhile_are_told(start, run, many, tmp_path):
    folder = tmp_path / "out.jsonl.partial"
    process = start(many, "-o", tmp_path / "out.jsonl")
    wait(process, lambda: confirmed(folder) > 0)
    process.kill()
    process.communicate()
    assert [one.documents for one in listed(folder)] == [300]
    with many.open("a") as file:
        file.write("{}\n")
    result = run(many, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert result.stderr == f"error: {many}: has changed since the run began; --restart begins it again\n"

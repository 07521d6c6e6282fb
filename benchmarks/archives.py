"""What ``mubiao annotate`` costs on many documents. ``python -m benchmarks.archives memory|ray`` prints a table.

``memory``: resident memory of the processes of a run over very short documents, which is killed half-way and goes on.
``ray``: documents a second on a Ray cluster of two nodes of one CPU each, both on this machine, over one of them alone; the
sides take turns. Needs mubiao[ray].
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_ANNOTATE = (sys.executable, "-m", "service.cli", "annotate")
_PARTS = 10
"""Of the documents; after each there is a row."""
_SENTENCES = 12
"""Of a document for Ray, about 150 characters: as much to annotate as in a short passage."""


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archives", description=__doc__)
    parser.add_argument("what", choices=["memory", "ray"])
    parser.add_argument("--documents", type=int, default=20_000, help="how many")
    parser.add_argument("--workers", type=int, default=2, help="processes that annotate")
    parser.add_argument("--to", choices=["jsonl", "parquet"], default="jsonl", help="format that is written")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side has its turn")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as scratch:  # sockets need a short path
        archive = _archive(Path(scratch), options.documents, 1 if options.what == "memory" else _SENTENCES)
        if options.what == "memory":
            memory(archive, options.documents, options.workers, options.to)
        else:
            scaling(archive, options.documents, options.rounds)


def memory(archive: Path, documents: int, workers: int, to: str) -> None:
    """Print the resident memory of the processes as the documents are done, and how much of it they gained."""
    output = archive.with_name(f"out.{to}")
    command = (*_ANNOTATE, archive, "-o", output, "--workers", str(workers))
    before = 0
    print("| documents | process that writes, MB | those that annotate, MB |\n| --- | --- | --- |")
    for end in (documents // 2, documents):
        run = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        peak = [0, 0]
        while run.poll() is None and not (end < documents and _confirmed(output) >= end):
            ours, *others = [_resident(pid) for pid in (run.pid, *_annotators(run.pid))]
            peak = [max(peak[0], ours), max(peak[1], *others, 0)]
            if (done := _confirmed(output)) - before >= documents // _PARTS:
                before = done
                print(f"| {done} | {peak[0] / 1e6:.0f} | {peak[1] / 1e6:.0f} |", flush=True)
                peak = [0, 0]
            time.sleep(0.2)
        if end < documents:
            run.kill()
            run.wait()
            before = _confirmed(output)
            print("| killed, and begun again | | |", flush=True)
    assert run.returncode == 0, run.returncode
    print(f"| {documents}, and OUT is written | {peak[0] / 1e6:.0f} | {peak[1] / 1e6:.0f} |")


def scaling(archive: Path, documents: int, rounds: int) -> None:
    """Print documents a second from the first results to the last: starting Ray and loading the model are no part of it."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    with _two_nodes(archive.parent) as address:
        os.environ["RAY_ADDRESS"] = address
        for turn in range(rounds):
            for nodes in (1, 2) if turn % 2 else (2, 1):
                rates[nodes].append(_rate(archive, documents, nodes))
                print(f"{nodes} of one CPU: {rates[nodes][-1]:.1f} documents a second", flush=True)
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    print(f"two nodes over one: {statistics.median(ratios):.2f} ({', '.join(f'{ratio:.2f}' for ratio in ratios)})")


def _rate(archive: Path, documents: int, actors: int) -> float:
    output = archive.with_name("out.jsonl")
    output.unlink(missing_ok=True)
    run = subprocess.Popen((*_ANNOTATE, archive, "-o", output, "--engine", "ray", "--workers", str(actors)))
    # Not from the very first result: with two actors the other one may still be loading.
    first = (0.0, 0)
    while run.poll() is None and not first[1]:
        time.sleep(0.05)
        if (done := _confirmed(output)) >= documents // _PARTS:
            first = time.monotonic(), done
    while run.poll() is None and _confirmed(output) < documents:
        time.sleep(0.05)
    seconds = time.monotonic() - first[0]
    assert run.wait() == 0, run.returncode
    return (documents - first[1]) / seconds


@contextlib.contextmanager
def _two_nodes(scratch: Path) -> Iterator[str]:
    """The address of a cluster with two nodes of one CPU each."""
    os.environ |= {
        "RAY_TMPDIR": str(scratch),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",
    }
    start = (str(Path(sys.executable).with_name("ray")), "start", "--block", "--num-cpus", "1")
    nodes = [_started((*start, "--head", "--port", "0", "--include-dashboard", "false"))]
    try:
        file = scratch / "ray" / "ray_current_cluster"
        while not file.exists():
            assert nodes[0].poll() is None, "the head node ended"
            time.sleep(0.1)
        address = file.read_text()
        nodes.append(_started((*start, "--address", address)))
        yield address
    finally:
        for node in nodes:
            node.terminate()
        for node in nodes:
            node.wait()


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _archive(folder: Path, documents: int, sentences: int) -> Path:
    """Lines with short documents, each with numbers of its own."""
    kinds = (
        "年底前新建公厕{}座。",
        "区民政局负责，{}月底前完成。",
        "改造老旧小区{}个，惠及居民3万户。",
        "会议由区长主持。",
    )
    path = folder / "archive.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for number in range(documents):
            first = number % len(kinds)
            text = "".join(kinds[(first + i) % len(kinds)].format((number + i) % 12 + 1) for i in range(sentences))
            lines.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    return path


def _confirmed(output: Path) -> int:
    """How many documents have their results on the disk."""
    with contextlib.suppress(FileNotFoundError):
        lines = (output.with_name(f"{output.name}.partial") / "journal.jsonl").read_bytes().split(b"\n")
        return int(json.loads(lines[-2])["documents"]) if len(lines) > 1 else 0
    return 0


def _annotators(pid: int) -> list[int]:
    """The processes that annotate for a run; multiprocessing has another one that keeps track of resources."""
    with contextlib.suppress(FileNotFoundError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(c) for c in children if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]
    return []


def _resident(pid: int) -> int:
    """Bytes of a process that are in memory; 0 if it is gone."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        if found := re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()):
            return int(found[1]) * 1024
    return 0


if __name__ == "__main__":
    main()

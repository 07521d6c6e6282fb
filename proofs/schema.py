"""Schemathesis against a running service: whatever the OpenAPI document allows or forbids is answered as it says."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from proofs.report import Result, must, told
from proofs.service import serving
from service.openapi_links import LINKS

TITLE = "Schemathesis, all phases and checks, stateful: nothing but documented answers"
UNIT = "requests"
FULL = 20_000
SHORT = 500
_FOLDER = Path(__file__).parent
_CONFIG = _FOLDER / "schema.toml"
_LEAST_EXAMPLES, _EXAMPLES = 20, 400
"""Examples of each operation in a round; rounds go on, each from another seed, until there are enough requests and every link
has been followed."""
_MOST_ROUNDS = 5
"""After which a link that was never followed is taken for one that leads nowhere."""
_SETTINGS = {"MUBIAO_BATCH_ITEMS": "20", "MUBIAO_TEXT_LIMIT": "20000", "MUBIAO_JOBS_DOCUMENTS": "50"}
"""Limits that are reached without megabytes."""


def run(amount: int) -> Result:
    """Send at least so many requests."""
    statuses: Counter[int] = Counter()
    passed: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    followed: Counter[str] = Counter()
    errors = 0
    links = {f"{link.source} -> [{link.status}] {link.name} -> {link.target}" for link in LINKS}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(MUBIAO_CORRECTIONS_TRAINING_FOLDER=folder, **_SETTINGS) as service,
    ):
        rounds = 0
        while statuses.total() < amount or (links - followed.keys() and rounds < _MOST_ROUNDS):
            report = Path(folder, f"{rounds}.ndjson")
            examples = max(_LEAST_EXAMPLES, min(_EXAMPLES, (amount - statuses.total()) // 20))
            done = _schemathesis(service.url, report, examples, random.Random(rounds).getrandbits(64))
            before = statuses.total()
            for kind, event in _events(report):
                if kind == "NonFatalError":
                    errors += 1
                if kind != "ScenarioFinished":
                    continue
                recorder = event["recorder"]
                followed.update(_links(recorder))
                statuses.update(i["response"]["status_code"] for i in _answered(recorder))
                for check in (c for checks in recorder.get("checks", {}).values() for c in checks):
                    (passed if check["status"] == "success" else failed)[check["name"]] += 1
            if failed or errors:
                print(done.stdout[-20_000:])
                break
            if statuses.total() == before:
                raise RuntimeError(f"Schemathesis sent nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            rounds += 1
    unfollowed = sorted(links - followed.keys())
    server_errors = sum(count for status, count in statuses.items() if status >= 500)
    broken = ", ".join(f"{name}: {count}" for name, count in failed.items()) or "0"
    return Result(
        (
            must("requests", f"{statuses.total():,}", f"≥ {amount:,}", statuses.total() >= amount),
            must("server errors", server_errors, "0", server_errors == 0),
            must("checks failed (undocumented answers among them)", broken, "0", not failed),
            must("requests that Schemathesis could not send or that had no answer", errors, "0", errors == 0),
            told("links followed, one request after another's answer", f"{sum(followed[link] for link in links):,}"),
            must("links never followed", ", ".join(unfollowed) or "0", "0", not unfollowed),
            told("checks passed", f"{passed.total():,} of {len(passed)} kinds"),
            told("statuses", ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))),
        )
    )


def _schemathesis(url: str, report: Path, examples: int, seed: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIG), "run", f"{url}/openapi.json"]
    # DELETE without erase only cancels: the job is still there. That one that was erased is gone, schema_hooks checks.
    command += ["--checks", "all", "--exclude-checks", "use_after_free"]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--workers", "2", "--no-color"]
    command += ["--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none"]
    command += ["--report", "ndjson", "--report-ndjson-path", str(report)]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "proofs.schema_hooks", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        command, env=environment, cwd=report.parent, capture_output=True, text=True, errors="replace", check=False
    )


def _events(report: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if report.exists():
        with report.open(encoding="utf-8") as lines:
            for line in lines:
                yield from json.loads(line).items()


def _links(recorder: dict[str, Any]) -> Iterator[str]:
    """The links that were followed, as Schemathesis names them."""
    for case in recorder.get("cases", {}).values():
        if case.get("is_transition_applied"):
            yield case["transition"]["id"]


def _answered(recorder: dict[str, Any]) -> list[dict[str, Any]]:
    return [sent for sent in recorder.get("interactions", {}).values() if sent["response"]]

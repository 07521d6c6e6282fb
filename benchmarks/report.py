"""Where the figures go: ``latest.json``, and docs/benchmarks.md between its marks."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import charts

_ROOT = Path(__file__).parents[1]
LATEST = _ROOT / "benchmarks" / "latest.json"
PAGE = _ROOT / "docs" / "benchmarks.md"
_PLOTS = _ROOT / "docs" / "benchmarks"
_BEGIN, _END = "<!-- figures -->", "<!-- /figures -->"
BOUNDS = {
    "http_over_pipeline": ("HTTP, 8 clients, mix, over the pipeline in batches", "≥ 6", "≥ 12"),
    "doc2500_over_pipeline": ("2,500 characters over HTTP, over the pipeline in batches", "≥ 5", "≥ 10"),
    "clients32_over_clients8": ("throughput, 32 clients over 8", "≥ 0.95", "≥ 1.0"),
    "growth_200k_over_2500": ("time per character, 200,000 over 2,500", "≤ 1.15", "≤ 1.0"),
    "f1_loss_points": ("points of F1 that INT8 costs", "≤ 0.2", "≤ 0"),
    "peak_mb": ("peak memory, mix, 32 clients, MB", "≤ 450", "≤ 300"),
    "ready_s": ("start to ready, s", "≤ 3", "≤ 1.5"),
    "roofline_share": ("share of the INT8 roofline in the tag stage", "≥ 0.25", "≥ 0.5"),
}
"""For each figure with a bound: what it is, what it must be, what it should be."""


def write(
    figures: Mapping[str, float],
    tables: Mapping[str, str],
    speeds: tuple[Sequence[str], Mapping[str, Sequence[float | None]]],
    latencies: tuple[Sequence[str], Mapping[str, Sequence[float | None]]],
) -> None:
    """Write the figures, the tables by their headings, and the plots of speeds and latencies."""
    LATEST.write_text(json.dumps(dict(figures), indent=1) + "\n", encoding="utf-8")
    _PLOTS.mkdir(exist_ok=True)
    charts.bars(_PLOTS / "speed.svg", "characters per second, in process, by length of the text", *speeds)
    charts.bars(_PLOTS / "latency.svg", "seconds of a request over HTTP, mix, by number of clients", *latencies)
    rows = ["| | measured | must | goal | |", "| --- | --- | --- | --- | --- |"]
    for key, (name, must, goal) in BOUNDS.items():
        verdict = "goal" if _holds(figures[key], goal) else "holds" if _holds(figures[key], must) else "**fails**"
        rows.append(f"| {name} | {figures[key]:g} | {must} | {goal} | {verdict} |")
    cores, busy = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    parts = [
        f"Run of {time.strftime('%Y-%m-%d')} on {cores} cores; load of the machine at the end {busy:.1f}.",
        "\n".join(rows),
        "![speed](benchmarks/speed.svg)",
        "![latency](benchmarks/latency.svg)",
        *(f"### {heading}\n\n{table}" for heading, table in tables.items()),
    ]
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    body = "\n\n".join(parts)
    PAGE.write_text(f"{before}{_BEGIN}\n{body}\n{_END}{after}", encoding="utf-8")
    print(body)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _holds(value: float, bound: str) -> bool:
    sign, limit = bound.split()
    return value >= float(limit) if sign == "≥" else value <= float(limit)

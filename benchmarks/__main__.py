"""``python -m benchmarks``: measure everything and write it down. See the package."""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from annotations import corpus
from benchmarks import load, quality, report, roofline, stages
from benchmarks.baselines import BATCH, Lac, Pipeline, padded_float32
from models.tagger import CONFIG_FILE, SHIPPED, Tagger
from proofs.load import mixed_texts
from proofs.service import serving
from training import export

_LENGTHS = (100, 500, 2_500, 20_000, 200_000)
_BASELINES_UP_TO = 20_000
_CLIENTS = (1, 8, 32)
Annotate = Callable[[Sequence[str]], object]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each side has its turn")
    parser.add_argument("--mix", type=int, default=64, help="documents of the mix")
    parser.add_argument("--documents", nargs="+", type=Path, default=[corpus.AUTHORED], help="annotated, for the F1")
    parser.add_argument("--most", type=int, default=12, help="how many of the annotated documents")
    options = parser.parse_args()

    network, vocabulary = export.load(SHIPPED)
    ours = Tagger.load()
    source = "\n".join(document.text for document in corpus.load([corpus.AUTHORED]))
    mix = mixed_texts(options.mix)
    figures: dict[str, float] = {}
    tables: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        sides: dict[str, Annotate] = {
            "pipeline, one by one": Pipeline(network, vocabulary, 1).annotate,
            "pipeline, batches": Pipeline(network, vocabulary, BATCH).annotate,
            "ONNX float32, padded batches": padded_float32(network, vocabulary, Path(scratch)).annotate,
            "mubiao": ours.annotate,
        }
    with suppress(ImportError):
        sides["LAC: words and names only"] = Lac().annotate
    speeds = _in_process(sides, source, options.rounds, tables)
    latencies = _over_http(sides["pipeline, batches"], source, mix, options.rounds, figures, tables)

    spent = stages.measure(ours, mix)
    names = list(spent.seconds)
    rows = [[f"{spent.seconds[n] * 1e6 / sum(map(len, mix)):.1f}" for n in names], _percent(spent.shares(), names)]
    tables["Stages"] = report.table(["", *names], [["µs of processor a character", *rows[0]], ["share", *rows[1]]])
    sizes: dict[str, Any] = json.loads((SHIPPED / CONFIG_FILE).read_text(encoding="utf-8"))["encoder"]
    needed = roofline.operations(spent.read, sizes) / spent.seconds["tag"]
    figures |= {
        "roofline_share": round(needed / roofline.peak(), 3),
        "cpu_s_per_1000_chars": round(1000 * sum(spent.seconds.values()) / sum(map(len, mix)), 3),
        "growth_200k_over_2500": round(stages.growth(ours, source, 2_500, 200_000), 3),
        "f1_loss_points": round(
            quality.f1_loss(ours, network, vocabulary, corpus.load(options.documents)[: options.most]), 2
        ),
        "ready_s": round(load.to_ready(options.rounds), 2),
    }
    report.write(figures, tables, speeds, latencies)


def _in_process(
    sides: dict[str, Annotate], source: str, rounds: int, tables: dict[str, str]
) -> tuple[list[str], dict[str, list[float | None]]]:
    """Characters a second of each side for each length, all taking turns."""
    found: dict[str, list[float | None]] = {name: [] for name in sides}
    for length in _LENGTHS:
        text = source[:length]
        present = [name for name in sides if name == "mubiao" or length <= _BASELINES_UP_TO]
        seconds: dict[str, list[float]] = {name: [] for name in present}
        for _ in range(rounds if length <= _BASELINES_UP_TO else 1):
            for name in present:
                began = time.perf_counter()
                sides[name]([text])
                seconds[name].append(time.perf_counter() - began)
        for name in sides:
            found[name].append(length / statistics.median(seconds[name]) if name in seconds else None)
    rows = [[name, *("" if speed is None else f"{speed:,.0f}" for speed in speeds)] for name, speeds in found.items()]
    lengths = [f"{length:,}" for length in _LENGTHS]
    tables["In process, characters a second"] = report.table(["characters", *lengths], rows)
    return lengths, found


def _over_http(
    pipeline: Annotate, source: str, mix: Sequence[str], rounds: int, figures: dict[str, float], tables: dict[str, str]
) -> tuple[list[str], dict[str, list[float | None]]]:
    """Throughput and latencies, the pipeline and each number of clients taking turns."""
    document = source[:2_500]
    loads: dict[int, list[load.Load]] = {clients: [] for clients in _CLIENTS}
    over_pipeline, documents = [], []
    with serving() as service:
        for _ in range(rounds):
            for clients in _CLIENTS:
                loads[clients].append(load.run(service, mix, clients))
            began = time.perf_counter()
            pipeline(mix)
            speed = sum(map(len, mix)) / (time.perf_counter() - began)
            over_pipeline.append(loads[8][-1].per_second / speed)
            for _ in range(3):
                began = time.perf_counter()
                pipeline([document])
                seconds = time.perf_counter() - began
                documents.append(seconds / load.run(service, [document], 1).outcome.seconds[0])
        figures["peak_mb"] = round(load.peak_megabytes(service))
    median = {c: statistics.median(one.per_second for one in loads[c]) for c in _CLIENTS}
    quantiles = {
        c: {n: statistics.median(one.quantiles()[n] for one in loads[c]) for n in ("p50", "p95", "p99")}
        for c in _CLIENTS
    }
    figures |= {
        "http_over_pipeline": round(statistics.median(over_pipeline), 2),
        "doc2500_over_pipeline": round(statistics.median(documents), 2),
        "clients32_over_clients8": round(
            statistics.median(b.per_second / a.per_second for a, b in zip(loads[8], loads[32], strict=True)), 3
        ),
        "chars_per_s": round(median[8]),
    } | {f"clients{c}_{n}_s": round(v, 3) for c in _CLIENTS for n, v in quantiles[c].items()}
    tables["Over HTTP, mix"] = report.table(
        ["clients", "characters a second", "p50, s", "p95, s", "p99, s"],
        [[c, f"{median[c]:,.0f}", *(f"{v:.2f}" for v in quantiles[c].values())] for c in _CLIENTS],
    )
    return [str(c) for c in _CLIENTS], {n: [quantiles[c][n] for c in _CLIENTS] for n in ("p50", "p95", "p99")}


def _percent(shares: dict[str, float], names: Sequence[str]) -> list[str]:
    return [f"{shares[name]:.1%}" for name in names]


if __name__ == "__main__":
    main()

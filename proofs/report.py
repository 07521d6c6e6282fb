"""The figures of a proof, printed and written into docs/reliability.md."""

import json
import os
import platform
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
PAGE = _ROOT / "docs" / "reliability.md"
LATEST = _ROOT / "proofs" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured; ``bound`` says what it must be, None that it is only told."""

    name: str
    measured: str
    bound: str | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """What a proof found."""

    figures: tuple[Figure, ...]

    @property
    def holds(self) -> bool:
        """Whether every figure is within its bound."""
        return all(figure.holds for figure in self.figures)


def must(name: str, measured: object, bound: str, holds: bool) -> Figure:
    """A figure with a bound."""
    return Figure(name, str(measured), bound, holds)


def told(name: str, measured: object) -> Figure:
    """A figure without a bound."""
    return Figure(name, str(measured))


def write(name: str, amount: str, result: Result, seconds: float) -> None:
    """Print the figures of the proof ``name``, and put them in its place on the page and in ``latest.json``.

    On the page that is between ``<!-- name -->`` and ``<!-- /name -->``; a page without these is left as it is.
    """
    ran = f"{amount}; {time.strftime('%Y-%m-%d')}, {len(os.sched_getaffinity(0))} cores, {seconds:.0f} s in all"
    rows = ["| | measured | must be | |", "| --- | --- | --- | --- |"]
    for figure in result.figures:
        verdict = "" if figure.bound is None else "holds" if figure.holds else "**fails**"
        rows.append(f"| {figure.name} | {figure.measured} | {figure.bound or ''} | {verdict} |")
    table = f"Run with {ran}.\n\n" + "\n".join(rows)
    print(f"\n{name}: {'holds' if result.holds else 'FAILS'}\n{table}", flush=True)

    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    page = re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{table}\n{end}", page, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")

    latest = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    figures = [asdict(figure) for figure in result.figures]
    latest[name] = {"holds": result.holds, "run": ran, "machine": platform.machine(), "figures": figures}
    LATEST.write_text(json.dumps(latest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

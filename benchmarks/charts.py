"""Plots as small SVG files: groups of bars."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

_COLOURS = ("#9aa5b1", "#5b7fa3", "#c58b2a", "#2f6f4f", "#8c4a4a")
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 720, 300, 20, 46, 40
_FONT = 'font-family="sans-serif" font-size="12" fill="#555"'


def bars(path: Path, title: str, groups: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> None:
    """Write a plot: for each of ``groups`` a bar of each of ``series``, with its figure; None leaves a bar out."""
    highest = max(value for values in series.values() for value in values if value is not None)
    height = _HEIGHT - _TOP - _BOTTOM
    step = (_WIDTH - 2 * _LEFT) / len(groups)
    bar = step * 0.8 / len(series)
    parts = [_text(_LEFT, 16, title, weight="bold")]
    for row, (name, colour) in enumerate(zip(series, _COLOURS, strict=False)):
        x = _LEFT + row * (_WIDTH - 2 * _LEFT) / len(series)
        parts += [f'<rect x="{x:.0f}" y="24" width="10" height="10" fill="{colour}"/>', _text(x + 14, 33, name)]
        for column, value in enumerate(series[name]):
            if value is None:
                continue
            size = height * value / highest
            left, top = _LEFT + column * step + step * 0.1 + row * bar, _TOP + height - size
            parts.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{bar:.1f}" height="{size:.1f}" fill="{colour}"/>')
            parts.append(_text(left + bar / 2, top - 3, f"{value:,.3g}" if value < 100 else f"{value:,.0f}", "middle"))
    for column, name in enumerate(groups):
        parts.append(_text(_LEFT + (column + 0.5) * step, _HEIGHT - 16, name, "middle"))
    body = "\n".join(parts)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


def _text(x: float, y: float, content: str, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" {_FONT}>{escape(content)}</text>'
    )

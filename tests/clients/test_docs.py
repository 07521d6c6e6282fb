"""docs/client.md and the client's README: their examples are run against the real service."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_examples_work(place, tmp_path, capsys):
    (tmp_path / "tasks.txt").write_text("年底前新建社区食堂12家。", encoding="utf-8")
    pages = [ROOT / "docs" / "client.md", ROOT / "clients" / "python" / "README.md"]
    examples = [code for page in pages for code in EXAMPLE.findall(page.read_text(encoding="utf-8"))]
    assert len(examples) == 5
    for code in examples:
        exec(code.replace("http://127.0.0.1:8000", place.url).replace("/tmp", str(tmp_path)), {"__name__": "example"})  # noqa: S102 - our own page
    printed = capsys.readouterr().out
    for part in (
        "NUMBER 12 ",
        "12 个 2025-12-31",
        "txt 年底前新建社区食堂12家。",
        "d3 1",
        "422 [('text', 'must be a string",
    ):
        assert part in printed

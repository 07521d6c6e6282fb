"""``mubiao keys``."""

import pytest
from typer.testing import CliRunner

from service.access import keys
from service.access.command import app


@pytest.mark.parametrize("name", ["", "长" * 101])
def test_a_name_that_is_none_is_told_in_a_line(name, tmp_path):
    result = CliRunner().invoke(app, ["add", name, "--file", str(tmp_path / "keys.json")])
    assert result.exit_code == 1
    assert result.stderr == "error: the name must be 1 to 100 characters of valid Unicode\n"


def test_a_narrow_list_cuts_nothing(tmp_path):
    name = "[vpn]" + "某某市人民政府办公室督查考核科" * 3
    _, kept = keys.create(name)
    keys.write(tmp_path / "keys.json", [kept])
    result = CliRunner().invoke(app, ["list", "--file", str(tmp_path / "keys.json")], env={"COLUMNS": "60"})
    assert kept.id in result.stdout
    cells = [line.split("│")[1:-1] for line in result.stdout.splitlines() if line.startswith("│")]
    assert "".join(cell[1].strip() for cell in cells) == name
    assert "".join(cell[2].strip() for cell in cells) == kept.created.isoformat()

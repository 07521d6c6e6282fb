"""``mubiao keys``."""

from concurrent.futures import ThreadPoolExecutor

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


def test_keys_that_are_added_at_once_are_all_kept(tmp_path):
    file = tmp_path / "keys.json"
    made = [keys.create(f"caller {i}")[1] for i in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: keys.add(file, key), made))
        assert {key.id for key in keys.read(file)} == {key.id for key in made}
        list(pool.map(lambda key: keys.remove(file, key.id), made[:12]))
    assert {key.id for key in keys.read(file)} == {key.id for key in made[12:]}
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_a_folder_that_is_not_there_is_told_in_a_line(tmp_path):
    result = CliRunner().invoke(app, ["add", "caller", "--file", str(tmp_path / "absent" / "keys.json")])
    assert result.exit_code == 1
    assert result.stderr == f"error: {tmp_path}/absent/keys.json: No such file or directory\n"

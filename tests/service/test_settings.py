"""Settings: read from the environment, refused when wrong, all documented."""

import re
from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import classes, load

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
FIELDS = [
    (cls.model_config["env_prefix"] + name.upper(), field)
    for cls in classes()
    for name, field in cls.model_fields.items()
]


def test_every_setting_is_documented_with_its_default():
    rows = re.findall(r"^\| `(MUBIAO_\w+)` \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    expected = [
        (variable, "" if field.default in (None, ()) else f"`{field.default}`", field.description)
        for variable, field in FIELDS
    ]
    assert rows == expected


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("MUBIAO_HOST", "0.0.0.0")
    monkeypatch.setenv("MUBIAO_PORT", "9000")
    monkeypatch.setenv("MUBIAO_QUEUE_CAPACITY", "7")
    monkeypatch.setenv("MUBIAO_MODEL_FOLDER", str(tmp_path))
    settings = load()
    assert (settings.http.host, settings.http.port) == ("0.0.0.0", 9000)
    assert (settings.queue.capacity, settings.model.folder) == (7, tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"), [("MUBIAO_PORT", "0"), ("MUBIAO_FILE_MEMORY", "1"), ("MUBIAO_QUEUE_TURN", "viele")]
)
def test_wrong_values_are_refused(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable):
        load()

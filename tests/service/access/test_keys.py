"""API keys: what is kept of them, and that a changed file counts at once."""

import json
import os

import pytest
from typer.testing import CliRunner

from service.access import keys
from service.access.keys import KeyRing
from service.cli import app
from service.errors import KeysError


def mubiao(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.json"


def test_the_secret_is_not_in_the_file(file):
    shown = mubiao("keys", "add", "民政局", "--file", file).stdout.strip()
    secret = shown.split("_", 2)[2]
    assert secret not in file.read_text(encoding="utf-8")
    assert os.stat(file).st_mode & 0o007 == 0
    assert KeyRing(file).find(shown).name == "民政局"


@pytest.mark.parametrize("wrong", ["", "mubiao", "mubiao_" + "0" * 12 + "_" + "A" * 43, "密钥" * 40, "x" * 10_000])
def test_what_is_no_key_is_not_found(file, wrong):
    mubiao("keys", "add", "a", "--file", file)
    assert KeyRing(file).find(wrong) is None


def test_the_right_id_with_another_secret_is_not_found(file):
    one, other = (mubiao("keys", "add", name, "--file", file).stdout.strip() for name in "ab")
    mixed = "_".join([*one.split("_", 2)[:2], other.split("_", 2)[2]])
    assert KeyRing(file).find(mixed) is None


def test_keys_are_added_and_revoked_while_it_runs(file):
    first = mubiao("keys", "add", "a", "--file", file).stdout.strip()
    ring = KeyRing(file)
    second = mubiao("keys", "add", "b", "--rate", 60, "--concurrency", 3, "--file", file).stdout.strip()
    assert (ring.find(second).rate, ring.find(second).concurrency) == (60, 3)
    id = first.split("_")[1]
    listed = mubiao("keys", "list", "--file", file).stdout
    assert id in listed
    assert first not in listed
    assert mubiao("keys", "revoke", id, "--file", file).exit_code == 0
    assert ring.find(first) is None
    assert ring.find(second)


def test_without_the_file_nobody_gets_in_and_a_broken_one_changes_nothing(file):
    shown = mubiao("keys", "add", "a", "--file", file).stdout.strip()
    ring = KeyRing(file)
    file.write_text('{"keys": [', encoding="utf-8")
    assert ring.find(shown)
    file.unlink()
    assert ring.find(shown) is None


@pytest.mark.parametrize("content", ["", "[]", '{"keys": [{"id": "x"}]}', '{"keys": [], "more": 1}'])
def test_what_is_no_file_of_keys_is_refused(file, content):
    file.write_text(content, encoding="utf-8")
    with pytest.raises(KeysError, match="not a file of keys"):
        KeyRing(file)


def test_mistakes_are_told_in_a_line(file):
    for arguments in (("list",), ("revoke", "000000000000")):
        result = mubiao("keys", *arguments, "--file", file)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"error: {file}: ")
    mubiao("keys", "add", "a", "--file", file)
    assert "no key 000000000000" in mubiao("keys", "revoke", "000000000000", "--file", file).stderr


def test_the_file_can_be_written_by_other_tools(file):
    shown, kept = keys.create("a")
    file.write_text(json.dumps({"keys": [kept.model_dump(mode="json")]}), encoding="utf-8")
    assert KeyRing(file).find(shown) == kept

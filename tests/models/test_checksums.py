"""Damaged model files are told from whole ones."""

import subprocess

import pytest

from annotations.errors import ModelError
from models import checksums
from models.tagger import NETWORK_FILE, SHIPPED, Tagger


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"two")
    checksums.write(tmp_path, ["a", "b"])
    return tmp_path


def test_whole_files(folder):
    checksums.check(folder)
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode == 0


def test_a_changed_byte(folder):
    (folder / "b").write_bytes(b"twp")
    with pytest.raises(ModelError, match="/b: damaged"):
        checksums.check(folder)


def test_a_missing_file(folder):
    (folder / "a").unlink()
    with pytest.raises(ModelError, match="/a: cannot be read"):
        checksums.check(folder)


def test_a_damaged_list(folder):
    (folder / "SHA256SUMS").write_bytes(b"\xff\xfe")
    with pytest.raises(ModelError, match="SHA256SUMS"):
        checksums.check(folder)


def test_the_shipped_model_is_listed_and_a_damaged_weight_is_noticed(tmp_path):
    """If this fails after new weights: ``python -m training`` writes the list; commit it with them."""
    checksums.check(SHIPPED)
    assert NETWORK_FILE in (SHIPPED / checksums.SUMS_FILE).read_text(encoding="utf-8")
    for path in SHIPPED.iterdir():
        (tmp_path / path.name).symlink_to(path)
    damaged = bytearray((SHIPPED / NETWORK_FILE).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / NETWORK_FILE).unlink()
    (tmp_path / NETWORK_FILE).write_bytes(damaged)
    with pytest.raises(ModelError, match=f"{NETWORK_FILE}: damaged"):
        Tagger.load(tmp_path)

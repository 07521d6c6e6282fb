"""Finding and reading text files."""

from pathlib import Path

import pytest

from service import textfiles
from service.errors import UnreadableFile

TEXT = "年底前新建12个。\r\n繁體與㐂\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_that_offices_use(tmp_path, encoding):
    path = tmp_path / "文件.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert textfiles.read(path) == textfiles.TextFile(str(path), TEXT)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.docx", b"", ".txt and .md"),
        ("a", b"", ".txt and .md"),
        ("a.txt", b"\xff\xfe\x31\x00", "UTF-8 or GB18030"),
        ("a.md", b"\x00\x01\x02", "UTF-8 or GB18030"),
        ("a.txt", "年".encode("utf-16-be") + b"\x80", "UTF-8 or GB18030"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=message) as error:
        textfiles.read(path)
    assert str(error.value).startswith(str(path))


def test_a_missing_file_is_named():
    with pytest.raises(UnreadableFile, match=r"^nowhere\.txt: No such file"):
        textfiles.read(Path("nowhere.txt"))


def test_a_folder_stands_for_the_text_files_in_it(tmp_path):
    for name in ("b.txt", "a.md", "c.pdf", "deeper/d.TXT"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [str(f.relative_to(tmp_path)) for f in textfiles.find(tmp_path)] == ["a.md", "b.txt", "deeper/d.TXT"]


def test_a_folder_without_any_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match=r"\.txt or \.md"):
        textfiles.find(tmp_path)

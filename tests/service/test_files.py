"""Finding and reading the files that the command line is given."""

from pathlib import Path

import pytest

from service import files
from service.documents import Limits
from service.documents.isolation import Bounds
from service.errors import UnreadableFile

TEXT = "年底前新建12个。\r\n繁體與㐂\n"


@pytest.mark.parametrize("name", ["文件.txt", "文件", "文件.pdf"])
def test_files_are_read_whatever_their_names(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(TEXT.encode("gb18030"))
    file = files.read(path, Bounds())
    assert (file.name, file.reading.text, file.reading.charset) == (str(path), TEXT, "gb18030")


@pytest.mark.parametrize(
    ("content", "message"), [(b"\x00\x01\x02", "text in UTF-8"), (b"{\\rtf", "txt, md, csv"), (b"x" * 11, "10 bytes")]
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path, content, message):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=message) as error:
        files.read(path, Bounds(Limits(bytes=10)))
    assert str(error.value).startswith(str(path))


def test_a_missing_file_is_named():
    with pytest.raises(UnreadableFile, match=r"^nowhere\.txt: No such file"):
        files.read(Path("nowhere.txt"), Bounds())


def test_a_folder_stands_for_the_files_in_it(tmp_path):
    names = ["a.md", "b.txt", "c.pdf", "deeper/d.TXT", "e.docx", "f.XLSX", "g.htm", "h.csv", "i.doc", "j.html"]
    for name in [*names, "k.jpg", "l.docx~", "~$e.docx", "._c.pdf"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [str(f.relative_to(tmp_path)) for f in files.find(tmp_path)] == names


def test_a_folder_without_any_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match=r"\.txt \.md"):
        files.find(tmp_path)

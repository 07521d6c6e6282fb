"""Formats by content, and packages that mean harm."""

import io
import zipfile

import pytest

from service.documents import Format, Limits, OverLimit, UnreadableDocument, UnsupportedDocument, read
from service.documents.detect import detect

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def ole2(*streams):
    return OLE2 + b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in streams)


def package(parts, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return stream.getvalue()


def test_formats(plan_docx, progress_xlsx, page):
    assert detect(plan_docx, Limits()) is Format.DOCX
    assert detect(progress_xlsx, Limits()) is Format.XLSX
    assert detect(page.encode("gb18030"), Limits()) is Format.HTML
    assert detect(b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->\n<HTML>", Limits()) is Format.HTML
    assert detect("<!DOCTYPE html><p>".encode("utf-16"), Limits()) is Format.HTML
    assert detect(b"%PDF-1.7\n", Limits()) is Format.PDF
    assert detect(b"\xef\xbb\xbf\n%PDF-1.4\n", Limits()) is Format.PDF
    assert detect(ole2("Root Entry", "WordDocument", "1Table"), Limits()) is Format.DOC
    assert detect("甲,乙,丙\n丁,戊,己\n".encode(), Limits()) is Format.CSV
    assert detect("年底前".encode("gb18030"), Limits()) is Format.TXT


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (ole2("Root Entry", "Workbook"), "xls"),
        (ole2("Root Entry", "PowerPoint Document"), "docx"),
        (b"{\\rtf1\\ansi", "rtf"),
        ('<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'.encode("utf-16"), "xml"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>", "mht"),
        (b"From: <a@example.org>\nSubject: =?gbk?B?\n =?\nMIME-Version: 1.0\n\n", "mht"),
        (package({"OFD.xml": b"<x/>"}), "another packed format"),
        (package({"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.text"}), "another packed"),
        (package({}), "another packed format"),
    ],
)
def test_other_formats_are_refused_with_those_that_are_read(content, named):
    with pytest.raises(UnsupportedDocument, match="must be one of txt, md, csv") as error:
        read(content)
    assert named in str(error.value)


def test_encrypted_files_are_refused_as_such(plan_docx):
    with pytest.raises(UnreadableDocument, match="encrypted"):
        read(ole2("Root Entry", "EncryptedPackage", "EncryptionInfo"))
    marked = bytearray(plan_docx)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[marked.index(signature) + offset] |= 1
    with pytest.raises(UnreadableDocument, match="encrypted"):
        read(bytes(marked))


def test_broken_packages_are_refused(plan_docx, edited):
    assert plan_docx[:4] == b"PK\x03\x04"
    damaged = bytearray(plan_docx)
    damaged[60:80] = bytes(20)
    for content in (plan_docx[:-100], plan_docx[: len(plan_docx) // 2], b"PK\x03\x04", bytes(damaged)):
        with pytest.raises(UnreadableDocument, match="unpacked"):
            read(content)


@pytest.mark.parametrize("part", ["_rels/.rels", "word/document.xml", "word/numbering.xml", "word/styles.xml"])
@pytest.mark.parametrize("change", [lambda xml: b"", lambda xml: xml[:-9], lambda xml: b"<x>" + xml])
def test_packages_with_broken_parts_are_refused(plan_docx, edited, part, change):
    with pytest.raises(UnreadableDocument, match="broken XML"):
        read(edited(plan_docx, part, change))


def test_zip_bombs_are_refused():
    bomb = package({"word/document.xml": bytes(50_000_000), "word/other.xml": bytes(50_000_000)})
    assert len(bomb) < 200_000
    with pytest.raises(OverLimit, match="90000000 bytes unpacked"):
        read(bomb, Limits(unpacked_bytes=90_000_000))


def test_what_a_package_says_of_its_sizes_is_not_believed():
    bomb = bytearray(package({"word/document.xml": bytes(5_000_000)}))
    directory = bomb.rindex(b"PK\x01\x02")
    for start in (22, directory + 24):
        bomb[start : start + 4] = (10).to_bytes(4, "little")
    with pytest.raises((OverLimit, UnreadableDocument)):
        read(bytes(bomb), Limits(unpacked_bytes=1_000_000))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a "{}">]>'.format("年" * 1000),
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE x [<!ENTITY a0 'xx'>{}]>".format(
            "".join(f"<!ENTITY a{i} '&a{i - 1};&a{i - 1};'>" for i in range(1, 40))
        ),
    ],
)
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_entities_are_never_followed(plan_docx, progress_xlsx, edited, declared, kind):
    content, part = (plan_docx, "word/document.xml") if kind == "docx" else (progress_xlsx, "xl/worksheets/sheet1.xml")

    def declare(xml):
        start = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
        body = xml[start:].replace("民生实事".encode(), b"&a;")
        return xml[:start] + declared.encode() + body

    with pytest.raises(UnreadableDocument):
        read(edited(content, part, declare))


def test_links_are_not_followed_out_of_the_package(plan_docx, edited):
    def redirect(relations):
        return relations.replace(b'Target="word/document.xml"', b'Target="../../../../etc/hostname"')

    with pytest.raises(UnreadableDocument, match="missing"):
        read(edited(plan_docx, "_rels/.rels", redirect))
    external = lambda b: b.replace(b'Target="word/document.xml"', b'Target="http://127.0.0.1:9/" TargetMode="External"')
    with pytest.raises(UnreadableDocument, match="main part"):
        read(edited(plan_docx, "_rels/.rels", external))

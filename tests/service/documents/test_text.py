"""Plain text, its charsets, and tables as CSV."""

import pytest

from service.documents import Format, Limits, OverLimit, UnreadableDocument, read

TEXT = "　　到2024年底，新建社区食堂12个，改造敬老院5所；城乡低保标准提高到每人每月780元。\r\n繁體與㐂\r\n"
TRADITIONAL = "到二零二四年底，新建社區食堂十二個，改造敬老院五所，並於年內完成驗收與移交工作。\n"


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-le"),
    ],
)
def test_charsets_are_found(encoding, charset):
    reading = read(TEXT.encode(encoding))
    assert (reading.text, reading.format, reading.charset, reading.warnings) == (TEXT, Format.TXT, charset, ())


def test_big_endian_and_big5():
    assert read(b"\xfe\xff" + TEXT.encode("utf-16-be")).text == TEXT
    reading = read(TRADITIONAL.encode("big5"))
    assert (reading.text, reading.charset) == (TRADITIONAL, "big5hkscs")


@pytest.mark.parametrize("text", ["年", "年底前", "12月", "一、", "新建3个（所）。"])
def test_short_text_in_the_charset_of_offices(text):
    assert read(text.encode("gb18030")).text == text


def test_few_damaged_bytes_do_not_make_another_charset_of_utf8():
    content = bytearray((TEXT * 5).encode())
    content[40] = 0xFF
    reading = read(bytes(content))
    assert reading.charset == "utf-8"
    assert reading.text.count("�") == 1
    assert reading.warnings == ("1 damaged characters",)


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01\x02",
        "年".encode("utf-16-le") + b"\0\0",
        b"\x89PNG\r\n\x1a\n" + bytes(99),
        b"\xff\xfe\x31",
        bytes(range(256)),
    ],
)
def test_what_is_no_text_is_refused(content):
    with pytest.raises(UnreadableDocument):
        read(content)


def test_an_empty_file_is_an_empty_text():
    assert read(b"").text == ""


def test_markdown_is_the_text_that_it_is():
    text = "# 计划\n\n| 序号 | 任务 |\n| --- | --- |\n| 1 | 新建3个 |\n"
    assert read(text.encode()).text == text


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv(delimiter, encoding):
    text = '任务表\r\n序号,任务,单位\r\n1,"新建3个,改造5个\n另建1所",县民政局\r\n2,"托位""450""个",\r\n'
    if delimiter != ",":
        text = text.replace("个,改", "个、改").replace(",", delimiter)
    reading = read(text.encode(encoding))
    assert reading.format is Format.CSV
    inner = "新建3个,改造5个 另建1所" if delimiter == "," else "新建3个、改造5个 另建1所"
    assert reading.text == f'任务表\n序号 | 任务 | 单位\n1 | {inner} | 县民政局\n2 | 托位"450"个 |\n'


@pytest.mark.parametrize(
    "text",
    [
        "到2024年底,新建3个,改造5个。\n其中,城区2个。\n",
        "一,二\n三,四\n",
        "标题\n年底前新建3个\n",
        "a,b,c\nd,e\n",
        "加强领导，落实责任。要求新建3个,改造5个,年底完成\n其中甲,乙,丙\n城区,镇区\n",
        "甲\t乙\n丙\t丁\n一段文字\n戊\t己\n",
    ],
)
def test_text_with_delimiters_is_no_table(text):
    reading = read(text.encode())
    assert (reading.format, reading.text) == (Format.TXT, text)


def test_limits():
    rows = "1,2,3\n" * 100
    assert read(rows.encode(), Limits(cells=300))
    with pytest.raises(OverLimit, match="300 table cells"):
        read((rows + "1,2,3\n").encode(), Limits(cells=300))
    with pytest.raises(OverLimit, match="10 bytes"):
        read(b"x" * 11, Limits(bytes=10))
    with pytest.raises(OverLimit, match="10 characters"):
        read(("年" * 11).encode(), Limits(characters=10))


def test_rows_whose_last_fields_are_left_out(lines):
    text = "任务表\n序号,任务,单位,备注\n1,新建食堂,县民政局,续建\n2,改造托位\n3,新建学校,县教育局\n"
    assert read(text.encode()).format is Format.CSV
    assert lines(text.encode())[2:] == [
        "1 | 新建食堂 | 县民政局 | 续建",
        "2 | 改造托位 |  |",
        "3 | 新建学校 | 县教育局 |",
    ]


def test_few_damaged_bytes_of_other_charsets_are_warned_of():
    text = "到年底，新建食堂12个，改造敬老院5所。" * 20
    reading = read(text.encode("gb18030") + "年".encode("gb18030")[:1])
    assert (reading.text, reading.charset, reading.warnings) == (text + "\ufffd", "gb18030", ("1 damaged characters",))

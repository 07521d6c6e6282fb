"""Files to read: made by libraries, by hand where those cannot make them, and by LibreOffice."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.documents import read

_LEVELS = """
<w:abstractNum {ns} w:abstractNumId="90">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/>
    <w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
  <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3.%4"/></w:lvl>
</w:abstractNum>
"""


@pytest.fixture(scope="session")
def lines() -> Callable[..., list[str]]:
    """The lines of a file's text."""
    return lambda content: read(content).text.splitlines()


@pytest.fixture(scope="session")
def saved() -> Callable[..., bytes]:
    """The bytes that a document of python-docx or openpyxl is saved as."""

    def save(document) -> bytes:
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()

    return save


@pytest.fixture(scope="session")
def edited() -> Callable[..., bytes]:
    """A package with one of its parts changed by a function, or added."""

    def edit(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
            parts = {name: old.read(name) for name in old.namelist()}
            for name, data in (parts | {part: change(parts.get(part, b""))}).items():
                new.writestr(name, data)
        return stream.getvalue()

    return edit


@pytest.fixture(scope="session")
def numbered() -> Callable[..., None]:
    """Give a paragraph a level of a list with the usual numbers: 一、 （一） 1. and 1.1.1."""

    def number(document, paragraph, level: int, num_id: int = 91) -> None:
        root = document.part.numbering_part.element
        if not root.xpath('w:abstractNum[@w:abstractNumId="90"]'):
            root.insert(0, parse_xml(_LEVELS.format(ns=nsdecls("w"))))
        if not root.xpath(f'w:num[@w:numId="{num_id}"]'):
            root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{num_id}"><w:abstractNumId w:val="90"/></w:num>'))
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>')
        )

    return number


@pytest.fixture(scope="session")
def add_numbered_table(numbered: Callable[..., None]) -> Callable[..., None]:
    """Add a table whose first column holds just automatic numbers: 1. and 2."""

    def add(document) -> None:
        table = document.add_table(3, 2)
        for row, text in enumerate(("任务", "新建食堂", "改造托位")):
            table.cell(row, 1).text = text
        table.cell(0, 0).text = "序号"
        for row in (1, 2):
            numbered(document, table.cell(row, 0).paragraphs[0], 2)

    return add


@pytest.fixture(scope="session")
def plan_docx(saved, numbered) -> bytes:
    """A plan with numbered headings and a table with two header rows and merged cells."""
    document = docx.Document()
    document.add_paragraph("霞浦坪县2024年民生实事实施方案")
    for level, text in (
        (0, "总体要求"),
        (1, "主要目标"),
        (2, "到2024年底，新建社区食堂12个。"),
        (2, "改造敬老院5所。"),
    ):
        numbered(document, document.add_paragraph(text), level)
    numbered(document, document.add_paragraph("任务分工"), 0)
    table = document.add_table(4, 5)
    rows = [
        ["序号", "工作任务", "总投资（万元）", "", "责任单位"],
        ["", "", "计划", "完成", ""],
        ["1", "新建社区食堂12个", "500", "200", "县民政局"],
        ["2", "改造敬老院5所", "300", "80", ""],
    ]
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    for column in (0, 1, 4):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(2, 4).merge(table.cell(3, 4))
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs[1:]:  # what merging leaves behind
                paragraph._p.getparent().remove(paragraph._p)
    document.add_paragraph("注：投资以批复为准。")
    return saved(document)


PLAN = [
    "霞浦坪县2024年民生实事实施方案",
    "一、总体要求",
    "（一）主要目标",
    "1. 到2024年底，新建社区食堂12个。",
    "2. 改造敬老院5所。",
    "二、任务分工",
    "序号 | 工作任务 | 总投资（万元） 计划 | 总投资（万元） 完成 | 责任单位",
    "1 | 新建社区食堂12个 | 500 | 200 | 县民政局",
    "2 | 改造敬老院5所 | 300 | 80 | 县民政局",
    "注：投资以批复为准。",
]


@pytest.fixture(scope="session")
def plan() -> list[str]:
    """The lines of the plan."""
    return PLAN


@pytest.fixture(scope="session")
def progress_xlsx(saved) -> bytes:
    """A progress sheet with a merged title, number formats and merged cells."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "民生实事"
    for row in (
        ["霞浦坪县2024年民生实事进展表"],
        ["序号", "项目", "投资（万元）", None, "完成率"],
        [None, None, "计划", "完成", None],
        [1, "社区食堂", 12345.6, 5000, 0.405],
        [2, "敬老院改造", 300, 165, 0.55],
    ):
        sheet.append(row)
    for area in ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"):
        sheet.merge_cells(area)
    for row in (4, 5):
        sheet.cell(row, 3).number_format = sheet.cell(row, 4).number_format = "#,##0.00"
        sheet.cell(row, 5).number_format = "0.0%"
    return saved(workbook)


@pytest.fixture(scope="session")
def progress() -> list[str]:
    """The lines of the progress sheet."""
    return [
        "民生实事",
        "霞浦坪县2024年民生实事进展表",
        "序号 | 项目 | 投资（万元） 计划 | 投资（万元） 完成 | 完成率",
        "1 | 社区食堂 | 12,345.60 | 5,000.00 | 40.5%",
        "2 | 敬老院改造 | 300.00 | 165.00 | 55.0%",
    ]


PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312">
<title>霞浦坪县2024年民生实事实施方案_霞浦坪县人民政府网站</title><script>var 年底前 = "新建9个";</script></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a>政务公开</a></li><li><a>互动</a></li></ul></div>
<div class="crumb">当前位置：<a>首页</a> &gt; <a>政务公开</a></div>
<div class="wrap"><h1>霞浦坪县2024年民生实事实施方案</h1><p>发布时间：2024-01-15</p>
<div class="TRS_Editor"><p>　　到2024年底，<b>新建</b>社区
食堂12个。<br>改造敬老院5所。</p>
<table><tr><th>序号</th><th>任务</th><th>责任单位</th></tr>
<tr><td>1</td><td><p>新建社区食堂12个</p><p>改造5个</p></td><td rowspan="2">县民政局</td></tr>
<tr><td>2</td><td>改造敬老院5所</td></tr></table></div></div>
<div class="footer"><p>主办：霞浦坪县人民政府办公室</p><p>某ICP备00000号</p></div></body></html>"""


@pytest.fixture(scope="session")
def page() -> str:
    """A government's web page."""
    return PAGE


@pytest.fixture(scope="session")
def converted(tmp_path_factory) -> Callable[..., bytes]:
    """A file that LibreOffice makes of another; skips the test where there is no LibreOffice."""
    soffice = shutil.which("soffice")
    folder: Path = tmp_path_factory.mktemp("libreoffice")

    def convert(content: bytes, suffix: str, to: str) -> bytes:
        if not soffice:
            pytest.skip("no soffice here")
        source = folder / f"source{suffix}"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", to, "--outdir", str(folder / "out"), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return (folder / "out" / f"source.{to.partition(':')[0]}").read_bytes()

    return convert

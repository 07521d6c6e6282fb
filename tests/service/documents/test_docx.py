"""Word's .docx."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.documents import Format, Limits, OverLimit, UnreadableDocument, read
from service.documents.numbering import Numbering
from service.documents.ooxml import etree

W = nsdecls("w")


def paragraph(inner):
    return parse_xml(f"<w:p {nsdecls('w', 'wp', 'a', 'wps', 'mc', 'v')}>{inner}</w:p>".replace("nsdecls", ""))


@pytest.fixture
def of(saved, lines):
    """The lines of a document whose body holds these XML elements."""

    def read_body(*elements):
        document = docx.Document()
        for element in elements:
            document.element.body.insert(-1, parse_xml(element))
        return lines(saved(document))

    return read_body


def p(inner, properties=""):
    return f"<w:p {DECLARED}><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def r(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


DECLARED = (
    f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def test_a_plan_with_numbers_and_a_table(plan_docx, plan):
    reading = read(plan_docx)
    assert reading.text.splitlines() == plan
    assert (reading.format, reading.charset, reading.pages, reading.warnings) == (Format.DOCX, None, None, ())


def test_lists_count_on_and_start_anew(saved, numbered, lines):
    document = docx.Document()
    for level, text in (
        (0, "甲"),
        (1, "乙"),
        (2, "丙"),
        (3, "丁"),
        (3, "戊"),
        (1, "己"),
        (2, "庚"),
        (0, "辛"),
        (3, "壬"),
    ):
        numbered(document, document.add_paragraph(text), level)
    numbered(document, document.add_paragraph("癸"), 0, num_id=92)
    assert lines(saved(document)) == [
        "一、甲", "（一）乙", "1. 丙", "1.1.1 丁", "1.1.2 戊", "（二）己", "1. 庚", "二、辛", "2.1.1 壬", "三、癸",
    ]  # fmt: skip


def test_a_list_that_says_so_starts_anew(saved, numbered, lines):
    document = docx.Document()
    numbered(document, document.add_paragraph("甲"), 0)
    for text in "乙丙":
        numbered(document, document.add_paragraph(text), 0, num_id=92)
    num = document.part.numbering_part.element.xpath('w:num[@w:numId="92"]')[0]
    num.append(parse_xml(f'<w:lvlOverride {W} w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'))
    assert lines(saved(document)) == ["一、甲", "五、乙", "六、丙"]


def test_numbers_of_styles(saved, lines):
    document = docx.Document()
    for style in ("List Number", "List Number", "List Bullet"):
        document.add_paragraph("任务", style=style)
    assert lines(saved(document)) == ["1. 任务", "2. 任务", "任务"]


@pytest.mark.parametrize(
    ("format", "value", "shown"),
    [
        ("decimal", 12, "12"), ("decimalZero", 5, "05"), ("chineseCounting", 10, "十"), ("chineseCounting", 21, "二十一"),
        ("chineseCountingThousand", 105, "一百零五"), ("japaneseCounting", 12, "十二"), ("ideographDigital", 10, "一〇"),
        ("chineseLegalSimplified", 11, "壹拾壹"), ("ideographTraditional", 3, "丙"), ("ideographZodiac", 12, "亥"),
        ("decimalEnclosedCircle", 20, "⑳"), ("decimalEnclosedCircleChinese", 1, "①"), ("decimalEnclosedParen", 2, "⑵"),
        ("decimalEnclosedFullstop", 3, "⒊"), ("decimalFullWidth", 10, "１０"), ("upperRoman", 1994, "MCMXCIV"),
        ("lowerRoman", 4, "iv"), ("upperLetter", 27, "AA"), ("lowerLetter", 3, "c"), ("ordinalText", 7, "7"),
        ("decimalEnclosedCircle", 21, "21"),
    ],
)  # fmt: skip
def test_number_formats(format, value, shown):
    numbering = etree.fromstring(
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="{value}"/>'
        f'<w:numFmt w:val="{format}"/><w:suff w:val="nothing"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    properties = etree.fromstring(f'<w:pPr {W}><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    assert Numbering(numbering, None).label(properties) == f"第{shown}条"


def test_tracked_changes_are_taken_as_accepted(saved):
    document = docx.Document()
    changed = p(
        f'{r("新建")}<w:del w:id="1"><w:r><w:delText>3</w:delText></w:r></w:del><w:ins w:id="2">{r("5")}</w:ins>{r("个")}'
    )
    joined = p(r("前半，"), '<w:rPr><w:del w:id="3"/></w:rPr>')
    moved = p(f'<w:moveFrom w:id="4">{r("旧处")}</w:moveFrom><w:moveTo w:id="5">{r("新处")}</w:moveTo>')
    for element in (changed, joined, p(r("后半。")), moved):
        document.element.body.insert(-1, parse_xml(element))
    reading = read(saved(document))
    assert reading.text.splitlines() == ["新建5个", "前半，后半。", "新处"]
    assert reading.warnings == ("tracked changes: read as if all were accepted",)


def test_fields_show_their_results(of):
    def field(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = "<w:r><w:instrText> PAGEREF 年底 </w:instrText></w:r>"
    whole = p(r("见第") + field("begin") + instruction + field("separate") + r("3") + field("end") + r("页"))
    nested = p(
        field("begin")
        + field("begin")
        + r("甲")
        + field("separate")
        + r("乙")
        + field("end")
        + field("separate")
        + r("丙")
        + field("end")
    )
    broken = p(field("begin") + instruction)
    simple = p(f'<w:fldSimple w:instr="DATE">{r("5月")}</w:fldSimple>')
    assert of(whole, nested, broken, p(r("后文")), simple) == ["见第3页", "丙", "后文", "5月"]


def test_text_boxes_follow_their_paragraph_once(of):
    box = f"<w:txbxContent>{p(r('框内一'))}{p(r('框内二'))}</w:txbxContent>"
    drawing = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert of(p(r("前") + drawing + r("后")), p(r("尾"))) == ["前后", "框内一", "框内二", "尾"]


def test_signs_breaks_and_what_is_hidden(of):
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>机密</w:t></w:r>"
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>公开</w:t></w:r>'
    breaks = (
        "<w:r><w:br/></w:r>"
        + r("二行")
        + '<w:r><w:br w:type="page"/></w:r>'
        + r("同行<w:noBreakHyphen/>".replace("<w:noBreakHyphen/>", ""))
    )
    math = "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"
    assert of(p(symbol + r("一行") + hidden + shown + breaks), p(math)) == ["☑一行公开", "二行同行", "x=1"]


def test_content_controls_links_and_custom_xml_are_transparent(of):
    wrapped = f"<w:sdt {DECLARED}><w:sdtPr/><w:sdtContent>{p(r('控件'))}</w:sdtContent></w:sdt>"
    inline = p(
        f"<w:hyperlink>{r('链接')}</w:hyperlink><w:smartTag>{r('标签')}</w:smartTag><w:sdt><w:sdtContent>{r('选')}</w:sdtContent></w:sdt>"
    )
    assert of(wrapped, inline) == ["控件", "链接标签选"]


def cell(inner, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows):
    return f"<w:tbl {DECLARED}>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def test_a_list_and_a_table_within_a_cell(saved, numbered, lines):
    document = docx.Document()
    outer = document.add_table(2, 2)
    for column, text in enumerate(("任务", "责任单位")):
        outer.cell(0, column).text = text
    first, second = outer.cell(1, 0), outer.cell(1, 1)
    first.text = "新建12个"
    numbered(document, first.paragraphs[0], 2)
    numbered(document, first.add_paragraph("改造5个"), 2)
    inner = second.add_table(2, 2)
    for index, text in enumerate(("牵头", "县民政局", "配合", "县财|政局")):
        inner.cell(index // 2, index % 2).text = text
    assert lines(saved(document)) == ["任务 | 责任单位", "1. 新建12个 2. 改造5个 | 牵头 县民政局 配合 县财｜政局"]


def test_tables_that_only_lay_out(of):
    inner = table(cell(p(r("甲"))) + cell(p(r("乙"))), cell(p(r("1"))) + cell(p(r("2"))))
    one_cell = table(cell(p(r("第一段。")) + p(r("第二段。")) + inner + p("")))
    one_row = table(cell(p(r("左"))) + cell(inner + p("")))
    assert of(one_cell, one_row) == ["第一段。", "第二段。", "甲 | 乙", "1 | 2", "左", "甲 | 乙", "1 | 2"]


def test_merged_shifted_and_deleted_cells(of):
    rows = table(
        cell(p(r("序号"))) + cell(p(r("任务"))) + cell(p(r("单位"))),
        cell(p(r("1")), '<w:vMerge w:val="restart"/>') + cell(p(r("食堂"))) + cell(p(r("甲局"))),
        cell(p(""), "<w:vMerge/>") + cell(p(r("托位、学位")), '<w:gridSpan w:val="2"/>'),
        '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell(p(r("只此"))) + cell(p(r("乙局"))),
        '<w:trPr><w:del w:id="9"/></w:trPr>' + cell(p(r("已删"))) * 3,
    )
    assert of(rows) == ["序号 | 任务 | 单位", "1 | 食堂 | 甲局", "1 | 托位、学位 |", "| 只此 | 乙局"]


def test_rows_that_repeat_on_each_page_are_the_head(of):
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    rows = table(
        head + cell(p(r("任务"))) + cell(p(r("责任")), '<w:gridSpan w:val="2"/>'),
        head + cell(p("")) + cell(p(r("牵头"))) + cell(p(r("配合"))),
        cell(p(r("新建"))) + cell(p(r("甲局"))) + cell(p(r("乙局"))),
    )
    assert of(rows) == ["任务 | 责任 牵头 | 责任 配合", "新建 | 甲局 | 乙局"]


def test_notes_come_last_and_headers_and_footers_not_at_all(saved, edited, lines):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.element.body.insert(-1, parse_xml(p(r("新建12个") + '<w:r><w:footnoteReference w:id="2"/></w:r>')))
    document.add_paragraph("尾")
    notes = f'<w:footnotes {DECLARED}><w:footnote w:id="0">{p(r("线"))}</w:footnote><w:footnote w:id="2">{p(r("含续建。"))}</w:footnote></w:footnotes>'
    relation = (
        '<Relationship Id="rIdNotes" Target="footnotes.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    content = edited(saved(document), "word/footnotes.xml", lambda _: notes.encode())
    content = edited(
        content, "word/_rels/document.xml.rels", lambda b: b.replace(b"</Relationships>", relation.encode())
    )
    assert lines(content) == ["新建12个", "尾", "含续建。"]


def test_the_strict_variant(plan_docx, plan, lines):
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plan_docx)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            part = part.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            new.writestr(name, part)
    assert lines(stream.getvalue()) == plan


def test_only_pictures(saved):
    document = docx.Document()
    document.element.body.insert(-1, parse_xml(p("<w:r><w:drawing/></w:r>")))
    with pytest.raises(UnreadableDocument, match="pictures"):
        read(saved(document))


def test_nesting_and_cells_are_limited(of, saved):
    deep = p(r("底"))
    for _ in range(30):
        deep = table(cell(deep + p(""))).replace(f" {DECLARED}", "")
    document = docx.Document()
    document.element.body.insert(-1, parse_xml(deep.replace("<w:tbl>", f"<w:tbl {DECLARED}>", 1)))
    content = saved(document)
    assert read(content).text == "底\n"
    with pytest.raises(OverLimit, match="20 elements"):
        read(content, Limits(nesting=20))
    with pytest.raises(OverLimit, match="20 table cells"):
        read(content, Limits(cells=20))


def test_cells_that_hold_just_their_number(saved, numbered, add_numbered_table, lines):
    document = docx.Document()
    add_numbered_table(document)
    numbered(document, document.add_paragraph(), 2)
    assert lines(saved(document)) == ["序号 | 任务", "1. | 新建食堂", "2. | 改造托位"]


def test_raised_digits(of):
    def placed(text, place):
        return f'<w:r><w:rPr><w:vertAlign w:val="{place}"/></w:rPr><w:t>{text}</w:t></w:r>'

    assert of(p(r("5×10") + placed("-4", "superscript") + r("，CO") + placed("2", "subscript"))) == ["5×10⁻⁴，CO2"]

"""Web pages."""

import pytest

from service.documents import Format, Limits, OverLimit, read

ARTICLE = [
    "霞浦坪县2024年民生实事实施方案",
    "发布时间：2024-01-15",
    "到2024年底，新建社区食堂12个。",
    "改造敬老院5所。",
    "序号 | 任务 | 责任单位",
    "1 | 新建社区食堂12个 改造5个 | 县民政局",
    "2 | 改造敬老院5所 | 县民政局",
]


@pytest.fixture
def of(lines):
    """The lines of a page whose body holds some markup."""
    return lambda body: lines(f"<!DOCTYPE html><html><body>{body}</body></html>".encode())


def test_the_article_and_neither_menu_nor_footer(page, lines):
    assert lines(page.encode("gb18030")) == ARTICLE


def test_an_article_under_another_name(page, lines):
    assert lines(page.replace('class="TRS_Editor"', 'id="UCAP-CONTENT"').encode("gb18030")) == ARTICLE
    assert lines(page.replace('div class="TRS_Editor"', 'div class="c17"').encode("gb18030")) == ARTICLE


def test_the_title_comes_back_where_the_article_lacks_it(page, lines):
    page = page.replace("<h1>霞浦坪县2024年民生实事实施方案</h1>", "")
    assert lines(page.encode("gb18030")) == ARTICLE


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "big5"])
def test_charsets(encoding):
    declared = "utf-8" if encoding.startswith("utf-8") else "gb2312" if encoding == "gb18030" else encoding
    text = (
        "到年底，新建食堂12家，改造養老院5所，提高補助標準。"
        if encoding == "big5"
        else "到年底，新建食堂12个，改造敬老院5所。"
    )
    reading = read(f'<html><head><meta charset="{declared}"></head><p>{text}</p></html>'.encode(encoding))
    assert (reading.format, reading.text, reading.warnings) == (Format.HTML, text + "\n", ())


def test_a_wrong_charset_is_not_believed():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><p>到年底，新建食堂12个。</p>'
    assert read(page.format("gb2312").encode("utf-8")).charset == "utf-8"
    assert read(page.format("utf-8").encode("gb18030")).charset == "gb18030"
    assert read(page.format("klingon").encode("gb18030")).charset == "gb18030"
    assert read(page.format("hex").encode("gb18030")).charset == "gb18030"


def test_a_few_damaged_characters_are_warned_of():
    content = b"<html><meta charset=gbk><p>" + "到年底，新建食堂12个。".encode("gb18030") * 50 + b"\xff</p>"
    assert read(content).warnings == ("1 damaged characters",)


def test_blocks_breaks_and_white_space(of):
    body = """<p>第一段，
    写成两行</p>散文字<div>块<span> 里 </span>的</div>English
    words&nbsp;here<br/>换行<pre>  一
    二</pre><p>　　缩进　</p><p> &nbsp; </p>"""
    assert of(body) == ["第一段，写成两行", "散文字", "块 里 的", "English words here", "换行", "一", "二", "缩进"]


def test_lists(of):
    body = """<ul><li>甲</li></ul><ol><li>乙<li>丙<p>丙二</p></ol><ol start=3 type=A><li>丁</ol>
    <ol style="list-style-type:simp-chinese-informal"><li>戊</ol><ol style="list-style: none"><li>己</ol>
    <ol><li value=7>庚<li>8. 辛</ol>"""
    assert of(body) == ["甲", "1. 乙", "2. 丙", "丙二", "C. 丁", "一、戊", "己", "7. 庚", "8. 辛"]


def test_what_is_not_shown(of):
    body = """<script>var a = "年底";</script><style>p{}</style><p hidden>甲</p><p style="display: none">乙</p><!-- 丙 -->
    <noscript>丁</noscript><template>戊</template><textarea>己</textarea><p>庚</p><svg><text>辛</text></svg>"""
    assert of(body) == ["庚"]


def test_tables_with_spans(of):
    body = """<table><caption>任务表</caption><thead><tr><td rowspan=2>序号<td rowspan=2>任务<td colspan=2>投资</tr>
    <tr><td>计划<td>完成</thead><tr><td>1<td>食堂<td>5<td rowspan=0>4<tr><td>2<td>托位<td>6<tr><td colspan=3>合计</table>"""
    assert of(body) == [
        "任务表",
        "序号 | 任务 | 投资 计划 | 投资 完成",
        "1 | 食堂 | 5 | 4",
        "2 | 托位 | 6 | 4",
        "合计 |  |  | 4",
    ]


def test_a_table_and_a_list_in_a_cell(of):
    body = "<table><tr><th>任务<th>单位<tr><td><ol><li>甲<li>乙</ol><td><table><tr><td>牵头<td>子局</table><tr><td>丙<td>丑局</table>"
    assert of(body) == ["任务 | 单位", "1. 甲 2. 乙 | 牵头 子局", "丙 | 丑局"]


def test_tables_that_lay_out_the_page(of):
    inner = "<table><tr><td>甲<td>乙<tr><td>1<td>2</table>"
    assert of(f"<table><tr><td>左栏<td><p>文</p>{inner}</table>") == ["左栏", "文", "甲 | 乙", "1 | 2"]
    long = "到2024年底，新建社区食堂12个。" * 20
    assert of(f"<table><tr><td>一<td><p>{long}</p><p>二</p></table>") == ["一", long, "二"]


def test_nothing_of_a_plain_page_is_lost(of):
    assert of("<h1>计划</h1><p>短。</p><table><tr><td>甲<td>乙<tr><td>丙<td>丁</table><p>尾。</p>") == [
        "计划",
        "短。",
        "甲 | 乙",
        "丙 | 丁",
        "尾。",
    ]
    assert of("<ul><li><a>甲</a><li><a>乙</a><li><a>丙</a></ul>") == ["甲", "乙", "丙"]
    assert of('<div class="header"><p>只有这些。</p></div>') == ["只有这些。"]
    assert of("") == []


def test_markup_without_a_page(lines):
    assert lines("<table><tr><td>甲<td>乙</table>".encode()) == ["甲 | 乙"]
    assert read(b"<5 and >3").format is Format.TXT


def test_unclosed_tags_may_nest_deep(lines):
    assert lines(("<p>" + "<font><b>" * 2000 + "年底").encode()) == ["年底"]


def test_limits():
    def page(depth):
        return ("<table><tr><td>" * depth + "底").encode()

    assert read(page(50)).text == "底\n"
    with pytest.raises(OverLimit, match="20 elements"):
        read(page(50), Limits(nesting=20))
    wide = ("<table>" + "<tr><td colspan=1000>x<td>y" * 50 + "</table>").encode()
    with pytest.raises(OverLimit, match="9999 table cells"):
        read(wide, Limits(cells=9999))


def test_cells_may_hold_what_would_be_furniture_as_a_line(of):
    body = "<table><tr><th>项目<th>规模<th>操作<tr><td>食堂<td>大<td>打印<tr><td>托位<td>小<td>收藏</table>"
    assert of(body) == ["项目 | 规模 | 操作", "食堂 | 大 | 打印", "托位 | 小 | 收藏"]
    assert of("<p>甲</p><table><tr><td>打印<td>关闭</table>") == ["甲"]


@pytest.mark.parametrize(
    "line",
    [
        "县内网站ICP备案率达到100%。", "网站标识码规范率达到98%以上。", "位置：城东街道，占地50亩", "版权所有人登记500件。",
        "目前项目位置：开发区",
    ],
)  # fmt: skip
def test_lines_of_the_text_are_no_furniture(of, line):
    assert of(f"<p>{line}</p><p>尾。</p>") == [line, "尾。"]


@pytest.mark.parametrize(
    "line",
    [
        "某ICP备00000号-1", "备案号：某ICP备案号：00000号", "某公网安备 00000号", "网站标识码：0000000000", "网站标识码bm000000",
        "版权所有：某县人民政府", "当前位置：首页 &gt; 公开", "您现在所在的位置：公开", "位置：首页 &gt; 公开", "首页 &gt; 公开",
    ],
)  # fmt: skip
def test_lines_about_the_page_are_left_out(of, line):
    assert of(f"<p>{line}</p><p>尾。</p>") == ["尾。"]


def test_what_shares_a_name_with_furniture_and_holds_the_text_is_kept(of):
    pages = "".join(f'<div class="page" id="page{n}"><p>第{n}页的任务。</p></div>' for n in range(1, 6))
    assert of(f"<h2>计划</h2>{pages}") == ["计划", *(f"第{n}页的任务。" for n in range(1, 6))]


def test_raised_digits(of):
    assert of("<p>5×10<sup>4</sup>m<sup><i>2</i></sup>，CO<sub>2</sub>3吨</p>") == ["5×10⁴m²，CO23吨"]

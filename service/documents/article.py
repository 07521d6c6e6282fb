"""Which part of a web page is its article: neither menu nor footer nor what surrounds it.

Pages of governments mark their article by a handful of names, which the content systems that they use have. Where none
is found, all is kept but what its tag, its name or its links show to be furniture.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

_CONTAINERS = (
    "#UCAP-CONTENT", ".TRS_Editor", ".trs_editor_view", ".trs_word", ".Custom_UNIONSTYLE", "#zoomcon", "#zoom",
    "#Zoom", "#articleContent", "#article-content", "#article_content", ".article-content", ".article_content",
    ".articleContent", "#NewsContent", "#news_content", ".news_content", ".news-content", ".newsContent",
    ".pages_content", ".xxgk_content", ".content_detail", ".detail-content", ".detail_content", ".view-content",
    ".TRSEditor", ".xl_content", ".xl-content", "[itemprop=articleBody]", "article", "main", "[role=main]",
)  # fmt: skip
_NEVER_SHOWN = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "video", "audio", "map",
    "head", "title", "select", "option", "datalist", "button", "input", "textarea", "rt", "rp", "nav", "aside",
    "footer",
}  # fmt: skip
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|\w*nav|menu\w*|sub_?menu|foot(?:er)?\w*|\w*_?footer|crumbs?|breadcrumbs?|location|weizhi|dqwz|"
    r"position|share\w*|bshare\w*|bdshare\w*|side-?bar\w*|toolbar|copyright|search\w*|login\w*|friend-?links?|links|"
    r"banner\w*|qr-?code|ewm|pagination|pager?|related|recommend\w*|xgyd|xglj|hot-?news|logo|top-?bar|header|skip\w*)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_FURNITURE_LINE = re.compile(
    r"(?:您|现在|当前|目前)(?:现在|当前|目前|所在|所处|的)*位置(?:是|为)?\s*[:：>›»].*|"
    r"(?:所在)?位置\s*[:：>›»].*(?:首页|主页|[>›»]).*|首页\s*[:：>›»].*|"
    r".*(?:(?:ICP|ＩＣＰ)备(?:案号?)?[:：]?\s*\d|公网安备\s*\d|网站标识码\s*[:：]?\s*[a-z]*\d|版权所有(?![人者权])|Copyright).*|"
    r"[【\[（( ]*(?:打印(?:本页|此页)?|关闭(?:本页|窗口|此页)?|返回(?:顶部|首页)?|加入收藏|收藏(?:本页)?|分享到?|大|中|小|繁體|简体|"
    r"我要纠错|网站地图|联系我们|无障碍(?:浏览|阅读)?|字[体号]大?小?|[：:|｜\]】）)【\[（( ])+|"
    r"扫一扫.{0,20}|(?:上|下)一[篇条][:：].*|(?:浏览|阅读|点击|访问)(?:次数|量|数)[:：]?\s*\d*\s*次?",
    re.IGNORECASE,
)
_LONGEST_FURNITURE_LINE = 120
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LINK_SHARE = 0.7
_LEAST_LINKS = 3
_LARGEST_FURNITURE = 0.3
"""Share of the page's text beyond which a name does not make furniture of the elements that have it."""
_LEAST_ARTICLE = 0.4
"""Share of the text besides furniture that a container must hold to be the article."""
_MOST_AROUND = 300
"""Characters of title, date and source that may stand around a container."""
_SITE = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]*(?:政府|网站|门户|网|局|委|厅|办)[^-_|—–]*$")


@dataclass(frozen=True, slots=True)
class Article:
    """The element that holds the article, the elements to be left out of it, and its title if that stands elsewhere."""

    root: LexborNode
    title: str
    _furniture: frozenset[int]

    def leaves_out(self, node: LexborNode) -> bool:
        """Whether an element is not part of the article."""
        return node.mem_id in self._furniture

    def is_furniture(self, line: str) -> bool:
        """Whether a line is what pages say about themselves."""
        return len(line) <= _LONGEST_FURNITURE_LINE and _FURNITURE_LINE.fullmatch(line) is not None


@dataclass(slots=True)
class _Size:
    """What an element holds: characters but white space, those within links, and how many links."""

    text: int = 0
    linked: int = 0
    links: int = 0

    def add(self, other: "_Size") -> None:
        self.text += other.text
        self.linked += other.linked
        self.links += other.links


@dataclass(slots=True)
class _Measured:
    """Sizes of all elements, by their ids; what is in ``without`` counts for nothing."""

    sizes: dict[int, _Size] = field(default_factory=dict)

    def of(self, node: LexborNode) -> _Size:
        return self.sizes.get(node.mem_id) or _Size()


def find(page: LexborNode, body: LexborNode) -> Article:
    """The article of a page."""
    never = {n.mem_id for n in _elements(body) if _is_never_shown(n)}
    measured = _measure(body, never)
    named = _named_furniture(body, measured)
    linking = {n.mem_id for n in _elements(body) if _is_link_list(n, measured.of(n))}
    furniture = frozenset(never | named | linking)
    kept = _measure(body, furniture)
    if not kept.of(body).text:  # a page of links, say
        return Article(body, "", frozenset(never))
    container = _container(body, kept)
    if container is None:
        return Article(body, "", furniture)
    return Article(_with_surroundings(container, kept), _title(page), furniture)


def _elements(root: LexborNode) -> Iterator[LexborNode]:
    return root.traverse(include_text=False)


def _is_never_shown(node: LexborNode) -> bool:
    if node.tag in _NEVER_SHOWN:
        return True
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None


def _named_furniture(body: LexborNode, measured: _Measured) -> set[int]:
    """Elements whose names are those of furniture; where many share a name, such as pages, they are judged together."""
    alike: dict[str, list[LexborNode]] = defaultdict(list)
    for node in _elements(body):
        attributes = node.attributes
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if node.tag not in ("body", "html", "h1") and (_FURNITURE_NAME.search(name) or node.tag == "header"):
            alike[re.sub(r"\d+", "", name)].append(node)
    most = measured.of(body).text * _LARGEST_FURNITURE
    furniture = (nodes for nodes in alike.values() if sum(measured.of(node).text for node in nodes) <= most)
    return {node.mem_id for nodes in furniture for node in nodes if node.css_first("h1") is None}


def _is_link_list(node: LexborNode, size: _Size) -> bool:
    return node.tag not in ("a", "body") and size.links >= _LEAST_LINKS and size.linked >= size.text * _LINK_SHARE


def _measure(body: LexborNode, without: "frozenset[int] | set[int]") -> _Measured:
    """Sizes bottom up, in one walk: each element's is added to its parent's when the element ends."""
    measured = _Measured()
    open_sizes: list[_Size] = []
    links = 0
    node: LexborNode | None = body
    entering = True
    while node is not None:
        if entering:
            if node.tag == "-text":
                count = len("".join((node.text_content or "").split()))
                open_sizes[-1].add(_Size(count, count if links else 0))
            elif node.mem_id not in without:
                links += node.tag == "a"
                open_sizes.append(_Size(links=int(node.tag == "a")))
                measured.sizes[node.mem_id] = open_sizes[-1]
                if node.child is not None:
                    node = node.child
                    continue
                entering = False
        if not entering:
            links -= node.tag == "a"
            size = open_sizes.pop()
            if not open_sizes:
                break
            open_sizes[-1].add(size)
        following = node.next
        node, entering = (following, True) if following is not None else (node.parent, False)
    return measured


def _container(body: LexborNode, kept: _Measured) -> LexborNode | None:
    least = kept.of(body).text * _LEAST_ARTICLE
    for selector in _CONTAINERS:
        found = [node for node in body.css(selector) if kept.of(node).text >= least]
        if found:
            return found[0]
    return None


def _with_surroundings(container: LexborNode, kept: _Measured) -> LexborNode:
    """The outermost element around a container that adds no more than a title and a publication line."""
    root = container
    while (parent := root.parent) is not None and parent.tag not in ("body", "html", None):
        if kept.of(parent).text - kept.of(container).text > _MOST_AROUND:
            break
        root = parent
    return root


def _title(page: LexborNode) -> str:
    meta = page.css_first('meta[name="ArticleTitle" i]')
    if meta is not None and (meta.attributes.get("content") or "").strip():
        return " ".join((meta.attributes["content"] or "").split())
    title = page.css_first("title")
    return _SITE.sub("", " ".join(title.text().split())) if title is not None else ""

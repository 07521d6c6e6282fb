"""The dates that deadlines are counted from: the request's, else those that the document carries."""

import datetime
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.structure import Structure, list_level
from service.records import numerals
from service.records.model import Anchor

_HEAD_LINES, _FOOT_LINES = 25, 12
_LINES_BEFORE_TEXT = 8
_LONGEST_TITLE = 60
_HAN_YEAR = re.compile("[一二三四五六七八九〇零]{4}(?=年)")
_HAN_DAY = re.compile("(?<=年)[一二三四五六七八九十]+(?=月)|(?<=月)[一二三四五六七八九十]+(?=日)")
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_SPAN = re.compile(r"\d{4}\s*年?\s*[—–~～至到-]+\s*\d{4}")
_PLAN = re.compile("(?:计划|打算|安排|思路|目标|任务|要点|重点|举措|措施|清单|工作)(?:[（(][^）)]*[）)])?[:：]?$")
_SUMMARY = re.compile("总结|回顾")
_NUMBER = re.compile(r"[〔\[(【]\s*((?:19|20)\d{2})\s*[〕\])】]\s*第?\s*[\d一二三四五六七八九十]+\s*号")
_DATE = re.compile(r"((?:19|20)\d{2})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})")
_PUBLISHED = re.compile("成文|发文|印发|发布|公开|生成|更新|发稿|填报|时间|日期")
_SIGNED = re.compile(r"\s*((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日\s*[)]?\s*")
_HEAD_DATE = re.compile(
    rf"[\s|(]*{_DATE.pattern}日?(?![\s]*[—–~～至到\-]).*|.*(?<![—–~～至到\-]){_DATE.pattern}日?[\s|)]*"
)
"""A line of the head that starts or ends with its date: （2025年9月5日，根据录音整理）, 县民政局办公室编　2021年9月6日."""
_QUOTED = re.compile("《[^》]*》")


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a document is dated by. ``title`` and ``number`` are years, the others days; each is None if not found."""

    request: datetime.date | None = None
    title: int | None = None
    number: int | None = None
    publication: datetime.date | None = None
    signature: datetime.date | None = None

    def year(self, headings: Sequence[str] = ()) -> Anchor | None:
        """The anchor of a deadline without a year, under these headings (outermost first)."""
        if self.request:
            return Anchor(self.request.isoformat(), "request")
        for heading in reversed(headings):
            year = _single_year(heading)
            if year and _PLAN.search(heading):
                return Anchor(str(year), "heading")
        if self.title:
            return Anchor(str(self.title), "title")
        if self.number:
            return Anchor(str(self.number), "number")
        return self.day()

    def day(self) -> Anchor | None:
        """The anchor of a time that runs from the day of the document."""
        for source in ("request", "signature", "publication"):
            date: datetime.date | None = getattr(self, source)
            if date:
                return Anchor(date.isoformat(), source)
        return None


def find(structure: Structure, request: datetime.date | None = None) -> Anchors:
    """The anchors of a document. Only its first and last lines are looked at."""
    lines = [structure.text[b.start : b.end] for b in structure.blocks[:_HEAD_LINES]]
    head = [_normal(line) for line in lines]
    opening = list(itertools.takewhile(lambda line: not list_level(line), head))
    foot = [_normal(structure.text[b.start : b.end]) for b in structure.blocks[-_FOOT_LINES:]]
    return Anchors(
        request,
        next((y for y in map(_title_year, [_normal(structure.title), *opening]) if y), None),
        next((int(m[1]) for m in map(_document_number, head) if m), None),
        next((d for d in map(_publication, _published_first(head)) if d), None)
        or next((d for d in map(_head_date, opening[:_LINES_BEFORE_TEXT]) if d), None),
        next((d for d in map(_signature, [*reversed(foot), *head]) if d), None),
    )


def _normal(line: str) -> str:
    line = unicodedata.normalize("NFKC", line).strip()
    line = _HAN_YEAR.sub(lambda m: m[0].translate(_HAN_DIGITS), line)
    return _HAN_DAY.sub(lambda m: str(numerals.read(m[0]) or m[0]), line)


def _single_year(text: str) -> int | None:
    """The only year that a text names, None for several or a span of years."""
    text = _normal(text)
    years = {int(y) for y in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 and not _SPAN.search(text) else None


def _title_year(line: str) -> int | None:
    bare = _QUOTED.sub("", line) if not line.startswith("《") else line
    if len(bare) > _LONGEST_TITLE or _DATE.search(bare) or _SUMMARY.search(bare) or re.search("[。;:,]", bare):
        return None
    return _single_year(bare)


def _document_number(line: str) -> re.Match[str] | None:
    return _NUMBER.search(line) if len(line) <= _LONGEST_TITLE and not re.search("[《。]", line) else None


def _published_first(lines: list[str]) -> Iterable[str]:
    """The lines, those with the date of the document itself before those of the web page."""
    return sorted(lines, key=lambda line: not re.search("成文|发文|印发", line))


def _publication(line: str) -> datetime.date | None:
    label = _PUBLISHED.search(line)
    found = _DATE.search(line, label.end(), label.end() + _LONGEST_TITLE) if label and "截" not in line else None
    return _date(found) if found and "。" not in line else None


def _head_date(line: str) -> datetime.date | None:
    dates = list(_DATE.finditer(line))
    own = len(dates) == 1 and len(line) <= _LONGEST_TITLE and not re.search("[。;截期]|(?:实|施|执)行", line)
    return _date(dates[0]) if own and _HEAD_DATE.fullmatch(line) else None


def _signature(line: str) -> datetime.date | None:
    found = _SIGNED.fullmatch(line.replace(" ", ""))
    return _date(found) if found else None


def _date(found: re.Match[str]) -> datetime.date | None:
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None

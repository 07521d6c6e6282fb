"""What the cells of a table's columns look like, as the columns' names say."""

import re
from enum import Enum

_DAY = "[0-9０-９一二三四五六七八九十]"
_WORDS = "[全今明本当后]年|[上下]半年|长期|持续|立行立改|立即|即时|随时|常年|每[年月季日]"
_DATE = re.compile(
    rf"(?:[^\d，。；：]{{0,5}}(?:{_DAY}{{2,4}}年|{_DAY}{{1,3}}(?:月|季度|个?(?:工作)?[日天]|个月)|{_DAY}{{4}}[./-]{_DAY})"
    rf"|{_WORDS}|年[内底末前初中]|月底).{{0,14}}|[^\d，。；：]{{1,6}}(?:[前后内末]|(?<![摸家到见彻])底)"
)
_PLAIN_DATE = re.compile(
    rf"(?:(?:{_DAY}{{2,4}}年)?(?:{_DAY}{{1,3}}(?:月|季度|个?(?:工作)?[日天]|个月))?(?:{_DAY}{{1,3}}[日号])?|{_DAY}{{4}}[./-].*"
    rf"|{_WORDS}|年|[^\d，。；：]{{1,6}}(?=[前后]))[以之]?[前后内底末初中]?(?:[—－~～至到-].*)?"
)
_AMOUNT = re.compile(r"[^\d，。；]{0,4}\d[\d.,，~—－-]*\s*[^\d\s，。；]{0,8}|[-—－/／]+")
_BARE_AMOUNT = re.compile(r"(?:[约近超≥≤<>]|不[低高少多]于|不超过)?\s*\d[\d.,]*\s*[^\d\s，。；]{0,5}|[-—－/／]+")
_OFFICE = re.compile(r"[^\d，。；：]{1,60}")
_NAMED_OFFICE = re.compile(
    r"[^\d，。；：]{1,40}(?:局|委|办|院|中心|科|股|公司|镇|乡|街道|部|处|室|站|队|政府|单位)(?:[（(].*)?"
)
_LONGEST_CELL = 300
_NUMERALS = {n: i for i, n in enumerate("一二三四五六七八九十", 1)}
_ORDINAL = re.compile(r"(?:(\d{1,3})|([一二三四五六七八九十])|(十[一二三四五六七八九]))[.．、]?")


def ordinal(line: str) -> int | None:
    """The number that a line is, from 1 to 999 in digits, to 19 in words."""
    match = _ORDINAL.fullmatch(line)
    if not match:
        return None
    digits, single, teen = match.groups()
    if digits:
        return int(digits)
    return _NUMERALS[single] if single else 10 + _NUMERALS[teen[1]]


def is_amount(line: str) -> bool:
    """Whether a line is a number with few words about it."""
    return _AMOUNT.fullmatch(line) is not None


def is_bare_amount(line: str) -> bool:
    """Whether a line is a number and its unit, with no deed before it (建成3家)."""
    return _BARE_AMOUNT.fullmatch(line) is not None


def names_office(line: str) -> bool:
    """Whether a line ends as the names of offices do, and few tasks (models.names, of found names, goes by more endings)."""
    return _NAMED_OFFICE.fullmatch(line) is not None


class ColumnKind(Enum):
    """What a column holds. The values match the names of such columns."""

    ORDINALS = "序号|编号|序"
    DATES = ".*(?:时限|时间|期限|日期|节点)"
    OFFICES = ".*(?:单位|部门|科室|股室|处室|领导|人|主体|乡镇|镇街)(?:[（(].*)?"
    AMOUNTS = ".*(?:[数值量率]|投资(?:计划)?|金额|比重|占比|得分|资金)(?:[（(].*)?"
    TEXT = ".*"

    @classmethod
    def of(cls, name: str) -> "ColumnKind":
        """The kind of the column of that name."""
        return next(kind for kind in cls if re.fullmatch(kind.value, name, re.DOTALL))

    def holds(self, line: str) -> bool:
        """Whether a cell may look like that."""
        match self:
            case ColumnKind.ORDINALS:
                return ordinal(line) is not None
            case ColumnKind.DATES:
                return _DATE.fullmatch(line) is not None
            case ColumnKind.OFFICES:
                return _OFFICE.fullmatch(line) is not None and _DATE.fullmatch(line) is None
            case ColumnKind.AMOUNTS:
                return is_amount(line) and _DATE.fullmatch(line) is None
            case ColumnKind.TEXT:
                return len(line) <= _LONGEST_CELL

    def fit(self, line: str) -> float:
        """How well a line fits, from -4 for not at all to 2 for nothing else."""
        if self is ColumnKind.TEXT:
            if ordinal(line) is not None or _PLAIN_DATE.fullmatch(line):
                return -2.0
            return -1.0 if is_bare_amount(line) or names_office(line) else 0.5
        if not self.holds(line):
            return -4.0
        doubtful = (self is ColumnKind.OFFICES and not names_office(line)) or (
            self is ColumnKind.DATES and not _PLAIN_DATE.fullmatch(line)
        )
        return 0.5 if doubtful else 2.0

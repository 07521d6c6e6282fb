"""Answers as a ledger: one row a record, typed cells, columns in Chinese.

What an assessment officer does with a ledger decided the columns:

- 文件 and 序号 (which starts anew in every file) name a row; 对应序号 of a reported number is the row of the plan that
  完成率 measures it against.
- What is compared is normalised (比较, 数值, 上限, 单位: 1.4亿元 is 140000000 元) and typed, so that it sorts and sums;
  the words of the text stand beside it (原文数值, 期限原文), because they are what counts in a dispute. 比较 is a word and
  no sign, since a cell that starts with = is a formula. 变化 keeps a growth of 5% apart from a level of 5%.
- 起 and 止 are dates; 备注 says why there is none, or why a number was not read: nothing is guessed.
- Departments have a column for each part, as in the lists that offices keep; 地区 is their place where names leave it off.
- 原句 is the sentence or table row, to check a row without opening the file. 起始位置 and 结束位置 (code points, end
  exclusive) are those of the number, or of a target without one: several rows may share a sentence, not a number.
- 置信度 is that of the row's least certain span: filtering by it finds the rows to check first.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service.bulk import Extraction
from service.records import Passages

Cell = str | int | float | Decimal | datetime.date | None

_VALUES = {"target": "计划", "actual": "实际"}
_COMPARATORS = {
    "=": "等于",
    "≥": "不低于",
    ">": "高于",
    "≤": "不高于",
    "<": "低于",
    "≈": "约",
    "range": "区间",
}
_CHANGES = {
    ("growth", None): "增减幅度",
    ("growth", "up"): "增长",
    ("growth", "down"): "下降",
    ("change_by", None): "增减",
    ("change_by", "up"): "增加",
    ("change_by", "down"): "减少",
    ("change_to", None): "调整到",
    ("change_to", "up"): "提高到",
    ("change_to", "down"): "降低到",
    ("multiple", None): "倍数",
    ("share", None): "占比",
    ("ratio", None): "比值",
}
UNREAD_NUMBERS = {"numeral": "数值未能读出", "ratio": "比值未能读出", "range": "区间首尾颠倒"}
"""What 备注 says for each reason of a quantity."""
UNREAD_DATES = {
    "anchor": "缺少年份依据",
    "day": "缺少起算日期",
    "event": "起算事件的日期不明",
    "recurring": "周期性期限",
    "duration": "只有时长",
    "season": "季节性期限，无固定日期",
    "several": "有多个期限",
    "form": "写法未能读出",
}
"""What it says for each reason of a deadline."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the field of Row that fills it, and its width in characters."""

    name: str
    field: str
    width: int


COLUMNS = (
    Column("文件", "file", 20),
    Column("序号", "index", 6),
    Column("目标", "target", 36),
    Column("指标", "metric", 20),
    Column("变化", "change", 12),
    Column("比较", "comparator", 8),
    Column("数值", "value", 16),
    Column("上限", "upper", 16),
    Column("单位", "unit", 12),
    Column("原文数值", "written", 14),
    Column("计划/实际", "planned", 10),
    Column("完成率", "progress", 9),
    Column("对应序号", "against", 9),
    Column("期限原文", "deadline", 16),
    Column("起", "start", 12),
    Column("止", "end", 12),
    Column("牵头部门", "lead", 18),
    Column("责任部门", "responsible", 18),
    Column("配合部门", "cooperate", 18),
    Column("地区", "place", 12),
    Column("备注", "note", 18),
    Column("原句", "passage", 60),
    Column("起始位置", "begins_at", 9),
    Column("结束位置", "ends_at", 9),
    Column("置信度", "confidence", 8),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger. Texts are in one line and empty where there is nothing.

    ``value`` is the number, or the lower end of a range whose other end is ``upper``; ``progress`` is a ratio.
    """

    file: str
    index: int
    target: str
    metric: str
    change: str
    comparator: str
    value: Decimal | None
    upper: Decimal | None
    unit: str
    written: str
    planned: str
    progress: Decimal | None
    against: int | None
    deadline: str
    start: datetime.date | None
    end: datetime.date | None
    lead: str
    responsible: str
    cooperate: str
    place: str
    note: str
    passage: str
    begins_at: int
    ends_at: int
    confidence: float

    def cells(self) -> tuple[Cell, ...]:
        """The cells in the order of COLUMNS."""
        return tuple(getattr(self, column.field) for column in COLUMNS)


def rows(extraction: Extraction) -> Iterator[Row]:
    """The row of each record of an extraction whose offsets are code points."""
    answer, text = extraction.answer, extraction.structure.text
    spans = {entity["id"]: entity for entity in answer["entities"]}
    row_of = {record["number"]: index for index, record in enumerate(answer["records"], 1)}
    passages = Passages(extraction.structure)

    def words(ids: Iterable[str | None]) -> str:
        return "、".join(_one_line(spans[id]["text"]) for id in ids if id)

    for index, record in enumerate(answer["records"], 1):
        quantity: dict[str, Any] = record["quantity"] or {}
        progress = record["progress"]
        named = [record[role] for role in ("target", "metric", "number", "unit") if record[role]]
        about = spans[record["number"] or record["target"]]
        start, end = passages.around(about["start"], about["end"])
        value, upper = _bounds(quantity)
        yield Row(
            file=answer["id"],
            index=index,
            target=words([record["target"]]),
            metric=words([record["metric"]]),
            change=_change(quantity),
            comparator=_COMPARATORS.get(quantity.get("comparator", ""), ""),
            value=value,
            upper=upper,
            unit=_unit(quantity),
            written=_written(record, spans),
            planned=_VALUES.get(record["value"], ""),
            progress=Decimal(progress["ratio"]) if progress else None,
            against=row_of[progress["against"]] if progress else None,
            deadline=words(record["deadlines"]),
            start=_date(record["due"], "from"),
            end=_date(record["due"], "to"),
            lead=_departments(record, "lead"),
            responsible=_departments(record, "responsible"),
            cooperate=_departments(record, "cooperate"),
            place="、".join(dict.fromkeys(a["place"] for a in record["assigned"] if a["place"])),
            note=_note(record),
            passage=_one_line(text[start:end]).strip("|｜ "),
            begins_at=about["start"],
            ends_at=about["end"],
            confidence=min(spans[id]["confidence"] for id in (*named, *record["deadlines"], *record["departments"])),
        )


def _one_line(text: str) -> str:
    """A text without its line breaks, which in Chinese stand for nothing."""
    return re.sub(r"\s+", " ", re.sub(r"[ \t]*[\r\n]\s*", "", text)).strip()


def _bounds(quantity: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    low, high = (Decimal(bound) if bound else None for bound in (quantity.get("min"), quantity.get("max")))
    return (high if low is None else low), (high if quantity.get("comparator") == "range" else None)


def _change(quantity: dict[str, Any]) -> str:
    relation, direction = quantity.get("relation", ""), quantity.get("direction")
    if relation == "from_to":
        return f"由{quantity['base']}" + _CHANGES["change_to", direction]
    return _CHANGES.get((relation, direction), "")


def _unit(quantity: dict[str, Any]) -> str:
    unit, per = quantity.get("unit") or "", quantity.get("per")
    return f"{unit}（每{per}）" if per else unit


def _written(record: dict[str, Any], spans: dict[str, dict[str, Any]]) -> str:
    parts = [spans[record[role]] for role in ("number", "unit") if record["number"] and record[role]]
    # A unit that stands further off, as in a column of its own, follows the number; 百分之 precedes it.
    before = len(parts) == 2 and parts[1]["end"] == parts[0]["start"]
    return "".join(_one_line(part["text"]) for part in (reversed(parts) if before else parts))


def _date(due: dict[str, Any] | None, side: str) -> datetime.date | None:
    return datetime.date.fromisoformat(due[side]) if due and due[side] else None


def _departments(record: dict[str, Any], role: str) -> str:
    return "、".join(a["name"] for a in record["assigned"] if a["role"] == role)


def _note(record: dict[str, Any]) -> str:
    quantity, due = record["quantity"], record["due"]
    reasons = []
    if quantity and quantity["reason"]:
        reasons.append(UNREAD_NUMBERS[quantity["reason"]])
    if due and due["reason"]:
        reasons.append(f"期限：{UNREAD_DATES[due['reason']]}")
    return "；".join(reasons)

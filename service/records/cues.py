"""Cues: the deadlines and departments of one item outside its targets, and what stands around them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from annotations.schema import Label, Value
from service.records.layout import Layout, Spot

_LABEL = re.compile(
    r"(?:责任|牵头|配合|主办|协办|承办|实施|主管|落实|参与|包保|负责|时限|时间|期限|节点|日期)[^，,。；;：:（(]{0,6}[:：]\s*$"
)
_LINE_LABEL = re.compile(
    r"\s*[【〔（(]?(?:"
    "(?:责任|牵头|配合|主办|协办|承办|实施|主管|落实|参与|参加|包保|建设|完成|办结|整改|计划)*"
    "(?:单位|部门|科室|股室|处室|主体|时限|时间|期限|日期|节点)|承办|协办|主办|牵头|配合)"
    r"(?:\s*[:：]|[ \t　]+)"
)
"""What opens a line that is nothing but a note: 责任单位：…, 完成时限　…"""
_DONE = re.compile("(?:全部|全面)?(?:完成|办结|落实|执行|到位|落实到位)[。；;]?")
_JOINED = {
    Label.DEPARTMENT: re.compile(
        r"(?:[\s、，,；;和及与等由:：（()）]|牵头|负责|配合|会同|联合|参加|参与|协助|主办|协办|单位|部门|科室|股室|责任)*"
    ),
    Label.DEADLINE: re.compile(r"[\s、和及与]*"),
}
_LONGEST_JOINT = 16
_SUBJECT_REACH = 60


@dataclass(frozen=True, slots=True)
class Cue:
    """Departments or deadlines that one list joins; ``note`` is the stretch of the note they stand in, if they do."""

    spots: tuple[Spot, ...]
    note: tuple[int, int] | None

    @property
    def start(self) -> int:
        return self.spots[0].start

    @property
    def end(self) -> int:
        return self.spots[-1].end

    @property
    def label(self) -> Label:
        return self.spots[0].label


def is_planned(spot: Spot) -> bool:
    """Whether a spot is a number that nobody has reported yet."""
    return spot.label is Label.NUMBER and spot.entity.value is not Value.ACTUAL


class Place:
    """One item: its targets, planned numbers, and the cues that stand outside targets."""

    def __init__(self, layout: Layout, item: int, spots: list[Spot]) -> None:
        self.layout, self.index, self.item = layout, item, layout.items[item]
        self.targets = [s for s in spots if s.label is Label.TARGET]
        self.numbers = [s for s in spots if is_planned(s)]
        self.goals = [s for s in spots if s.label is Label.TARGET or (is_planned(s) and s.inside is None)]
        """What may be somebody's duty: the targets, and the planned numbers outside of them."""
        self._goal_starts = [g.start for g in self.goals]
        self.starts = [t.start for t in self.targets]
        self.number_starts = [n.start for n in self.numbers]
        self.inner_dates = [s for s in spots if s.label is Label.DEADLINE and s.inside]
        self._inner_starts = [d.start for d in self.inner_dates]
        self.target_columns = {t.column for t in self.targets}
        self.is_note = not self.targets and _LINE_LABEL.match(layout.text, self.item.start, self.item.end) is not None
        self.cues = list(self._cues(spots))
        self.cue_starts = {
            label: [c.start for c in self.cues if c.label is label and not c.note]
            for label in (Label.DEPARTMENT, Label.DEADLINE)
        }

    def _cues(self, spots: list[Spot]) -> Iterable[Cue]:
        runs: dict[Label, list[Spot]] = {}
        ordered: list[list[Spot]] = []
        for spot in spots:
            run = runs.get(spot.label)
            if spot.label is Label.TARGET:
                runs.clear()
            elif spot.label in _JOINED and not spot.inside:
                if run and self._joined(run[-1], spot):
                    run.append(spot)
                else:
                    runs[spot.label] = [spot]
                    ordered.append(runs[spot.label])
        for run in ordered:
            yield Cue(tuple(run), self._note(run[0]))

    def _joined(self, left: Spot, right: Spot) -> bool:
        return (
            left.column == right.column
            and 0 <= right.start - left.end <= _LONGEST_JOINT
            and _JOINED[left.label].fullmatch(self.layout.text, left.end, right.start) is not None
        )

    def _note(self, spot: Spot) -> tuple[int, int] | None:
        """The stretch of the note that a spot stands in: a line or brackets without a target, from its label on, or a
        sentence of nothing but a deadline (12月底前完成。)."""
        if self.is_note:
            return self.item.start, spot.end
        if self._is_own_sentence(spot):
            return spot.start, self.layout.sentence_end(spot.sentence)
        if spot.bracket:
            # Behind departments, a note may name a target (民政局牵头，年底前取得成果).
            start, end = spot.bracket
            if self._first_after(start, spot.start if spot.label is Label.DEPARTMENT else end) is None:
                return spot.bracket
        label = _LABEL.search(self.layout.text, max(self.item.start, spot.start - _LONGEST_JOINT), spot.start)
        return (label.start(), spot.end) if label else None

    def _is_own_sentence(self, spot: Spot) -> bool:
        text, start = self.layout.text, self.layout.sentences[spot.sentence]
        end = min(self.layout.sentence_end(spot.sentence), self.item.end, spot.end + _LONGEST_JOINT)
        done = _DONE.fullmatch(text[spot.end : end].strip())
        return spot.label is Label.DEADLINE and done is not None and not text[start : spot.start].strip()

    def _first_after(self, start: int, end: int) -> Spot | None:
        index = bisect_left(self.starts, start)
        return self.targets[index] if index < len(self.starts) and self.starts[index] < end else None

    def after(self, cue: Cue) -> Spot | None:
        """The first target after a cue in its sentence."""
        limit = self.layout.sentence_end(cue.spots[0].sentence)
        target = self._first_after(cue.end, limit)
        if target and self.item.flat:
            between = bisect_left(self.number_starts, cue.end) < bisect_left(self.number_starts, target.start)
            if between or target.start - cue.end > _SUBJECT_REACH:
                return None
        return target

    def before(self, cue: Cue, since: int) -> list[Spot]:
        """The targets between an offset and a cue, in its cell."""
        return [g for g in self.goals_before(cue, since) if g.label is Label.TARGET]

    def goals_before(self, cue: Cue, since: int) -> list[Spot]:
        """The goals between an offset and a cue, in its cell."""
        return [g for g in self.goals_between(since, cue.start) if g.column == cue.spots[0].column]

    def goals_between(self, start: int, end: int) -> list[Spot]:
        return self.goals[bisect_left(self._goal_starts, start) : bisect_left(self._goal_starts, end)]

    def between(self, start: int, end: int) -> list[Spot]:
        return self.targets[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def between_numbers(self, start: int, end: int) -> list[Spot]:
        """The planned numbers outside targets between two offsets."""
        found = self.numbers[bisect_left(self.number_starts, start) : bisect_left(self.number_starts, end)]
        return [n for n in found if n.inside is None]

    def inner_date(self, number: Spot) -> Spot | None:
        """The deadline before a number in the target that holds both."""
        index = bisect_left(self._inner_starts, number.start) - 1
        date = self.inner_dates[index] if index >= 0 else None
        return date if date and date.inside == number.inside else None

    def sentence_start(self, cue: Cue) -> int:
        return self.layout.sentences[cue.spots[0].sentence]

    def next_cue(self, cue: Cue) -> int:
        starts = self.cue_starts[cue.label]
        index = bisect_right(starts, cue.start)
        return starts[index] if index < len(starts) else len(self.layout.text)

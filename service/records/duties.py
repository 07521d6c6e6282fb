"""Rules that give the targets their deadlines and departments.

A cue is a list of departments (由市民政局牵头、市财政局配合) or a deadline; where it stands decides what it governs of the
goals, which are the targets and the planned numbers outside of them:

- in a target: that target;
- in a table cell without targets: the whole row, or the targets with its ordinal where the cell counts (1)… (2)…; a row
  whose first cells are empty inherits from the row above; in a row without separators, what governs nothing after it;
- a deadline in the head of a table's column: the goals of that column;
- in a note (「（市民政局）」, 「责任单位：…」): the goals before it, back to the note before or the start of the item; on
  a line of its own, those of the list items before, and with further such lines the same; behind a heading, the items
  below it;
- before targets: a department as their subject up to the next department or the sentence's end; a deadline with a comma
  after it up to the next such deadline or the sentence's end (at the start of a paragraph a period, 到2027年, through all
  of it), else its own target, and the ones joined to that by commas where no subject stands before it;
- after targets in the sentence: those (a department), the last of them (a deadline); in a sentence of its own that says
  hardly more than who (由市民政局负责。) a department governs like a note; a line that ends with a colon, or a
  numbered one that is only the department, governs the list or section below it.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from annotations.schema import Label
from models.structure import Kind
from service.records.cues import Cue, Place, is_planned
from service.records.layout import Item, Layout, Spot

MOST_SHARED = 64
"""At most so many deadlines, and so many departments, are linked to one target."""

_ORDINAL = re.compile(r"(?:^|[\s。；;|])[（(]?(\d{1,2})[）)、.．](?!\d)")
_KEY = re.compile(
    r"\s*(?:责任|牵头|配合|主办|承办|实施|主管|建设|计划|完成|整改|办结)?"
    r"(?:单位|部门|科室|主体|竣工|完工|开工|完成|时限|时间|期限|日期)\s*[|｜\t]"
)
_COMMA = re.compile(r"\s*[，,]")
_DUTY = re.compile("[^，,；;。]{0,8}(?:负责|牵头|主办|主抓|承办|承担|完成|配合|落实|实施|协助|协办|参与|参加|责任)")
_COLON = re.compile(r"[:：]\s*$")
_LINE_NUMBER = re.compile(r"\s*\d{1,2}(?:[.．]\d{1,2})+[.．、]?\s*")
"""A number of a heading that is no list number: 2.1, 2.1.1."""
_LINE_END = re.compile(r"(?:及其|的)?(?:主要|工作)*(?:职责|任务|分工)?\W*")
_FEW_WORDS = 8
"""A sentence holds hardly more than its departments with so many other characters, list number and blanks among them."""
_LONGEST_NUMBER = 8
_CHAIN = re.compile(r"\s*[，,][^；;。]{0,40}")
_LEAD_IN = re.compile(r"[\s\d一二三四五六七八九十（()）.、．—\-]*(?:到|至|在|于)?\s*")
_ITEMS_BACK = 40
_HEADING_LENGTH = 90
_ORDINAL_REACH = 2000


@dataclass(frozen=True, slots=True)
class Duties:
    """Ids of the deadlines and departments of each TARGET, and of each NUMBER that has its own or has no target."""

    deadlines: dict[str, tuple[str, ...]]
    departments: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class _Scopes:
    """What governs which entity, as it is found."""

    links: dict[Label, dict[str, dict[str, None]]] = field(
        default_factory=lambda: {Label.DEADLINE: defaultdict(dict), Label.DEPARTMENT: defaultdict(dict)}
    )

    def govern(self, cues: Iterable[Spot], governed: Iterable[Spot]) -> None:
        spots = list(itertools.islice(cues, MOST_SHARED))
        for target in governed:
            for spot in spots:
                known = self.links[spot.label][target.id]
                if len(known) < MOST_SHARED:
                    known[spot.id] = None

    def of(self, label: Label) -> dict[str, tuple[str, ...]]:
        return {id: tuple(known) for id, known in self.links[label].items()}


def duties(layout: Layout, targets: dict[str, str]) -> Duties:
    """Link deadlines and departments. ``targets`` holds the target of each number that has one."""
    scopes = _Scopes()
    by_id = {s.id: s for s in layout.spots if s.label is Label.TARGET}
    for spot in layout.spots:
        if spot.inside and spot.label in (Label.DEADLINE, Label.DEPARTMENT):
            scopes.govern([spot], [by_id[spot.inside]])
    rows = _Rows(layout, scopes, targets)
    notes = _Notes(layout, scopes)
    for item, spots in layout.by_item.items():
        if layout.items[item].kind is Kind.HEADER:
            rows.head(item, spots)
            continue
        place = Place(layout, item, spots)
        columns = rows.columns(place)
        in_columns = {cue for cues in columns.values() for cue in cues}
        running = [c for c in place.cues if not c.note and c not in in_columns]
        _Dates(place, [c for c in running if c.label is Label.DEADLINE], scopes).link(targets, by_id)
        for cue in place.cues:
            if cue.note and cue not in in_columns:
                notes.link(place, cue)
            elif cue.label is Label.DEPARTMENT and cue not in in_columns:
                _department(place, cue, scopes, notes, targets)
        rows.link(place, columns)
        notes.inherit(place)
        notes.close(place)
    return Duties(scopes.of(Label.DEADLINE), scopes.of(Label.DEPARTMENT))


class _Rows:
    """Columns of deadlines and departments."""

    def __init__(self, layout: Layout, scopes: _Scopes, targets: dict[str, str]) -> None:
        self._layout, self._scopes, self._targets = layout, scopes, targets
        self._carried: dict[int, list[Cue]] = {}
        self._last = -1
        self._heads: dict[tuple[int, int], list[Spot]] = defaultdict(list)

    def head(self, item: int, spots: list[Spot]) -> None:
        """Keep the deadlines that head columns."""
        for spot in spots:
            if spot.label is Label.DEADLINE and spot.column is not None:
                self._heads[item, spot.column].append(spot)

    def columns(self, place: Place) -> dict[int, list[Cue]]:
        """What stands in the columns of a row, or in those of the row above that it goes on from."""
        item = place.item
        columns: dict[int, list[Cue]] = defaultdict(list)
        for cue in place.cues:
            column = cue.spots[0].column
            if item.flat and not cue.note and place.after(cue) is None:
                columns[-1].append(cue)
            elif column is not None and column not in place.target_columns and not self._dates_number(place, cue):
                columns[column].append(cue)
        if item.columns and place.index == self._last + 1 and item.columns[0][1] > 0:
            filled = {column for _, column in item.columns}
            for column, cues in self._carried.items():
                if column not in filled:
                    columns[column] = cues
        if item.columns:
            self._carried, self._last = dict(columns), place.index
        return columns

    def link(self, place: Place, columns: dict[int, list[Cue]]) -> None:
        """Link a row's deadlines and departments, and to its goals the deadlines that head their columns."""
        header = place.item.header
        for goal in (*place.numbers, *place.targets):
            if header is not None and goal.column is not None:
                self._scopes.govern(self._heads.get((header, goal.column), ()), [goal])
        for column, cues in list(columns.items())[:MOST_SHARED]:
            if not place.targets and not place.item.names and self._key(place.item, column):
                self._govern_sheet(place, cues)
            else:
                self._govern(place, cues)

    def _dates_number(self, place: Place, cue: Cue) -> bool:
        """Whether a deadline stands before a number of its cell, which it dates alone."""
        spot = cue.spots[-1]
        index = bisect_left(place.number_starts, spot.end)
        following = place.numbers[index] if index < len(place.numbers) else None
        return spot.label is Label.DEADLINE and following is not None and following.sentence == spot.sentence

    def _key(self, item: Item, column: int) -> bool:
        """Whether the cell to the left names what stands in this one (责任单位 | 市教育局)."""
        cells = [start for start, c in item.columns if c == column - 1]
        return bool(cells) and _KEY.match(self._layout.text, cells[0]) is not None

    def _govern_sheet(self, place: Place, cues: list[Cue]) -> None:
        spots = [s for i in self._layout.sheet(place.index) for s in self._layout.by_item.get(i, ())]
        free = [s for s in spots if is_planned(s) and s.id not in self._targets]
        governed = [s for s in spots if s.label is Label.TARGET] + free
        self._scopes.govern([s for cue in cues for s in cue.spots], governed)

    def _govern(self, place: Place, cues: list[Cue]) -> None:
        spots = [s for cue in cues for s in cue.spots]
        ordinals = [_ordinal(self._layout.text, place.item.start, s.start) for s in spots]
        free = [n for n in place.numbers if n.id not in self._targets]
        if len(spots) > 1 and None not in ordinals and len(set(ordinals)) == len(ordinals) and place.item.columns:
            cell_starts: dict[int, int] = {}
            for start, column in place.item.columns:
                cell_starts.setdefault(column, start - 1)
            for target in place.targets:
                own = _ordinal(self._layout.text, cell_starts.get(target.column or 0, target.start), target.start)
                self._scopes.govern([s for s, o in zip(spots, ordinals, strict=True) if own in (None, o)], [target])
            self._scopes.govern(spots, free)
        else:
            self._scopes.govern(spots, [*place.targets, *free])


def _ordinal(text: str, start: int, end: int) -> str | None:
    """The last list number between two offsets, None without one."""
    found = _ORDINAL.findall(text, max(start, end - _ORDINAL_REACH), end)
    return found[-1] if found else None


class _Notes:
    """Departments and deadlines in notes behind what they govern."""

    def __init__(self, layout: Layout, scopes: _Scopes) -> None:
        self._layout, self._scopes = layout, scopes
        self._item = -1
        self._note = (0, 0)
        self._governed: list[Spot] = []
        self._repeated = 0
        self._of_line_before: list[Spot] = []
        self._open: list[Place] = []
        self._headings: list[tuple[int, Cue]] = []

    def link(self, place: Place, cue: Cue) -> None:
        note = cue.note or (cue.start, cue.end)
        if place.index != self._item:
            self._item, self._note, self._governed = place.index, (place.item.start, place.item.start), []
        governed = place.goals_between(self._note[1], note[0]) if note[0] >= self._note[1] else []
        governed = governed or self._governed or self._above(place) or place.goals_between(note[1], place.item.end)
        if not governed and place.is_note and not self._open:
            governed = self._of_line_before
        named = place.goals_between(*note) if note == cue.spots[0].bracket else []
        self._repeated = self._repeated + 1 if governed is self._of_line_before else 0
        if self._repeated < 2 * MOST_SHARED:  # no target takes more deadlines and departments
            self._scopes.govern(cue.spots, governed)
        self._scopes.govern(cue.spots, named)
        self._note, self._governed = (note[0], max(note[1], cue.end)), governed
        self._of_line_before = governed
        if self._is_heading(place, governed, note):
            self._headings.append((self._section_end(place.index), cue))

    def introduce(self, place: Place, cue: Cue) -> None:
        """Keep departments that introduce the section or list below them (县水利局的主要职责是：)."""
        items, end = self._layout.items, place.index + 1
        if place.item.level:
            end = self._section_end(place.index)
        elif end < len(items) and (level := items[end].level):
            while end < len(items) and items[end].level >= level:
                end += 1
        self._headings.append((end, cue))

    def inherit(self, place: Place) -> None:
        """Govern a place by the notes of the headings above it, and by what introduces its list."""
        self._headings = [(end, cue) for end, cue in self._headings if place.index < end]
        own = {cue.label for cue in place.cues}
        for _, cue in self._headings:
            if cue.label not in own:
                self._scopes.govern(cue.spots, place.goals)

    def close(self, place: Place) -> None:
        """Remember an item without a note for a note that follows on a line of its own."""
        if place.index == self._item:
            self._open.clear()
        elif place.goals:
            self._open = [*self._open[-_ITEMS_BACK:], place]

    def _above(self, place: Place) -> list[Spot]:
        found: list[Place] = []
        level = 0
        for above in reversed(self._open):
            if above.item.columns or (not above.item.level and above.item.path != place.item.path):
                break
            if level and 0 < above.item.level < level:
                found += [above] if len(found) > 1 or self._section_end(above.index) <= place.index + 1 else []
                break
            level = level or above.item.level
            found.append(above)
        return [g for above in found for g in above.goals]

    def _is_heading(self, place: Place, governed: list[Spot], note: tuple[int, int]) -> bool:
        item = place.item
        return (
            item.level > 0
            and not item.columns
            and not item.flat
            and item.end - item.start <= _HEADING_LENGTH
            and not place.numbers
            and 0 < len(governed) <= 2
            and not self._layout.text[note[1] : item.end].strip(" 。\r\n　）)")
        )

    def _section_end(self, index: int) -> int:
        """The item behind the section that an item heads."""
        items, end = self._layout.items, index + 1
        while end < len(items) and (items[end].level > items[index].level or items[end].level == 0):
            end += 1
        return end


def _department(place: Place, cue: Cue, scopes: _Scopes, notes: _Notes, targets: dict[str, str]) -> None:
    target = place.after(cue)
    limit = min(place.layout.sentence_end(cue.spots[0].sentence), place.next_cue(cue))
    following = [g for g in place.goals_between(cue.end, limit) if g.id not in targets]
    if target:
        scopes.govern(cue.spots, following or [target])
    elif governed := place.goals_before(cue, place.sentence_start(cue)) or following:
        scopes.govern(cue.spots, governed)
    elif _introduces(place, cue):
        notes.introduce(place, cue)
    elif _is_note(place, cue):
        notes.link(place, cue)


def _introduces(place: Place, cue: Cue) -> bool:
    """Whether a line ends with a colon, or is numbered and hardly more than departments (2.1 县水利局职责)."""
    text, item = place.layout.text, place.item
    if item.columns or item.flat:
        return False
    numbered = item.level > 0 and cue.start - item.start <= _LONGEST_NUMBER
    numbered = numbered or _LINE_NUMBER.fullmatch(text, item.start, cue.start) is not None
    whole = numbered and _LINE_END.fullmatch(text, cue.end, item.end) is not None
    introduced = place.layout.sentence_end(cue.spots[0].sentence) >= item.end
    return whole or (introduced and _COLON.search(text, max(cue.end, item.end - _LONGEST_NUMBER), item.end) is not None)


def _is_note(place: Place, cue: Cue) -> bool:
    """Whether a sentence without goals says hardly more than who is responsible for what stands before it."""
    text, start = place.layout.text, place.sentence_start(cue)
    end = min(place.layout.sentence_end(cue.spots[0].sentence), place.item.end)
    words = cue.start - start + end - cue.end
    return words <= _FEW_WORDS or _DUTY.match(text, cue.end, end) is not None


class _Dates:
    """Deadlines in running text."""

    def __init__(self, place: Place, cues: list[Cue], scopes: _Scopes) -> None:
        self._place, self._scopes = place, scopes
        self._narrow = [c for c in cues if not self._is_broad(c)]
        self._broad = [c for c in cues if self._is_broad(c)]
        self._broad_starts = [c.start for c in self._broad]

    def _is_broad(self, cue: Cue) -> bool:
        return _COMMA.match(self._place.layout.text, cue.end) is not None

    def link(self, targets: dict[str, str], by_id: dict[str, Spot]) -> None:
        """Link the deadlines, first those that date single targets."""
        dated: set[str | None] = {d.inside for d in self._place.inner_dates}
        for cue in self._narrow:
            governed = self._next_targets(cue, dated)
            dated.update(t.id for t in governed)
            self._link(cue, governed, self._place.next_cue(cue), targets, by_id)
        for cue in self._broad:
            end = self._reach(cue)
            governed = [t for t in self._place.between(cue.end, end) if t.id not in dated]
            self._link(cue, governed, end, targets, by_id)
        for number in self._place.numbers:
            if number.inside and (date := self._place.inner_date(number)):
                self._scopes.govern([date], [number])

    def _link(self, cue: Cue, governed: list[Spot], end: int, targets: dict[str, str], by_id: dict[str, Spot]) -> None:
        """Link a deadline to targets and to the numbers outside them; without either, to the target before it."""
        place = self._place
        numbers = place.between_numbers(cue.end, end)
        if not self._is_broad(cue):
            numbers = [n for n in numbers if n.segment == cue.spots[-1].segment and not governed]
        known = self._scopes.links[Label.DEADLINE]
        self._scopes.govern(cue.spots, [n for n in numbers if n.id not in known])
        if not governed and numbers:
            governed = [by_id[targets[n.id]] for n in numbers if n.id in targets]
        elif not governed:
            governed = place.before(cue, place.sentence_start(cue))[-1:]
        self._scopes.govern(cue.spots, governed)

    def _next_targets(self, cue: Cue, dated: set[str | None]) -> list[Spot]:
        """The target behind a deadline, and those that commas join to it where the deadline opens the clause chain."""
        place = self._place
        target, limit = place.after(cue), place.next_cue(cue)
        if target is None or target.start >= limit:
            return []
        subjects = place.cue_starts[Label.DEPARTMENT]
        nearest = bisect_left(subjects, cue.start) - 1
        led = nearest >= 0 and subjects[nearest] >= place.sentence_start(cue)
        if led and not place.between(subjects[nearest], cue.start):
            return [target]
        following = bisect_right(subjects, cue.start)
        governed = [target]
        for joined in place.between(target.end, min([limit, *subjects[following : following + 1]])):
            gap = place.layout.text[governed[-1].end : joined.start]
            if joined.segment != target.segment or joined.id in dated or not _CHAIN.fullmatch(gap):
                break
            governed.append(joined)
        return governed

    def _reach(self, cue: Cue) -> int:
        """How far a deadline with a comma behind it reaches."""
        place = self._place
        index = bisect_right(self._broad_starts, cue.start)
        limit = self._broad_starts[index] if index < len(self._broad_starts) else len(place.layout.text)
        start, text = place.sentence_start(cue), place.layout.text
        opens = start == place.item.start and _LEAD_IN.fullmatch(text, start, cue.start) and not place.item.columns
        period = opens and not text.endswith("前", cue.start, cue.end)
        end = place.item.end if period else place.layout.sentence_end(cue.spots[0].sentence)
        return min(limit, end)

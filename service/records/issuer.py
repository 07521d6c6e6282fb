"""The place whose office issued a document, as its first and last lines name it: 岚溪县, 云陂区梧溪街道."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.structure import Structure
from service.records.traditional import simplified

_HEAD_LINES, _FOOT_LINES = 25, 4
_LONGEST_LINE = 120
_LEVELS = ("省", "自治区", "市", "州", "盟", "县", "区", "旗", "镇", "乡", "街道")
"""From above downwards; the last letters of a place tell its level."""
_RANKS = {
    "省": 0,
    "自治区": 0,
    "市": 1,
    "州": 1,
    "盟": 1,
    "县": 2,
    "区": 2,
    "旗": 2,
    "镇": 3,
    "乡": 3,
    "街道": 3,
    "村": 4,
    "社区": 4,
}
_TOWN = _RANKS["镇"]
_NAME = "(?:[一-龥]{2,5}?|(?<![一-龥])[一-龥](?=县))"
_PLACE = re.compile(
    rf"(?P<name>{_NAME})(?P<level>自治区|街道|省(?!道)|市(?!场|容|民(?!政))|州|盟|县(?!域)|区(?![域划块])|旗|镇(?![村区])|乡(?![村镇建]))"
)
_OPENING = re.compile(
    r"(?:^|[\s|｜：:《〈（(>【]|关于(?:印发|公布|下达|在|对)?|中共|总局|日在|半年|[年月日](?:度|份)?)(?=[一-龥])"
)
_OFFICE = re.compile(
    '[^，。；;|\\s]{0,16}?(?:政府|局|委|办|厅|院|会|部|队|社|所|站|中心|公司|集团|法院|学校|总队|支队|村|专班|[省市县区镇乡]长|[林河田]长制|重点工作)|[^，。；;|\\s]{0,8}(?:[12][09][0-9]{2}|二〇)|[“"《（(关]'
)
_NO_NAME = re.compile(
    "^(?:第[一二三四五六七八九十百]+条|中共|中国|国家|国务院|[各全我本该某此两三几多有向对为在和与及由从按])|[据由全年]|相关|所有|重点|推进|建设|关于|事项|乡镇|镇街道"
    "|(?:城|超|上|门|股|夜|菜|农贸|都)市$|(?:示范|社|小|校|片|园|辖|城|郊|灾|库|景|灌|林|牧|山|矿|港|厂|开发|地|新|功能|保税|街)区$"
)
_LEVEL_WORD = re.compile(
    "团?(?P<level>省(?!道)|自治区|市(?!场|容|政(?![府协法务数])|民中心)|州|盟|县(?!域)|区(?!域|块)|旗|镇(?!村|区)|乡(?!村|镇)|街道)"
    "(?=[^（(、]|$)"
)
_EACH = re.compile("(?:有关|相关|各)+(?P<level>街道|社区|[省市州县区旗乡镇村])")


@dataclass(frozen=True, slots=True)
class Issuer:
    """The places that the issuer's name holds, by their level (县, 街道), from above downwards."""

    places: dict[str, str]

    def place_of(self, department: str) -> str | None:
        """The place that a department's name leaves off: 县民政局 of 岚溪县, 各乡镇 of 岚溪县.

        None where the name has its own place, names no level, or one that the issuer does not.
        """
        name = simplified(department)
        if word := _LEVEL_WORD.match(name):
            return self.places.get(word["level"])
        if each := _EACH.match(name):
            above = [level for level in self.places if _RANKS[level] < _RANKS[each["level"]]]
            return self.places[above[-1]] if above else None
        return None


def find(structure: Structure) -> Issuer:
    """The issuer of a document; its title and first lines go before its last."""
    lines = [structure.text[b.start : b.end] for b in structure.blocks[:_HEAD_LINES]]
    foot = [structure.text[b.start : b.end] for b in structure.blocks[-_FOOT_LINES:]]
    found: dict[str, str] = {}
    for line in [structure.title, *lines, *reversed(foot)]:
        for places in _chains(line, line == structure.title):
            if not found or any(found.get(level) == name for level, name in places.items()):
                found = {**places, **found}
    return Issuer({level: found[level] for level in _LEVELS if level in found})


def _chains(line: str, is_title: bool) -> Iterable[dict[str, str]]:
    """Places that stand one in the other before the name of an office (云陂区梧溪街道办事处), by level.

    A title may also go on otherwise: 岚溪县养老服务重点任务.
    """
    if len(line) > _LONGEST_LINE or re.search("[。；;]", line):
        return
    written, line = line, simplified(line)
    for opening in _OPENING.finditer(line):
        chain: dict[str, str] = {}
        end = opening.end()
        while (place := _PLACE.match(line, end)) and not _NO_NAME.search(place[0]):
            if chain and _RANKS[place["level"]] <= max(_RANKS[level] for level in chain):
                break
            chain[place["level"]] = written[place.start() : place.end()]
            end = place.end()
        above_towns = any(_RANKS[level] < _TOWN for level in chain)
        if chain and ((is_title and above_towns) or _OFFICE.match(line, end)):
            yield chain

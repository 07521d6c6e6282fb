"""What names of a table's columns look like."""

import re
from collections.abc import Sequence

WORD = re.compile(
    r"序号|编号|类别|项目|名称|(?:重点|主要|具体|工作|年度|目标|阶段|考核|建设|指标|整改|改革)*"
    r"(?:任务|目标|指标|内容|事项|举措|措施|要求|要点|规模|标准)|"
    r"(?:市级|县级|分管|责任|牵头|配合|主管|承办|协办|实施|完成|包保)*(?:单位|部门|科室|股室|处室|领导|责任人|主体)|"
    r"(?:完成|整改|办结|时间|开工|竣工|计划)*(?:时限|时间|期限|节点|日期)|"
    r"(?:工作|目前|当前|最新|形象|年度|前?\d{1,2}个?月)*(?:进展|进度|完成|落实|推进|实施|整改|办理)(?:情况|成效|进度|结果|率|值|数|判断)?|"
    r"(?:存在|主要)问题|下[一]?步(?:工作)?(?:打算|计划|安排|措施)?|备注|分值|权重|评分|得分|"
    r"(?:计划|实际|目标|指标|年度|累计|单位)(?:数|值|量)?|总投资|情况|打算|属性|比重|占比|数量|合计"
)
_TASK = re.compile("(?:完成|推进|实施|落实|建设)(?!情况|进度|成效|结果|时限|时间|期限|日期|单位|内容|规模|[率值数])")
YEAR = re.compile(r"\d{4}年[底末度]?")
_YEAR_COLUMN = re.compile(rf"{YEAR.pattern}|\d{{4}}年[^，。；：]{{0,8}}(?:实际|实绩|应达|目标|计划|完成|任务|[值数])")


def are_names(texts: Sequence[str]) -> bool:
    """Whether the cells of a line are names of columns."""
    filled = [t for t in texts if t]
    words = [t for t in filled if not _YEAR_COLUMN.fullmatch(t)]
    if len(filled) == 2 and _TASK.match(filled[1]):
        # A key and what is to be done (年度目标 | 完成封顶), not two names of columns.
        return False
    return (
        len(filled) >= 2
        and all(len(t) <= 20 for t in filled)
        and bool(words)
        and (sum(WORD.search(t) is not None and not re.search(r"[。；;：:]", t) for t in words) >= 0.6 * len(words))
        and sum(bool(re.search(r"\d", t)) for t in words) <= 0.4 * len(words)
    )

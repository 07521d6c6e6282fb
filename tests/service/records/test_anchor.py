import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import structure
from service.records import anchor
from service.records.anchor import Anchors
from service.records.model import Anchor

BODY = "为做好全年工作，现将有关事项通知如下。\n一、工作任务\n新建社区食堂12个。\n"


def _find(text: str, request: datetime.date | None = None) -> Anchors:
    return anchor.find(structure.read(text), request)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("岚溪县2025年民政工作要点\n" + BODY, Anchors(title=2025)),
        ("岚溪县二〇二五年度安全生产目标责任书\n" + BODY, Anchors(title=2025)),
        ("岚民发〔2024〕18号\n关于做好养老服务工作的通知\n" + BODY, Anchors(number=2024)),
        ("索引号： | 0123/2025-07 | 文号： | 岚民发〔2024〕18号 |\n" + BODY, Anchors(number=2024)),
        ("发布时间：2025-09-05 08:52　来源：岚溪县民政局\n" + BODY, Anchors(publication=datetime.date(2025, 9, 5))),
        (
            "发布日期： | 2025-07-09 |\n成文日期： | 2025年7月4日 |\n" + BODY,
            Anchors(publication=datetime.date(2025, 7, 4)),
        ),
        (BODY + "岚溪县民政局\n2025年3月18日\n", Anchors(signature=datetime.date(2025, 3, 18))),
        (BODY + "岚溪县民政局\n二〇二五年三月十八日\n", Anchors(signature=datetime.date(2025, 3, 18))),
        ("岚溪县民政局办公室编　　2025年9月6日\n" + BODY, Anchors(publication=datetime.date(2025, 9, 6))),
        (
            "在全县推进会上的讲话\n（2025年9月5日，根据录音整理）\n" + BODY,
            Anchors(publication=datetime.date(2025, 9, 5)),
        ),
        ("|岚溪县督查室|通报|第4期|\n|2026年6月5日|\n" + BODY, Anchors(publication=datetime.date(2026, 6, 5))),
        ("县委专题会议纪要　〔2026〕第六号\n" + BODY, Anchors(number=2026)),
        # nothing that dates the document itself
        ("岚溪县项目进展（数据截至2025年9月25日）\n" + BODY, Anchors()),
        ("2025年3月1日至2026年3月1日\n" + BODY, Anchors()),
        ("2025年9月5日，县民政局召开推进会。会议要求加快进度。\n" + BODY, Anchors()),
        (BODY, Anchors()),
        ("2021—2025年岚溪县养老服务规划\n" + BODY, Anchors()),
        ("2024年工作总结和2025年工作计划\n" + BODY, Anchors()),
        ("2024年工作总结\n" + BODY, Anchors()),
        ("关于印发《岚溪县2023年试点方案》的通知\n" + BODY, Anchors()),
        (BODY + "数据截至2025年2月31日\n2025年2月31日\n", Anchors()),
        ("", Anchors()),
    ],
)
def test_find(text: str, found: Anchors) -> None:
    assert _find(text) == found


def test_the_request_goes_first() -> None:
    anchors = _find("岚溪县2025年民政工作要点\n" + BODY, datetime.date(2026, 1, 8))
    assert anchors.year(("二、2027年工作计划",)) == Anchor("2026-01-08", "request")


@pytest.mark.parametrize(
    ("anchors", "headings", "found"),
    [
        (Anchors(title=2025), ("二、2026年工作打算",), Anchor("2026", "heading")),
        (Anchors(title=2025), ("二、2026年工作打算", "（一）养老服务"), Anchor("2026", "heading")),
        (Anchors(title=2025), ("（三）启动2027年城市更新项目谋划",), Anchor("2025", "title")),
        (Anchors(title=2025), ("三、2025—2027年目标",), Anchor("2025", "title")),
        (Anchors(number=2024, signature=datetime.date(2025, 1, 3)), (), Anchor("2024", "number")),
        (Anchors(publication=datetime.date(2025, 1, 3)), (), Anchor("2025-01-03", "publication")),
        (Anchors(), ("一、工作任务",), None),
    ],
)
def test_year(anchors: Anchors, headings: tuple[str, ...], found: Anchor | None) -> None:
    assert anchors.year(headings) == found


def test_day_is_the_signature_before_the_publication() -> None:
    signed, published = datetime.date(2025, 3, 18), datetime.date(2025, 3, 21)
    assert Anchors(signature=signed, publication=published).day() == Anchor("2025-03-18", "signature")
    assert Anchors(publication=published).day() == Anchor("2025-03-21", "publication")
    assert Anchors(title=2025, number=2025).day() is None


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    _find(text).year((text,))

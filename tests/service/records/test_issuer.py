import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import structure
from service.records import issuer

BODY = "\n为做好全年工作，现将有关事项通知如下。\n一、工作任务\n新建社区食堂12个。\n"


def _places(text: str) -> list[str]:
    return list(issuer.find(structure.read(text)).places.values())


@pytest.mark.parametrize(
    ("head", "places"),
    [
        ("岚溪县2025年民政工作要点", ["岚溪县"]),
        ("岚溪县养老服务重点任务", ["岚溪县"]),
        ("2026年上半年沙棠县林长制重点指标完成情况", ["沙棠县"]),
        ("衢陵市民政局文件\n衢陵民〔2025〕8号", ["衢陵市"]),
        ("云陂区梧溪街道办事处2024年工作总结", ["云陂区", "梧溪街道"]),
        ("中共浦川县青螺镇委员会\n2025年述职报告", ["浦川县", "青螺镇"]),
        ("索引号： | 0123 | 发布机构： | 柘岭县卫生健康局 |", ["柘岭县"]),
        ("国家税务总局岫安县税务局\n上半年工作总结", ["岫安县"]),
        ("岚川区人民政府办公室关于印发实施方案的通知", ["岚川区"]),
        ("政府工作报告\n（2024年1月23日在陵渊省第十四届人民代表大会第二次会议上）", ["陵渊省"]),
        ("昭岚州人民政府工作报告", ["昭岚州"]),
        ("白鷺縣水務局\n2025年工作計劃", ["白鷺縣"]),
        # no place of an issuer
        ("2025年民政工作要点", []),
        ("全县养老服务重点任务", []),
        ("第十一条区科技局的主要职责是：", []),
        ("推动县域普通高中发展行动方案", []),
        ("城市管理重点工作周调度表", []),
        ("示范区建设工作方案", []),
        ("各县（市、区）民政局：", []),
        ("国务院办公厅关于加强督查的通知", []),
    ],
)
def test_places(head: str, places: list[str]) -> None:
    assert _places(head + BODY) == places


def test_the_signature_tells_where_the_head_does_not() -> None:
    assert _places("关于做好养老服务工作的通知" + BODY + "岚溪县民政局\n2025年3月18日\n") == ["岚溪县"]


@pytest.mark.parametrize(
    ("department", "place"),
    [
        ("区民政局", "云陂区"),
        ("区政府办公室", "云陂区"),
        ("团区委", "云陂区"),
        ("区级有关部门", "云陂区"),
        ("街道社会事务办", "梧溪街道"),
        ("各社区", "梧溪街道"),
        ("各村（社区）", "梧溪街道"),
        ("各镇（街道）", "云陂区"),
        ("區民政局", "云陂区"),
        # its own place, no level, or one that the issuer has not
        ("云陂区民政局", None),
        ("市民政局", None),
        ("民政部", None),
        ("社会事务科", None),
        ("区域合作办", None),
        ("乡村振兴局", None),
        ("市政设施科", None),
        ("各区政府", None),
        ("各部门", None),
    ],
)
def test_the_place_that_a_name_leaves_off(department: str, place: str | None) -> None:
    found = issuer.find(structure.read("云陂区梧溪街道办事处2024年工作总结" + BODY))
    assert found.place_of(department) == place


@given(
    st.text("岚溪县市区镇乡街道省自治关于印发中共委办政府的全各、（）() \n2025年", max_size=80), st.text(max_size=20)
)
def test_any_text(text: str, department: str) -> None:
    found = issuer.find(structure.read(text))
    assert all(place in text for place in found.places.values())
    found.place_of(department)

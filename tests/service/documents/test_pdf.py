"""PDF files made by a library: what stands on the pages is the text, whole, once and in order."""

import io
import random

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from models import structure
from models.structure import Kind
from service.documents import read
from service.documents.errors import OverLimit, UnreadableDocument
from service.documents.model import Format, Limits, Reading
from service.documents.pdf.characters import joined, shown
from tests.service.documents.pages import HEIGHT, LEFT, RIGHT, TOP, WIDTH, Box, Pages

GOAL = (
    "到2026年底，全县新增普惠托位320个，每千人口托位数达到4.8个，公办托位占比不低于40%；新建社区托育点6个，"
    "改造老旧幼儿园12所，培训保育人员150人次，机构备案率保持100%。"
)
DUTY = (
    "县卫生健康局牵头制定实施细则，县教育局、县民政局、县财政局按职责分工落实，各镇人民政府于每月25日前报送进展，"
    "年底前完成评估验收，评估结果纳入年度目标责任制考核。"
)
PLAN = (
    "县财政局安排专项资金860万元，其中建设补助500万元，运营补助360万元，对通过验收的机构按每个托位每月不少于200元的标准给予补助，"
    "资金拨付进度于9月底前达到80%以上。"
)


def lines(content: bytes) -> list[str]:
    return read(content).text.splitlines()


def flat(text: str) -> str:
    return "".join(text.split())


class TestParagraphs:
    def test_lines_are_joined_and_paragraphs_told_by_their_indent(self) -> None:
        pages = Pages()
        pages.centred(TOP, "清溪县2026年托育服务工作方案", 18)
        y = pages.paragraph("一、工作目标", TOP + 40)
        y = pages.paragraph(GOAL, y)
        y = pages.paragraph("二、责任分工", y)
        pages.paragraph(DUTY, y)
        assert lines(pages.finished()) == ["清溪县2026年托育服务工作方案", "一、工作目标", GOAL, "二、责任分工", DUTY]

    def test_without_indent_short_lines_end_paragraphs(self) -> None:
        pages = Pages()
        y = pages.paragraph(GOAL, TOP, indent=0)
        y = pages.paragraph("1.新建社区托育点6个。", y, indent=0)
        y = pages.paragraph("2.改造老旧幼儿园12所。", y, indent=0)
        pages.paragraph(DUTY, y, indent=0)
        assert lines(pages.finished()) == [GOAL, "1.新建社区托育点6个。", "2.改造老旧幼儿园12所。", DUTY]

    def test_without_indent_a_list_number_begins_a_paragraph(self) -> None:
        pages = Pages()
        text = "县财政局安排专项资金860万元，对通过验收的机构按每个托位每月给予，"
        y = pages.paragraph(f"（一）{text}", TOP, indent=0, right=LEFT + 12 * 37)
        y = pages.paragraph(f"（二）{text}", y, indent=0, right=LEFT + 12 * 37)
        assert lines(pages.finished()) == [f"（一）{text}", f"（二）{text}"]

    def test_a_paragraph_goes_on_over_the_page(self) -> None:
        pages = Pages()
        pages.paragraph(GOAL, TOP)
        pages.text(LEFT + 24, 780, "县卫生健康局牵头制定实施细则，县教育局、县民政局、县财政局按职责分工")
        pages.next()
        pages.text(LEFT, TOP, "落实，年底前完成评估验收。")
        pages.paragraph(PLAN, TOP + 20)
        assert lines(pages.finished()) == [
            GOAL,
            "县卫生健康局牵头制定实施细则，县教育局、县民政局、县财政局按职责分工落实，年底前完成评估验收。",
            PLAN,
        ]

    def test_a_title_of_two_lines_is_one(self) -> None:
        pages = Pages()
        pages.centred(TOP, "清溪县人民政府办公室关于印发2026年度", 18)
        pages.centred(TOP + 30, "托育服务工作要点的通知", 18)
        pages.paragraph(GOAL, TOP + 80)
        assert lines(pages.finished())[0] == "清溪县人民政府办公室关于印发2026年度托育服务工作要点的通知"

    def test_latin_words_stay_apart(self) -> None:
        text = (
            "The county will build twelve new centres for the care of small children before the end of the year and "
            "train one hundred and fifty carers in two courses, as the plan of the health office says."
        )
        pages = Pages()
        pages.paragraph(text, TOP, right=330, indent=0)
        assert lines(pages.finished()) == [text]

    def test_joints(self) -> None:
        assert joined(["新建托", "位320个"]) == "新建托位320个"
        assert joined(["Health", "China 2030"]) == "Health China 2030"
        assert joined(["inter-", "national"]) == "international"
        assert joined(["COVID-", "19"]) == "COVID-19"
        assert joined(["达到12", "000个"]) == "达到12000个"

    def test_characters_as_a_reader_types_them(self) -> None:
        assert [shown(ord(c)) for c in "⼈⺠ﬁ\u3000\u200b"] == ["人", "民", "fi", " ", ""]
        assert shown(0) == shown(0xFFFE) == "\ufffd"

    def test_spaced_out_headings_and_blanks(self) -> None:
        pages = Pages()
        pages.centred(TOP, "目　　录", 18)
        pages.text(LEFT, TOP + 60, "一、　工作目标")
        pages.text(LEFT, TOP + 120, "联系人：张三　　　　电话：另行公布")
        assert lines(pages.finished()) == ["目录", "一、 工作目标", "联系人：张三 电话：另行公布"]

    def test_what_is_printed_twice_to_look_bold_is_read_once(self) -> None:
        pages = Pages()
        for aside in (0.0, 0.4):
            pages.text(LEFT + aside, TOP, "托位托位总数1100个")
        assert lines(pages.finished()) == ["托位托位总数1100个"]

    def test_the_mark_of_a_note_does_not_become_part_of_a_number(self) -> None:
        pages = Pages()
        pages.text(LEFT, TOP, "新增托位320")
        pages.text(LEFT + 66, TOP - 5, "1", 6)
        pages.text(LEFT + 72, TOP, "个，面积3000m")
        pages.text(LEFT + 150, TOP - 5, "2", 6)
        assert lines(pages.finished()) == ["新增托位320¹个，面积3000m²"]


class TestMargins:
    def test_running_heads_and_page_numbers_are_left_out(self) -> None:
        pages = Pages()
        for number in range(1, 5):
            pages.text(LEFT, 50, "清溪县托育服务工作方案", 9)
            pages.text(RIGHT - 60, 50, f"第 {number} 页 共 4 页", 9)
            pages.paragraph(f"（{'一二三四'[number - 1]}）{GOAL}", TOP)
            pages.centred(800, f"— {number} —", 9)
            pages.next()
        assert lines(pages.finished()) == ["清溪县托育服务工作方案", *(f"（{n}）{GOAL}" for n in "一二三四")]

    def test_a_head_that_the_page_says_itself_is_not_said_twice(self) -> None:
        pages = Pages()
        for number in (1, 2):
            pages.text(LEFT, 50, "清溪县托育服务工作方案", 9)
            if number == 1:
                pages.centred(TOP, "清溪县托育服务工作方案", 18)
            pages.paragraph(GOAL if number == 1 else DUTY, TOP + 40)
            pages.next()
        assert lines(pages.finished()) == ["清溪县托育服务工作方案", GOAL, DUTY]

    @pytest.mark.parametrize(
        "form", ["{}", "- {} -", "—{}—", "·{}·", "第{}页", "{}/3", "Page {} of 3", "第 {} 页，共 3 页"]
    )
    def test_page_numbers_of_all_forms(self, form: str) -> None:
        pages = Pages()
        for number, text in enumerate((GOAL, DUTY, PLAN), 1):
            pages.paragraph(text, TOP)
            pages.centred(800, form.format(number), 10)
            pages.next()
        assert lines(pages.finished()) == [GOAL, DUTY, PLAN]

    def test_left_and_right_pages_may_differ(self) -> None:
        pages = Pages()
        for number in range(1, 7):
            pages.text(
                LEFT if number % 2 else RIGHT - 100, 50, "托育服务工作方案" if number % 2 else "清溪县人民政府公报", 9
            )
            pages.paragraph(f"第{'一二三四五六'[number - 1]}条　{DUTY}", TOP)
            pages.next()
        assert lines(pages.finished()) == ["托育服务工作方案", *(f"第{n}条 {DUTY}" for n in "一二三四五六")]

    def test_what_differs_from_page_to_page_is_kept(self) -> None:
        pages = Pages()
        for year in (2024, 2025, 2026):
            pages.text(LEFT, TOP, f"{year}年完成情况")
            pages.paragraph(GOAL, TOP + 30)
            pages.text(LEFT, 780, f"实际完成{year - 1900}个")
            pages.next()
        expected = [line for y in (2024, 2025, 2026) for line in (f"{y}年完成情况", GOAL, f"实际完成{y - 1900}个")]
        assert lines(pages.finished()) == expected

    def test_watermarks_are_left_out_and_notes_at_the_side_kept(self) -> None:
        pages = Pages()
        for text in (GOAL, DUTY):
            pages.paragraph(text, TOP)
            canvas = pages.canvas
            canvas.saveState()
            canvas.translate(150, 300)
            canvas.rotate(40)
            canvas.drawString(0, 0, "内部资料")
            canvas.restoreState()
            if text is DUTY:
                canvas.saveState()
                canvas.translate(40, 400)
                canvas.rotate(90)
                canvas.drawString(0, 0, "装订线以内")
                canvas.restoreState()
            pages.next()
        assert lines(pages.finished()) == [GOAL, DUTY, "装订线以内"]


class TestColumns:
    def test_columns_are_read_one_after_the_other(self) -> None:
        middle = WIDTH / 2
        pages = Pages()
        pages.centred(TOP, "清溪县托育服务简报", 18)
        for start, text in ((LEFT, GOAL), (middle + 12, DUTY)):
            y = pages.paragraph(text, TOP + 40, start, start + middle - LEFT - 12)
            pages.paragraph(f"同时，{text}", y, start, start + middle - LEFT - 12)
        pages.paragraph(PLAN, 500)
        expected = ["清溪县托育服务简报", GOAL, f"同时，{GOAL}", DUTY, f"同时，{DUTY}", PLAN]
        assert lines(pages.finished()) == expected

    def test_lines_of_columns_need_not_stand_side_by_side(self) -> None:
        middle = WIDTH / 2
        pages = Pages()
        pages.paragraph(GOAL + DUTY, TOP, LEFT, middle - 12)
        pages.paragraph(PLAN + DUTY, TOP + 7, middle + 12, RIGHT)
        assert lines(pages.finished()) == [GOAL + DUTY, PLAN + DUTY]

    def test_a_paragraph_goes_on_in_the_next_column(self) -> None:
        middle = WIDTH / 2
        pages = Pages()
        y = pages.paragraph(GOAL, TOP, LEFT, LEFT + 216)
        pages.text(LEFT + 24, y, "县财政局安排专项资金860万元，其中")
        y = pages.paragraph("建设补助500万元，运营补助360万元。", TOP, middle + 12, middle + 228, indent=0)
        pages.paragraph(DUTY, y, middle + 12, middle + 228)
        expected = [GOAL, "县财政局安排专项资金860万元，其中建设补助500万元，运营补助360万元。", DUTY]
        assert lines(pages.finished()) == expected


HEADER = ["序号", "工作任务", "目标", "责任单位", "完成时限"]
XS = [72.0, 108, 260, 380, 460, 523]
ROWS = [
    ["1", "新增普惠托位", "320个", "县卫生健康局", "6月底前"],
    ["2", "新建社区托育点，优先利用闲置校舍和社区用房改造建设", "6个", "县教育局", "9月底前"],
    ["3", "培训保育人员", "150人次", "县人力资源社会保障局", "11月底前"],
    ["4", "机构备案率", "100%", "县卫生健康局", "全年"],
]


class TestRuledTables:
    def test_rows_are_lines_and_the_structure_sees_them(self) -> None:
        pages = Pages()
        pages.centred(TOP, "重点任务分解表", 16)
        end = pages.table(XS, TOP + 20, [HEADER, *ROWS])
        pages.text(LEFT, end + 30, "注：各单位每月25日前报送进展。")
        reading = read(pages.finished())
        assert reading.text.splitlines() == [
            "重点任务分解表",
            *(" | ".join(row) for row in (HEADER, *ROWS)),
            "注：各单位每月25日前报送进展。",
        ]
        blocks = structure.read(reading.text).blocks
        assert [b.kind for b in blocks[1:6]] == [Kind.HEADER, *[Kind.ROW] * 4]
        assert blocks[2].header == tuple(HEADER)

    def test_merged_cells_stand_in_every_row_and_under_every_head(self) -> None:
        pages = Pages()
        pages.table(
            [72, 150, 250, 330, 410, 523],
            TOP,
            [
                [Box("类别", rows=2), Box("工作任务", rows=2), Box("目标值", columns=2), None, Box("责任单位", rows=2)],
                [None, None, "2026年", "2027年", None],
                [Box("托育服务", rows=2), "新增普惠托位", "320个", "400个", "县卫生健康局"],
                [None, "新建托育点", "6个", "8个", "县教育局"],
                ["养老服务", "新增护理床位", "800张", "", "县民政局"],
            ],
        )
        assert lines(pages.finished()) == [
            "类别 | 工作任务 | 目标值 2026年 | 目标值 2027年 | 责任单位",
            "托育服务 | 新增普惠托位 | 320个 | 400个 | 县卫生健康局",
            "托育服务 | 新建托育点 | 6个 | 8个 | 县教育局",
            "养老服务 | 新增护理床位 | 800张 |  | 县民政局",
        ]

    def test_over_pages_there_is_one_header(self) -> None:
        pages = Pages()
        for number, part in enumerate((ROWS[:2], ROWS[2:3], ROWS[3:]), 1):
            pages.text(LEFT, 50, "清溪县托育服务工作方案", 9)
            pages.table(XS, TOP, [HEADER, *part])
            pages.centred(800, f"- {number} -")
            pages.next()
        assert lines(pages.finished()) == [
            "清溪县托育服务工作方案",
            *(" | ".join(row) for row in (HEADER, *ROWS)),
        ]

    def test_rows_that_the_page_breaks_are_whole(self) -> None:
        pages = Pages()
        pages.table(
            XS, TOP, [HEADER, ROWS[0], ["2", "新建社区托育点，优先利用闲置校舍和社区", "6个", "县教育局", "9月底前"]]
        )
        pages.next()
        pages.table(XS, TOP, [HEADER, ["", "用房改造建设", "", "", ""], ROWS[2]])
        assert lines(pages.finished()) == [
            " | ".join(HEADER),
            "1 | 新增普惠托位 | 320个 | 县卫生健康局 | 6月底前",
            "2 | 新建社区托育点，优先利用闲置校舍和社区用房改造建设 | 6个 | 县教育局 | 9月底前",
            "3 | 培训保育人员 | 150人次 | 县人力资源社会保障局 | 11月底前",
        ]

    def test_a_list_in_a_cell_goes_on_over_the_page(self) -> None:
        pages = Pages()
        pages.table(
            XS,
            TOP,
            [
                ["类别", *HEADER[1:]],
                ["托育", *ROWS[0][1:]],
                ["养老", "（1）新增床位800张；", "800张", "县民政局", "全年"],
            ],
        )
        pages.next()
        pages.table(XS, TOP, [["", "（2）改造敬老院6所。", "", "", ""], ["健康", *ROWS[2][1:]]])
        assert lines(pages.finished()) == [
            " | ".join(["类别", *HEADER[1:]]),
            " | ".join(["托育", *ROWS[0][1:]]),
            "养老 | （1）新增床位800张； （2）改造敬老院6所。 | 800张 | 县民政局 | 全年",
            " | ".join(["健康", *ROWS[2][1:]]),
        ]

    def test_the_lines_of_a_cell_may_be_stretched(self) -> None:
        pages = Pages()
        pages.table([72, 160, 523], TOP, [["任务", "责任单位"], ["", "县教育局"], ["", "县民政局"]])
        for i, character in enumerate("新增床位"):
            pages.text(78 + 24 * i, TOP + 36, character, 10)
        pages.text(78, TOP + 60, "培训保育员", 10)
        assert lines(pages.finished())[1:] == ["新增床位 | 县教育局", "培训保育员 | 县民政局"]

    def test_merged_cells_go_on_over_the_page(self) -> None:
        xs = [72.0, 140, 300, 523]
        pages = Pages()
        rows = [[Box("托育服务", rows=2), "新增普惠托位320个", "县卫生健康局"], [None, "新建托育点6个", "县教育局"]]
        pages.table(xs, TOP, [["类别", "工作任务", "责任单位"], *rows])
        pages.next()
        pages.table(
            xs, TOP, [["", "培训保育人员150人次", "县人力资源社会保障局"], ["养老服务", "新增床位800张", "县民政局"]]
        )
        assert lines(pages.finished()) == [
            "类别 | 工作任务 | 责任单位",
            "托育服务 | 新增普惠托位320个 | 县卫生健康局",
            "托育服务 | 新建托育点6个 | 县教育局",
            "托育服务 | 培训保育人员150人次 | 县人力资源社会保障局",
            "养老服务 | 新增床位800张 | 县民政局",
        ]

    def test_a_second_table_of_other_columns_is_its_own(self) -> None:
        pages = Pages()
        pages.table(XS, TOP, [HEADER, ROWS[0]])
        pages.next()
        pages.table([72, 300, 523], TOP, [["指标名称", "计划"], ["新增托位", "320个"]])
        assert lines(pages.finished())[2:] == ["指标名称 | 计划", "新增托位 | 320个"]

    def test_tables_may_be_open_at_their_sides(self) -> None:
        pages = Pages()
        for row, cells in enumerate(
            [["指标名称", "2025年实际", "2026年目标"], ["普惠托位", "780个", "1100个"], ["备案率", "96%", "100%"]]
        ):
            y = TOP + 24 * row
            for x, cell in zip((80, 230, 390), cells, strict=True):
                pages.text(x, y + 16, cell)
            pages.line(72, y, 523, y)
        pages.line(72, TOP + 72, 523, TOP + 72)
        for x in (220, 380):
            pages.line(x, TOP, x, TOP + 72)
        assert lines(pages.finished()) == [
            "指标名称 | 2025年实际 | 2026年目标",
            "普惠托位 | 780个 | 1100个",
            "备案率 | 96% | 100%",
        ]

    def test_a_frame_around_text_is_no_table(self) -> None:
        pages = Pages()
        pages.canvas.rect(60, 60, WIDTH - 120, HEIGHT - 120)
        pages.line(60, TOP + 20, WIDTH - 60, TOP + 20)
        pages.text(LEFT, TOP, "责任书")
        pages.paragraph(GOAL, TOP + 50)
        assert lines(pages.finished()) == ["责任书", GOAL]

    def test_bars_in_cells_are_not_taken_for_separators(self) -> None:
        pages = Pages()
        pages.table([72, 300, 523], TOP, [["指标名称", "责任单位"], ["新增托位", "县教育局|县民政局"]])
        assert lines(pages.finished())[1] == "新增托位 | 县教育局｜县民政局"


class TestUnruledTables:
    ROWS = (
        ("指标名称", "单位", "2025年实际", "2026年目标"),
        ("普惠托位", "个", "780", "1100"),
        ("每千人口托位数", "个", "3.9", "4.8"),
        ("机构备案率", "%", "96", "100"),
    )

    def draw(self, pages: Pages, step: float = 22) -> float:
        y = TOP + 60
        for row in self.ROWS:
            for x, cell in zip((72, 220, 300, 420), row, strict=True):
                pages.text(x, y, cell)
            y += step
        return y

    def test_columns_are_told_by_their_gaps(self) -> None:
        pages = Pages()
        pages.paragraph(GOAL, TOP)
        end = self.draw(pages)
        pages.paragraph(DUTY, end + 20)
        assert lines(pages.finished()) == [GOAL, *(" | ".join(row) for row in self.ROWS), DUTY]

    def test_three_lines_are_rules_enough(self) -> None:
        pages = Pages()
        end = self.draw(pages)
        for y in (TOP + 44, TOP + 66, end - 10):
            pages.line(72, y, 523, y)
        assert lines(pages.finished()) == [" | ".join(row) for row in self.ROWS]

    def test_cells_of_several_lines(self) -> None:
        pages = Pages()
        y = TOP
        for number, task, office in (
            ("序号", ["工作任务"], ["责任单位"]),
            ("1", ["新建社区托育点6个，优先利用", "闲置校舍改造建设"], ["县教育局"]),
            ("2", ["新增普惠托位320个"], ["县卫生健康局"]),
            ("3", ["改造老旧幼儿园12所，完善消", "防和安全设施"], ["县教育局、县住", "房城乡建设局"]),
        ):
            pages.text(72, y, number)
            for i in range(max(len(task), len(office))):
                for x, part in ((120, task), (340, office)):
                    if i < len(part):
                        pages.text(x, y, part[i])
                y += 16
            y += 10
        assert lines(pages.finished()) == [
            "序号 | 工作任务 | 责任单位",
            "1 | 新建社区托育点6个，优先利用闲置校舍改造建设 | 县教育局",
            "2 | 新增普惠托位320个 | 县卫生健康局",
            "3 | 改造老旧幼儿园12所，完善消防和安全设施 | 县教育局、县住房城乡建设局",
        ]


class TestPages:
    def test_pages_are_counted(self) -> None:
        pages = Pages()
        for text in (GOAL, DUTY):
            pages.paragraph(text, TOP)
            pages.next()
        reading = read(pages.finished())
        assert reading == Reading(f"{GOAL}\n{DUTY}\n", Format.PDF, pages=2)

    @pytest.mark.parametrize("angle", [90, 180, 270])
    def test_pages_that_are_turned(self, angle: int) -> None:
        pages = Pages()
        pages.canvas.translate(WIDTH / 2, HEIGHT / 2)
        pages.canvas.rotate(angle)
        pages.canvas.translate(-WIDTH / 2, -HEIGHT / 2)
        pages.table([100, 250, 400], 300, [["指标名称", "计划"], ["新增托位", "320个"]])
        pages.paragraph(GOAL, 400, 120, 480)
        assert lines(pages.finished()) == ["指标名称 | 计划", "新增托位 | 320个", GOAL]

    def test_pages_that_the_file_turns(self) -> None:
        pages = Pages()
        pages.canvas.setPageSize((HEIGHT, WIDTH))
        pages.canvas.setPageRotation(90)
        pages.paragraph(GOAL, TOP)
        assert lines(pages.finished()) == [GOAL]

    def test_what_is_filled_into_a_form_is_read(self) -> None:
        pages = Pages()
        pages.text(LEFT, TOP, "责任单位：")
        pages.canvas.acroForm.textfield(
            value="Health Office", x=LEFT + 72, y=HEIGHT - TOP - 4, width=150, height=18, borderWidth=0, fontSize=11
        )
        assert flat(read(pages.finished()).text) == "责任单位：HealthOffice"

    def test_a_scanned_page_is_reported(self) -> None:
        pages = Pages()
        for text in (GOAL, None, None, DUTY, None):
            if text:
                pages.paragraph(text, TOP)
            else:
                scan(pages)
            pages.next()
        reading = read(pages.finished())
        assert reading.text == f"{GOAL}\n{DUTY}\n"
        assert reading.warnings == ("pages that are scanned images, whose text is not read: 2-3, 5",)

    def test_a_file_of_scanned_pages_is_refused(self) -> None:
        pages = Pages()
        for number in (1, 2):
            scan(pages)
            pages.centred(820, f"- {number} -", 8)
            pages.next()
        with pytest.raises(UnreadableDocument, match="scanned images"):
            read(pages.finished())

    def test_a_picture_beside_text_is_no_scan(self) -> None:
        pages = Pages()
        pages.paragraph(GOAL + DUTY, TOP)
        pages.canvas.drawImage(picture(), 100, 100, 400, 400)
        assert read(pages.finished()).warnings == ()

    def test_an_empty_page_is_no_error(self) -> None:
        pages = Pages()
        pages.canvas.showPage()
        reading = read(pages.finished())
        assert (reading.text, reading.warnings) == ("", ("no text in it",))


class TestRefused:
    def test_encrypted(self) -> None:
        pages = Pages(StandardEncryption("secret", ownerPassword="owner"))
        pages.paragraph(GOAL, TOP)
        with pytest.raises(UnreadableDocument, match="encrypted"):
            read(pages.finished())

    def test_what_anyone_may_open_is_read(self) -> None:
        pages = Pages(StandardEncryption("", ownerPassword="owner", canCopy=0))
        pages.paragraph(GOAL, TOP)
        assert lines(pages.finished()) == [GOAL]

    def test_broken(self) -> None:
        with pytest.raises(UnreadableDocument, match="whole"):
            read(b"%PDF-1.7\nnothing follows")

    @pytest.mark.parametrize(
        ("limits", "unit"),
        [(Limits(pages=1), "pages"), (Limits(characters=50), "characters"), (Limits(cells=3), "cells")],
    )
    def test_over_a_limit(self, limits: Limits, unit: str) -> None:
        pages = Pages()
        pages.paragraph(GOAL, TOP)
        pages.table([72, 300, 523], 300, [["指标名称", "计划"], ["新增托位", "320个"]])
        pages.next()
        pages.paragraph(DUTY, TOP)
        content = pages.finished()
        read(content, Limits(pages=2, characters=1000, cells=4))
        with pytest.raises(OverLimit, match=unit):
            read(content, limits)


def picture() -> ImageReader:
    file = io.BytesIO()
    Image.effect_noise((60, 80), 60).save(file, "PNG")
    file.seek(0)
    return ImageReader(file)


def scan(pages: Pages) -> None:
    pages.canvas.drawImage(picture(), 0, 0, WIDTH, HEIGHT)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_lost_and_nothing_doubled(seed: int) -> None:
    """Documents of chance: paragraphs, titles and tables over as many pages as they take."""
    chance = random.Random(seed)
    parts = [f"（{chance.choice('一二三四五六七八九')}）{p}" for p in chance.choices([GOAL, DUTY, PLAN], k=30)]
    pages, y, expected = Pages(), TOP, []
    for number, part in enumerate(parts):
        if chance.random() < 0.2:
            rows = [
                [str(i), chance.choice(("新增托位", "新建托育点", "培训人员")), f"{chance.randrange(900)}个"]
                for i in range(1, chance.randrange(3, 8))
            ]
            if y > 500:
                pages.next()
                y = TOP
            y = pages.table([72, 130, 330, 523], y, [["序号", "任务", f"目标{number}"], *rows]) + 30
            expected += [f"序号|任务|目标{number}", *("|".join(row) for row in rows)]
        if y > 640:
            pages.next()
            y = TOP
        y = pages.paragraph(part, y)
        expected.append(part)
    assert [flat(line) for line in lines(pages.finished())] == [flat(line) for line in expected]

"""What leaves the page: files, and training data."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from annotations import gold
from service.settings import JobSettings, Settings

DATE = "2025-09-05"


def _download(page: Any, kind: str, by: str = "click") -> tuple[str, bytes]:
    with page.expect_download() as download:
        if by == "click":
            page.click(".menu summary")
            page.click(f"[data-export='{kind}']")
        else:
            page.focus(".menu summary")
            page.keyboard.press("Enter")
            page.focus(f"[data-export='{kind}']")
            page.keyboard.press("Enter")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_it_is_printed(opened: Any, by: str, until: Any) -> None:
    opened.evaluate("window.print = () => { window.printed = true; }")
    if by == "click":
        opened.click(".menu summary")
        opened.click("[data-export=print]")
    else:
        opened.focus(".menu summary")
        opened.keyboard.press("Enter")
        opened.focus("[data-export=print]")
        opened.keyboard.press("Enter")
    until(opened, "window.printed === true")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_a_workbook_with_the_corrections(opened: Any, span_of: Callable[..., str], by: str) -> None:
    opened.click(span_of("NUMBER", "412"))
    opened.keyboard.press("Delete")
    name, content = _download(opened, "xlsx", by)
    assert name == "岚川区2025年民生实事和重点工作推进情况.xlsx"
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0][2] == "目标"
    assert any(row[2] == "新建社区食堂12家" and row[6] == 12 for row in rows)
    assert not any(row[6] == 412 for row in rows)


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_csv(opened: Any, by: str) -> None:
    _, content = _download(opened, "csv", by)
    assert content.decode("utf-8-sig").splitlines()[0].startswith("文件,序号,目标")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_json_is_opened_again_with_its_corrections(
    opened: Any,
    new_page: Callable[..., Any],
    address: str,
    span_of: Callable[..., str],
    sample: str,
    until: Any,
    by: str,
) -> None:
    opened.click(span_of("NUMBER", "600"))
    opened.locator(".record-card .duty").first.select_option("cooperate")
    opened.click(span_of("NUMBER", "412"))
    opened.click("[data-focus=link-metric]")
    opened.fill("#link-words", "农村公路")
    opened.keyboard.press("Enter")
    until(opened, "document.querySelector('tr[aria-selected=true] .c-metric')?.innerText.includes('农村公路')")
    name, content = _download(opened, "json", by)
    (document,) = json.loads(content)
    assert document["text"] == sample
    again = new_page()
    again.goto(address)
    again.set_input_files("#files", {"name": name, "mimeType": "application/json", "buffer": content})
    again.wait_for_selector("[data-index='0']")
    again.fill("#today", DATE)
    again.dispatch_event("#today", "change")
    again.click(span_of("NUMBER", "412"))
    assert "农村公路" in again.locator("tr[aria-selected=true] .c-metric").inner_text()
    again.click(span_of("NUMBER", "600"))
    assert again.locator(".record-card .duty").first.input_value() == "cooperate"
    again.click(span_of("NUMBER", "412"))

    def shown(page: Any) -> list[str]:
        # Rows out of sight are not drawn; a blank one holds their place.
        texts: list[str] = page.locator(".ledger tbody tr").all_inner_texts()
        return [text for text in texts if text]

    least = min(len(shown(opened)), len(shown(again)))
    assert least > 10
    assert shown(again)[:least] == shown(opened)[:least]


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_label_studio(opened: Any, sample: str, by: str) -> None:
    _, content = _download(opened, "label-studio", by)
    (task,) = json.loads(content)
    assert task["data"]["text"] == sample
    regions = [r for r in task["annotations"][0]["result"] if r["type"] == "labels"]
    assert all(sample[r["value"]["start"] : r["value"]["end"]] == r["value"]["text"] for r in regions)


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_gold(opened: Any, by: str) -> None:
    _, content = _download(opened, "gold", by)
    document = gold.from_dict(json.loads(content))
    assert "12" in {document.text[e.start : e.end] for e in document.entities}
    assert document.links


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_all_documents_in_one_file(
    opened: Any, saved: dict[str, Any], open_saved: Callable[..., None], by: str
) -> None:
    opened.click("[data-view=start]")
    open_saved(opened, saved | {"id": "第二份"})
    _, content = _download(opened, "xlsx-all", by)
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert {row[0] for row in rows[1:]} == {saved["id"], "第二份"}


def test_a_document_is_kept_to_train_on(opened: Any, training_folder: Path, span_of: Callable[..., str]) -> None:
    for turn in ("已存为训练数据", "训练数据已更新"):
        if turn == "已存为训练数据":
            opened.click(".menu summary")
            opened.click("[data-export=training]")
        else:
            opened.press(".menu summary", "Enter")
            opened.press("[data-export=training]", "Enter")
        opened.wait_for_selector(f".notice:has-text('{turn}')")
    (path,) = training_folder.glob("*.json")
    assert gold.read(path).links


def test_training_data_is_not_offered_where_it_is_not_allowed(
    serve: Any, new_page: Any, saved: Any, open_saved: Any
) -> None:
    page = new_page()
    page.goto(serve(replace(Settings(), jobs=JobSettings(enabled=False))))
    open_saved(page, saved)
    page.click(".menu summary")
    assert page.locator("[data-export=training]").count() == 0


def test_corrections_are_not_lost_by_leaving(opened: Any, span_of: Callable[..., str]) -> None:
    assert opened.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    opened.click(span_of("NUMBER", "412"))
    opened.keyboard.press("Delete")
    assert not opened.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))")


@pytest.mark.parametrize("way", ["json", "training"])
def test_what_is_corrected_during_an_export_is_not_saved(
    opened: Any, span_of: Callable[..., str], until: Any, way: str
) -> None:
    held: list[Any] = []
    opened.route("**/training-data" if way == "training" else "**/export", lambda route: held.append(route))
    opened.click(".menu summary")
    opened.click(f"[data-export={way}]")
    opened.click(span_of("NUMBER", "412"))
    opened.keyboard.press("Delete")
    while not held:
        opened.wait_for_timeout(20)
    held[0].continue_()
    opened.wait_for_selector(".notice.done")
    assert not opened.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))")


@pytest.mark.parametrize("by", ["click", "keyboard"])
def test_the_focus_goes_back_to_the_menu(opened: Any, by: str) -> None:
    _download(opened, "csv", by)
    assert opened.evaluate("document.activeElement.dataset.focus") == "export"
    assert opened.get_attribute("details.menu", "open") is None

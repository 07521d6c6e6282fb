"""``python -m benchmarks.workbench``: a long document in the page, with the real model in a real Chromium.

Prints milliseconds from the answer to the first view, of frames while scrolling from end to end, and of corrections.
"""

import argparse
import itertools
import os
import shutil
import statistics
from typing import Any

from playwright.sync_api import sync_playwright

from annotations import corpus
from proofs.service import serving

_SWITCHES = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_FRAMES = 200
_WATCH = """() => {
    window.at = {};
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) {
        this.addEventListener('load', () => { at.answered ??= performance.now(); });
        return send.call(this, body);
    };
    new MutationObserver(() => {
        if (at.shown || !document.querySelector("[data-index='0']")) return;
        at.shown = performance.now();
        requestAnimationFrame(() => setTimeout(() => { at.painted = performance.now(); }));
    }).observe(document.body, {subtree: true, childList: true});
}"""
_SCROLL = """async ([selector, frames]) => {
    const element = document.querySelector(selector), spent = [];
    for (let last = performance.now(), step = 1; step <= frames; step++) {
        element.scrollTop = (element.scrollHeight - element.clientHeight) * step / frames;
        await new Promise(requestAnimationFrame);
        spent.push(performance.now() - last);
        last = performance.now();
    }
    return spent;
}"""
_PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workbench", description=__doc__)
    parser.add_argument("--length", type=int, default=200_000, help="characters, of the authored corpus over and over")
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM") or shutil.which("chromium"))
    options = parser.parse_args()
    texts = itertools.cycle(document.text for document in corpus.load([corpus.AUTHORED]))
    text = ""
    while len(text) < options.length:
        text += next(texts) + "\n"
    with serving() as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=list(_SWITCHES))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        page.set_default_timeout(0)
        page.goto(service.url)
        page.wait_for_selector("#start h1:not(:empty)")
        _measure(page, text[: options.length])
        browser.close()


def _measure(page: Any, text: str) -> None:
    page.evaluate(_WATCH)
    page.evaluate("text => { document.querySelector('#paste').value = text; }", text)
    page.click("#start-form .primary")
    while not page.evaluate("at.painted"):
        page.wait_for_timeout(200)
    at = page.evaluate("at")
    spans = page.locator(".document-text .span").count()
    rows = int(page.get_attribute(".ledger", "aria-rowcount")) - 1
    print(f"{len(text)} characters, {spans} spans, {rows} rows")
    print(f"answer to first view: {at['painted'] - at['answered']:.0f} ms")
    for name, selector in (("text", ".document-text"), ("ledger", ".ledger-frame")):
        frames = sorted(page.evaluate(_SCROLL, [selector, _FRAMES]))
        worst = frames[int(0.99 * len(frames))]
        print(f"frames of the {name}: median {statistics.median(frames):.1f} ms, 99% {worst:.1f} ms")
    page.focus(".document-text")
    for name, key in (("next span", "n"), ("delete", "Delete"), ("undo", "Control+z"), ("overview", "o")):
        before = page.evaluate("performance.now()")
        page.keyboard.press(key)
        print(f"{name}: {page.evaluate(_PAINTED) - before:.0f} ms")


if __name__ == "__main__":
    main()

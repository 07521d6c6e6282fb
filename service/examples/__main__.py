"""Write the answers of the examples anew, in their files and in docs/api.md.

Run it when another model or other rules for records are shipped: ``python -m service.examples``.
"""

import asyncio
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from models.tagger import Tagger
from service.app import create_app
from service.examples import BATCH, FILES, FOLDER, Example, load
from service.settings import Settings

API_PAGE = Path(__file__).parents[2] / "docs" / "api.md"
IN_API_PAGE = "sentence"
"""The example whose answer docs/api.md shows."""
ANSWER_BLOCK = re.compile(r"(?<=<!-- answer -->\n```json\n).*?(?=\n```)", re.DOTALL)
"""Where it shows it."""


def main() -> None:
    """Answer every example with the shipped model, by the service itself."""
    asyncio.run(_main())


async def _main() -> None:
    app = create_app(Tagger.load(), Settings())
    async with app.router.lifespan_context(app), _client(app) as client:
        while (await client.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.1)
        for name, example in load().items():
            answer = (await client.post("/extract", json=example.request)).json()
            _write(FOLDER / f"{name}.json", example, answer)
            if name == IN_API_PAGE:
                page = API_PAGE.read_text(encoding="utf-8")
                API_PAGE.write_text(ANSWER_BLOCK.sub(_dump(answer).replace("\\", r"\\"), page), encoding="utf-8")
        for name, example in load(FILES).items():
            _write(FILES / f"{name}.json", example, (await client.post("/extract/file", **form(example))).json())
        for name, example in load(BATCH).items():
            _write(BATCH / f"{name}.json", example, (await client.post("/extract/batch", json=example.request)).json())


def form(example: Example) -> dict[str, Any]:
    """The form of an example with a file, for httpx."""
    fields = {name: str(value) for name, value in example.request.items() if name != "file"}
    return {"data": fields, "files": {"file": ("example", example.request["file"].encode())}}


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", timeout=60)


def _write(path: Path, example: Example, answer: Any) -> None:
    path.write_text(_dump(asdict(replace(example, answer=answer))) + "\n", encoding="utf-8")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    main()

"""Write the answers of the examples anew, in their files and in docs/api.md.

Run it when another model or other rules for records are shipped: ``python -m service.examples``.
"""

import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from models.tagger import Tagger
from service import answers, documents
from service.body import validate
from service.examples import FILES, FOLDER, Example, load
from service.schemas import ExtractRequest, FileRequest

API_PAGE = Path(__file__).parents[2] / "docs" / "api.md"
IN_API_PAGE = "sentence"
"""The example whose answer docs/api.md shows."""
ANSWER_BLOCK = re.compile(r"(?<=<!-- answer -->\n```json\n).*?(?=\n```)", re.DOTALL)
"""Where it shows it."""


def main() -> None:
    """Answer every example with the shipped model."""
    tagger = Tagger.load()
    for name, example in load().items():
        answer = _answer(tagger, example)
        _write(FOLDER / f"{name}.json", example, answer)
        if name == IN_API_PAGE:
            page = API_PAGE.read_text(encoding="utf-8")
            API_PAGE.write_text(ANSWER_BLOCK.sub(_dump(answer).replace("\\", r"\\"), page), encoding="utf-8")
    for name, example in load(FILES).items():
        _write(FILES / f"{name}.json", example, _file_answer(tagger, example))


def _answer(tagger: Tagger, example: Example) -> dict[str, Any]:
    request = validate(example.request, ExtractRequest)
    (annotation,) = tagger.annotate([request.text])
    return answers.build(annotation, tagger, str(request.id), request.date, request.offsets)


def _file_answer(tagger: Tagger, example: Example) -> dict[str, Any]:
    request = validate({**example.request, "file": example.request["file"].encode()}, FileRequest)
    reading = documents.read(request.file)
    (annotation,) = tagger.annotate([reading.text])
    answer = answers.build(annotation, tagger, str(request.id), request.date, request.offsets)
    return answer | {"document": answers.document(reading, request.text)}


def _write(path: Path, example: Example, answer: dict[str, Any]) -> None:
    path.write_text(_dump(asdict(replace(example, answer=answer))) + "\n", encoding="utf-8")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    main()

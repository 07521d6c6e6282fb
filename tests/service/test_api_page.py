"""docs/api.md: its command is run and gives the answer that is shown."""

import json
import re
import shlex

from service import examples
from service.examples.__main__ import ANSWER_BLOCK, API_PAGE, IN_API_PAGE

PAGE = API_PAGE.read_text(encoding="utf-8")


def test_the_command_gives_the_answer_that_is_shown(client, assert_same):
    command = shlex.split(re.search(r"```sh\n(curl .*?)```", PAGE, re.DOTALL)[1].replace("\\\n", ""))
    url, header, data = command[1], command[command.index("-H") + 1], command[command.index("-d") + 1]
    assert url == "http://127.0.0.1:8000/extract"
    response = client.raw(data.encode(), header.removeprefix("Content-Type: "))
    shown = json.loads(ANSWER_BLOCK.search(PAGE)[0])
    assert_same(response.json(), shown)
    assert json.loads(data) == examples.load()[IN_API_PAGE].request


def test_the_problem_shown_is_what_is_answered(client):
    shown = json.loads(re.search(r"```json\n(\{\n  \"type\".*?)\n```", PAGE, re.DOTALL)[1])
    assert client.extract(text="", offset="utf16").json() == shown


def test_the_batch_shown_is_answered_line_by_line(client):
    command = re.search(r"```sh\n(printf .*?)```", PAGE, re.DOTALL)[1].replace("\\\n", "")
    words = shlex.split(command)
    content = "".join(f"{line}\n" for line in words[2 : words.index("|")])
    header = words[words.index("-H") + 1].removeprefix("Content-Type: ")
    response = client.request("POST", "/extract/batch", content=content.encode(), headers={"Content-Type": header})
    first, second = map(json.loads, response.text.splitlines())
    assert (first["id"], {e["label"] for e in first["entities"]} >= {"NUMBER", "DEADLINE"}) == ("a", True)
    assert (second["id"], second["index"], second["status"]) == ("b", 1, 422)


def test_every_route_and_status_is_told(client):
    document = client.get("/openapi.json").json()
    for path, item in document["paths"].items():
        for method in item:
            assert f"`{method.upper()} {path}`" in PAGE
    statuses = {s for item in document["paths"].values() for operation in item.values() for s in operation["responses"]}
    assert {s for s in statuses | {"405"} if int(s) >= 400} == set(re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE))

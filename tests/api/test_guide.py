"""The examples of the guide for eCRF developers, run one after the other as they stand there."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.api.calling import Caller
from tests.architecture.rooms import ROOT
from trials.rules.roles import Role

GUIDE = (ROOT / "docs" / "guide" / "ecrf-developer.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^```http\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
ANYTHING = "…"


@dataclass(frozen=True)
class Message:
    """A request or an answer as the guide prints it: first line, headers, body."""

    first: str
    headers: dict[str, str]
    body: Any

    @classmethod
    def read(cls, text: str) -> "Message":
        head, _blank, body = text.partition("\n\n")
        first, *lines = head.strip().splitlines()
        headers = dict(line.split(": ", 1) for line in lines)
        more = re.sub(r",\s*…\s*}", f', "{ANYTHING}": "{ANYTHING}"}}', body)
        return cls(first, headers, json.loads(more) if more.strip() else None)


EXAMPLES = [
    (Message.read(sent), Message.read(answer))
    for sent, answer in zip(MESSAGES[::2], MESSAGES[1::2], strict=True)
]


def test_guide_has_examples_of_each_kind() -> None:
    statuses = {answer.first.split()[1] for _sent, answer in EXAMPLES}
    assert {"200", "201", "409", "412", "422"} <= statuses


def test_examples_are_true(callers: Any) -> None:
    for sent, answer in EXAMPLES:
        response = call(callers, sent)
        assert f"HTTP/1.1 {response.status_code}" == answer.first, (sent.first, response.content.decode())
        for name, expected in answer.headers.items():
            assert agrees(expected, response[name]), (sent.first, name, response[name])
        assert agrees(answer.body, response.json()), response.content.decode()


def call(callers: Any, sent: Message) -> Any:
    method, path = sent.first.split()
    role = sent.headers["Authorization"].rpartition(ANYTHING)[2]
    caller: Caller = callers(Role(role))
    headers = {name.lower(): value for name, value in sent.headers.items() if name != "Authorization"}
    if method == "GET":
        return caller.get(path, **headers)
    return caller.send(method.lower(), path, json.dumps(sent.body), **headers)


def agrees(printed: Any, given: Any) -> bool:
    """Whether an answer is as printed, where `…` stands for anything."""
    if isinstance(printed, str) and isinstance(given, str):
        return re.fullmatch(".*".join(map(re.escape, printed.split(ANYTHING))), given) is not None
    if isinstance(printed, dict) and isinstance(given, dict):
        named = {name: value for name, value in printed.items() if name != ANYTHING}
        complete = ANYTHING in printed or named.keys() == given.keys()
        return complete and all(agrees(value, given.get(name)) for name, value in named.items())
    if isinstance(printed, list) and isinstance(given, list):
        return len(printed) == len(given) and all(map(agrees, printed, given))
    return bool(printed == given)

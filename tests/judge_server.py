"""A language model that judges by comparing words, behind a real OpenAI-compatible address."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from loopback import serving

Reply = tuple[int, str]
TROUBLES: dict[str, Any] = {
    "busy": (429, "come back later"),
    "broken": (500, "the model fell over"),
    "locked": (401, "the key secret-key is not known"),
    "garbled": (200, "Sure! I think that the answer is quite good."),
    "silent": (200, json.dumps({"statements": [], "TP": [], "FP": [], "FN": []})),
}


@dataclass(slots=True)
class JudgeServer:
    """`troubles` maps a word to the trouble that a request about it meets; `asked` holds what was sent."""

    address: str = ""
    troubles: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def about(self, word: str) -> int:
        """How many requests held the word."""
        return sum(word in given(body) for body in self.asked)


@contextmanager
def judge_server(**troubles: str) -> Iterator[JudgeServer]:
    """A server on a free port of this machine."""
    state = JudgeServer(troubles=troubles)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append(body)
            state.keys.add(self.headers["Authorization"])
            status, text = _reply(given(body), state.troubles)
            told = _completion(body["model"], text) if status == 200 else {"error": {"message": text}}
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Retry-After-Ms", "1")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    with serving(Handler) as state.address:
        yield state


def given(body: dict[str, Any]) -> str:
    """The JSON that a request asks about, after the instruction and the examples."""
    text = "".join(m["content"] for m in body["messages"] if "Now perform the same" in m["content"])
    return text.partition("Now perform the same with the following input")[2]


def _reply(text: str, troubles: dict[str, str]) -> Reply:
    about = json.loads(text[text.index("{") : text.rindex("}") + 1].partition("\nOutput:")[0])
    trouble = next((trouble for word, trouble in troubles.items() if word in text), "")
    if trouble in TROUBLES:
        found: Reply = TROUBLES[trouble]
        return found
    if "ground_truth" in about:
        return 200, json.dumps(_classify(about["answer"], about["ground_truth"]))
    if "context" in about:
        return 200, json.dumps({"statements": _judge(about, trouble)})
    return 200, json.dumps({"statements": re.split(r"(?<=[.!?])\s+", about["answer"].strip())})


def _judge(about: dict[str, Any], trouble: str) -> list[dict[str, Any]]:
    rows = [
        {"statement": each, "reason": "the words", "verdict": int(_follows(each, about["context"]))}
        for each in about["statements"]
    ]
    if trouble == "odd":
        rows[0]["verdict"] = 7
    return rows[:1] if trouble == "hasty" else rows


def _classify(answer: list[str], gold: list[str]) -> dict[str, Any]:
    right = [each for each in answer if _follows(each, " ".join(gold))]
    missed = [each for each in gold if not _follows(each, " ".join(answer))]
    sorted_ = {"TP": right, "FP": [each for each in answer if each not in right], "FN": missed}
    return {kind: [{"statement": s, "reason": "the words"} for s in each] for kind, each in sorted_.items()}


def _follows(statement: str, text: str) -> bool:
    return set(re.findall(r"\w+", statement.casefold())) <= set(re.findall(r"\w+", text.casefold()))


def _completion(model: str, text: str) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    about = {"id": "x", "object": "chat.completion", "created": 0, "model": model}
    return {**about, "choices": [choice], "usage": usage}

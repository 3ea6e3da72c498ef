"""An evaluator at the small service: uploads, runs and looks, over a real socket."""

import json
import time
from typing import Any

import httpx
from small_service import Running

from assistant.evaluation.folder import RunFolder

RIGHT = {
    "id": "r",
    "question": "Vad finns det exakt för stöd?",
    "answerable": True,
    "must_include": [["100 000"]],
}
WRONG = {
    "id": "w",
    "question": "Hur stort är stödet exakt?",
    "answerable": True,
    "must_include": [["en miljon"]],
}
REFUSED = {"id": "o", "question": "Något okänt?", "answerable": False}


def opened(service: Running) -> httpx.Client:
    headers = {"Accept": "text/html"}
    return httpx.Client(base_url=service.url, follow_redirects=True, headers=headers, timeout=30)


def lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def upload(client: httpx.Client, file: str, *rows: dict[str, Any], **data: str) -> httpx.Response:
    return client.post("/evaluation/sets", files={"file": (file, lines(*rows))}, data=data)


def wait(client: httpx.Client) -> dict[str, Any]:
    for _ in range(300):
        found: dict[str, Any] = client.get("/evaluation/now.json").json()
        if not found["running"]:
            return found
        time.sleep(0.05)
    raise AssertionError("the run does not end")


def run_set(client: httpx.Client, name: str, *rows: dict[str, Any]) -> str:
    """The name of a finished run of the rows."""
    upload(client, f"{name}.jsonl", *rows, replace="true")
    assert client.post(f"/evaluation/sets/{name}/run").url.path == "/evaluation/now"
    wait(client)
    path = client.get("/evaluation/now").url.path
    assert path.startswith("/evaluation/runs/")
    return path.removeprefix("/evaluation/runs/")


def folder(service: Running, name: str) -> RunFolder:
    return RunFolder.open(service.folder / "evaluation" / "runs" / name)


def logged(service: Running, text: str) -> str:
    """The id of the answer to the newest question with `text`, once it is logged."""
    for _ in range(1500):  # half a minute
        if found := service.log.newest(1, text):
            return found[0].answer.id
        time.sleep(0.02)
    raise AssertionError(f"{text!r} is not in the log")

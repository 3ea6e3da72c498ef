"""Measure the chat as a person has it: real Chromium before a real `utblick serve`, real questions, warm.

    python scripts/chat_speed.py [--data FOLDER] [--questions FILE] [--count 40] [--json FILE]

From the press of Enter to the first word and to the whole answer on the screen (median and 95th percentile,
milliseconds), what the page weighs, and how much its parts moved once the question was sent. Without --data
the fact sheets are read into a folder of its own first. Nothing else should be at work on the machine.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

UTBLICK = Path(sys.executable).with_name("utblick")
QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "evals" / "starter.jsonl"
WARMING = 5
PATIENCE = 120.0
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = ("responseBodySize", "responseHeadersSize")
# Asks as a person does; the times are those of the first frame that shows what has come.
WATCH = """() => {
  window.moved = 0;
  const frame = (done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
  new PerformanceObserver((list) => list.getEntries().forEach((each) => {
    const sent = window.asked && each.startTime >= window.asked.pressed;
    if (sent && !each.hadRecentInput) window.moved += each.value;
  })).observe({type: "layout-shift", buffered: true});
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const now = window.asked = {pressed: performance.now(), word: 0, answer: 0, done: false};
    const place = document.querySelector("#pending .text");
    const log = document.getElementById("log");
    const before = log.querySelectorAll("article").length;
    const words = new MutationObserver(() => {
      if (now.word || !place.textContent.trim()) return;
      now.word = -1;
      frame((at) => { now.word = at; });
    });
    words.observe(place, {childList: true, subtree: true, characterData: true});
    const answers = new MutationObserver(() => {
      if (log.querySelectorAll("article").length === before) return;
      words.disconnect();
      answers.disconnect();
      frame((at) => { now.answer = at; now.done = true; });
    });
    answers.observe(log, {childList: true});
  }, true);
}"""
TAKE = """() => {
  const {pressed, word, answer} = window.asked;
  return {word: (word > 0 ? word : answer) - pressed, answer: answer - pressed};
}"""


def read_questions(path: Path, count: int) -> list[str]:
    """The first `count` questions that need nothing said before."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [row["question"] for row in rows if not row.get("history")][:count]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def is_ready(address: str) -> bool:
    """Whether the server answers from documents now."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """The address of a server over the folder, ready."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    given = {"UTBLICK_DATA_DIR": str(data), "UTBLICK_HOST": "127.0.0.1", "UTBLICK_PORT": str(port)}
    server = subprocess.Popen([UTBLICK, "serve"], env=os.environ | given, stderr=subprocess.DEVNULL)
    address, began = f"http://127.0.0.1:{port}", time.monotonic()
    try:
        while not is_ready(address):
            if server.poll() is not None or time.monotonic() - began > PATIENCE:
                sys.exit("the server does not get ready")
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def measure(address: str, questions: Sequence[str]) -> dict[str, Any]:
    """Ask all in one browser, each in a conversation of its own, after a few to warm up."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_context(locale="sv-SE").new_page()
        weights: list[int] = []
        page.on("requestfinished", lambda each: weights.append(sum(each.sizes()[one] for one in SIZES)))
        page.goto(address, wait_until="networkidle")
        weight = sum(weights)
        times, moved = [], 0.0
        for question in [*questions[:WARMING], *questions]:
            page.goto(address)
            page.evaluate(WATCH)
            page.locator("#question").fill(question)
            page.locator("#question").press("Enter")
            page.wait_for_function("() => window.asked?.done", timeout=60_000)
            times.append(page.evaluate(TAKE))
            moved = max(moved, page.evaluate("window.moved"))
        browser.close()
    words, answers = ([each[name] for each in times[WARMING:]] for name in ("word", "answer"))
    return {
        "questions": len(questions),
        "first_word_ms": {"p50": percentile(words, 0.5), "p95": percentile(words, 0.95)},
        "answer_ms": {"p50": percentile(answers, 0.5), "p95": percentile(answers, 0.95)},
        "page_bytes": weight,
        "layout_shift": moved,
        "each": [{"question": text, **found} for text, found in zip(questions, times[WARMING:], strict=True)],
    }


def table(found: dict[str, Any]) -> str:
    """The figures for people."""
    word, answer = found["first_word_ms"], found["answer_ms"]
    return (
        f"{found['questions']} questions       p50      p95\n"
        f"first word, ms  {word['p50']:8.0f} {word['p95']:8.0f}\n"
        f"answer, ms      {answer['p50']:8.0f} {answer['p95']:8.0f}\n"
        f"page {found['page_bytes'] / 1000:.1f} kB; layout shift at most {found['layout_shift']:.4f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a data folder that is ready; it is copied")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="JSONL file with `question`")
    parser.add_argument("--count", type=int, default=40, help="how many of them")
    parser.add_argument("--json", type=Path, help="where all times are written")
    given = parser.parse_args()
    if not (find_spec("playwright") and shutil.which("chromium")):
        sys.exit("the chat's speed takes chromium and playwright (pip install playwright); one is missing")
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        if given.data:
            shutil.copytree(given.data, data)
        else:
            environment = os.environ | {"UTBLICK_DATA_DIR": str(data)}
            subprocess.run([UTBLICK, "ingest", "--starter"], env=environment, check=True)
        with serving(data) as address:
            found = measure(address, read_questions(given.questions, given.count))
    print(table(found))
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Time answers over HTTP and read the server's memory, with the real model and real documents.

    python scripts/bench.py [CORPUS_FOLDER] [--questions QUESTIONS.jsonl]

Ingests the corpus (../shared/corpus when it is there) and the starter sheets into a temporary
folder, starts `utblick serve`, warms it with other questions, then asks each question once (fresh)
and once more (repeated). Prints a table; the figures of one run belong together, these machines are noisy.
"""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil

BIN = Path(sys.executable).parent
CORPUS = Path("../shared/corpus")
QUESTIONS = Path("../shared/eval/dev.jsonl")
WARM_UP = (
    "Vilka län ingår i Norra Mellansverige?",
    "Hur stort är taket för de minimis?",
    "What does Enterprise Europe Network do?",
    "Hvem kan søke Interreg Sverige-Norge?",
    "Vad är en affärsutvecklingscheck?",
)
FALLBACK = (
    "Vad betalar Interreg Sverige–Norge på den svenska sidan?",
    "Kan ett enskilt företag söka pengar ur strukturfonderna?",
    "Vilket ERUF-program gäller i Örebro län?",
    "Vem hjälper mig att hitta partner i andra länder?",
    "Vad heter CIP i dag?",
    "Which counties does Interreg Central Baltic cover?",
    "Vilka områden prioriterar Värmland i sin smarta specialisering?",
    "Vad är EKN:s rörelsekreditgaranti?",
    "Hur stora projekt kan Nopef stödja?",
    "Hvor mye dekker Eurostars?",
)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(env: dict[str, str], port: int) -> tuple[subprocess.Popen[bytes], float]:
    """A server that answers /readyz, and the seconds that took."""
    began = time.perf_counter()
    server = subprocess.Popen([BIN / "utblick", "serve"], env=env | {"UTBLICK_PORT": str(port)})
    while time.perf_counter() - began < 120:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return server, time.perf_counter() - began
        except httpx.TransportError:
            time.sleep(0.1)
    server.kill()
    raise SystemExit("the server did not get ready in 120 seconds")


def timed(client: httpx.Client, questions: Sequence[str]) -> list[float]:
    """Milliseconds from sending each question to having its answer."""
    spent = []
    for question in questions:
        began = time.perf_counter()
        client.post("/api/chat", json={"question": question}).raise_for_status()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def line(name: str, spent: Sequence[float]) -> str:
    """Median, 95th percentile and maximum as a row."""
    ranked = sorted(spent)
    p95 = ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]
    return f"| {name} | {len(spent)} | {statistics.median(spent):.0f} | {p95:.0f} | {ranked[-1]:.0f} |"


def main() -> None:
    """Ingest, serve, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    given = parser.parse_args()
    questions: Sequence[str] = FALLBACK
    if given.questions.exists():
        questions = [json.loads(row)["question"] for row in given.questions.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "UTBLICK_DATA_DIR": folder}
        paths = [str(given.corpus)] if given.corpus.exists() else []
        began = time.perf_counter()
        subprocess.run([BIN / "utblick", "ingest", *paths, "--starter"], env=env, check=True)
        ingested = time.perf_counter() - began
        port = free_port()
        server, ready = start(env, port)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                timed(client, WARM_UP)
                fresh, repeated = timed(client, questions), timed(client, questions)
            memory = psutil.Process(server.pid).memory_info().rss / 2**20
        finally:
            server.terminate()
            server.wait(40)
    print(
        f"\n{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}"
    )
    print(f"ingest {ingested:.1f} s, server ready in {ready:.1f} s, resident memory {memory:.0f} MB\n")
    print("| answers over HTTP, ms | n | median | p95 | max |\n|---|---|---|---|---|")
    print(line("new questions", fresh))
    print(line("the same again", repeated))


if __name__ == "__main__":
    main()

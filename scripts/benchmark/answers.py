"""Answers over HTTP and the server's memory, with the real model and real documents."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.figures import percentile
from benchmark.sets import SHARED
from benchmark.tables import Part, table

if TYPE_CHECKING:
    import httpx

BIN = Path(sys.executable).parent
CORPUS = SHARED / "corpus"
QUESTIONS = SHARED / "eval" / "dev.jsonl"
PATIENCE = 120.0
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


def run(corpus: Path = CORPUS, questions: Path = QUESTIONS) -> Part:
    """Read the corpus (where it is there) and the fact sheets in, serve them, and ask every question twice.

    The server is warm from other questions when it hears the first.
    """
    import httpx
    import psutil

    asked = read_questions(questions)
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "UTBLICK_DATA_DIR": folder}
        paths = [str(corpus)] if corpus.exists() else []
        began = time.perf_counter()
        command = [BIN / "utblick", "ingest", *paths, "--starter"]
        subprocess.run(command, env=env, check=True, stdout=sys.stderr)
        ingested = time.perf_counter() - began
        server, port, ready = start(env)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                timed(client, WARM_UP)
                fresh, repeated = timed(client, asked), timed(client, asked)
            memory = psutil.Process(server.pid).memory_info().rss / 2**20
        finally:
            server.terminate()
            server.wait(40)
    head = ["answers over HTTP", "n", "median, ms", "p95, ms", "most, ms"]
    note = (
        f"Ingest {ingested:.1f} s, server ready in {ready:.1f} s, resident memory {memory:.0f} MB at the end."
    )
    return Part(
        "answers", table(head, [row("new questions", fresh), row("the same again", repeated)]), [note]
    )


def read_questions(path: Path) -> Sequence[str]:
    """The questions of a set, or a few of our own where it is absent."""
    if not path.exists():
        return FALLBACK
    return [json.loads(row)["question"] for row in path.read_text("utf-8").splitlines()]


def start(env: dict[str, str]) -> tuple["subprocess.Popen[bytes]", int, float]:
    """A server that answers /readyz, its port, and the seconds that took."""
    import httpx

    port, began = free_port(), time.perf_counter()
    server = subprocess.Popen(
        [BIN / "utblick", "serve"], env=env | {"UTBLICK_PORT": str(port)}, stdout=sys.stderr
    )
    while time.perf_counter() - began < PATIENCE:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return server, port, time.perf_counter() - began
        except httpx.TransportError:
            time.sleep(0.1)
    server.kill()
    raise SystemExit(f"the server did not get ready in {PATIENCE:.0f} seconds")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def timed(client: "httpx.Client", questions: Sequence[str]) -> list[float]:
    """Milliseconds from sending each question to having its answer."""
    spent = []
    for question in questions:
        began = time.perf_counter()
        client.post("/api/chat", json={"question": question}).raise_for_status()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def row(name: str, spent: Sequence[float]) -> list[str]:
    """One line of the table."""
    middle, slow = percentile(spent, 0.5), percentile(spent, 0.95)
    return [name, str(len(spent)), f"{middle:.0f}", f"{slow:.0f}", f"{max(spent):.0f}"]

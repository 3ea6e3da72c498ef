"""Measure Utblick beside the usual recipes, and how it grows; `make bench` sets up what that takes.

    python scripts/bench.py [quality] [speed] [scale] [answers] [--only PEER ...] [--save]

quality  what is found on the sets of ../shared/eval, with intervals and paired tests
speed    embedding, search and memory, in turns
scale    search, memory and publishing at 1 000, 10 000 and 100 000 passages
answers  answers over HTTP and the server's memory

Every system runs in a process of its own. What they have read in is kept in the user's cache folder
(utblick-bench) until documents, code or libraries change; the first run of everything takes an hour, and
later ones a quarter of that. Nothing else should be at work on the machine meanwhile.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmark import answers, quality, scale, speed
from benchmark.systems import NAMES, PEERS
from benchmark.tables import Part, markdown, save

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def parts(given: argparse.Namespace) -> Mapping[str, Callable[[], Part]]:
    """What can be measured, by name."""
    return {
        "quality": partial(quality.run, given.only),
        "speed": partial(speed.run, given.only),
        "scale": partial(scale.run, given.sizes),
        "answers": partial(answers.run, given.corpus, given.questions),
    }


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ("quality", "speed", "scale", "answers")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(names)}; without any, all")
    peers = ", ".join(f"{name} ({NAMES[name]})" for name in PEERS)
    parser.add_argument("--only", nargs="+", choices=PEERS, default=(), metavar="PEER", help=peers)
    parser.add_argument("--sizes", nargs="+", type=int, default=scale.SIZES, help="passages, for scale")
    parser.add_argument("--corpus", type=Path, default=answers.CORPUS, help="folder, for answers")
    parser.add_argument("--questions", type=Path, default=answers.QUESTIONS, help="JSONL file, for answers")
    parser.add_argument("--save", action="store_true", help="put the tables into docs/performance.md")
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.parts if name not in names]:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(names)}")
    given.parts = given.parts or list(names)
    return given


def main() -> None:
    """Measure, print, and save where that was asked for."""
    given = read_arguments()
    known = parts(given)
    for name in given.parts:
        began = time.perf_counter()
        part = known[name]()
        command = (
            f"make bench ARGS={name}" if not given.only else f"scripts/bench.py {' '.join(sys.argv[1:])}"
        )
        told = markdown(part, command, time.perf_counter() - began)
        print(f"## {name}\n\n{told}\n", flush=True)
        if given.save:
            save(DOCUMENT, name, told)


if __name__ == "__main__":
    main()

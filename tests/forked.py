"""`utblick` run many times: each in a process of its own, forked from one that has loaded the libraries.

Loading them takes seconds, so a test of what a command does need not wait for it again and again.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

SECONDS = 300


class Forker:
    """The process that forks, and a folder for what its children say."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process, self._folder = process, folder

    def run(
        self, arguments: Sequence[str | Path], cwd: Path, environment: Mapping[str, str]
    ) -> CompletedProcess[str]:
        """What the command said and how it ended."""
        order = {
            "arguments": [str(each) for each in arguments],
            "cwd": str(cwd),
            "environment": dict(environment),
            "out": str(self._folder / "out"),
            "err": str(self._folder / "err"),
        }
        assert self._process.stdin and self._process.stdout
        print(json.dumps(order), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        said = [(self._folder / name).read_text("utf-8") for name in ("out", "err")]
        return CompletedProcess(["utblick", *order["arguments"]], code, *said)


@contextmanager
def forker() -> Iterator[Forker]:
    """Ends with the block."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process,
    ):
        yield Forker(process, Path(folder))
        assert process.stdin
        process.stdin.close()


def _fork() -> None:
    """Forks for each order on standard input; returns in a child only."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            order = json.loads(line)
            for number, name in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
                flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
                os.dup2(os.open(name, flags, 0o600), number)
            os.chdir(order["cwd"])
            os.environ.clear()
            os.environ.update(order["environment"])
            sys.argv = ["utblick", *order["arguments"]]
            signal.alarm(SECONDS)
            return
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    sys.exit()


def _end(main: Callable[[], None]) -> None:
    """Run the command and end as Python does, but for the libraries' own endings: they wait for threads
    that a fork does not have."""
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


LOADED = ("chromadb", "onnxruntime", "typer.rich_utils", "ingest.cli", "ingest.workshop", "vectorstore.store")

if __name__ == "__main__":
    for name in LOADED:
        import_module(name)
    command = import_module("assistant.channels.cli").main
    _fork()
    _end(command)

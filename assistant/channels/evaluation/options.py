"""What the commands of `utblick eval` share: options, where runs are, the progress bar."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prompts import LANGUAGES
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from assistant.evaluation.folder import RunFolder
    from assistant.evaluation.run import Progress

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Folder for runs; by default evaluation/runs in the data folder.", file_okay=False
    ),
]
Language = Annotated[str, typer.Option("--language", help="Language of the report: sv, en or no.")]
Run = Annotated[Path, typer.Argument(help="A run's folder, or its name under the runs folder.")]


def runs_folder(settings: Settings, out: Path | None = None) -> Path:
    """Where runs are kept: those of the command line and of the browser in one place."""
    return out or settings.data_dir / "evaluation" / "runs"


def open_run(named: Path, settings: Settings, out: Path | None) -> "RunFolder":
    from assistant.evaluation.folder import RunFolder

    inside = runs_folder(settings, out) / named
    return RunFolder.open(named if named.exists() or not inside.exists() else inside)


def newest_run(settings: Settings, out: Path | None, digest: str) -> "RunFolder":
    from assistant.evaluation.errors import RunError
    from assistant.evaluation.folder import list_runs

    runs = runs_folder(settings, out)
    for folder in list_runs(runs):
        # A broken run is no reason not to find a whole one.
        with suppress(RunError):
            if folder.finished and digest in ("", folder.about()["digest"]):
                return folder
    raise RunError(f"{runs} holds no finished run of that set; make one with `utblick eval run`")


def spoken_language(given: str, settings: Settings) -> str:
    if given and given not in LANGUAGES:
        raise typer.BadParameter(f"{given!r} is none of {', '.join(LANGUAGES)}")
    return given or settings.language


def first_ids(ids: Sequence[str], most: int = 20) -> str:
    """The first of many ids, for a line."""
    return " ".join(ids[:most]) + (f" … ({len(ids)} in all)" if len(ids) > most else "")


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


@contextmanager
def progress_bar(quiet: bool, what: str = "questions") -> "Iterator[Progress]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, all: bar.update(task, completed=done, total=all)

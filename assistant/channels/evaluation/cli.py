"""`utblick eval`: run a question set, measure retrieval, compare runs, and hold one against a baseline."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.channels.evaluation.options import (
    AsJson,
    Language,
    Out,
    Run,
    first_ids,
    newest_run,
    open_run,
    print_json,
    progress_bar,
    runs_folder,
    spoken_language,
)
from vectorstore.settings import Settings, read_settings

if TYPE_CHECKING:
    from assistant.evaluation.folder import RunFolder
    from assistant.evaluation.target import Target

Format = Literal["text", "json", "html"]

evaluation = typer.Typer(
    help="Ask question sets, see what fails, compare.", no_args_is_help=True, add_completion=False
)


@evaluation.command("run")
def run_set(
    questions: Annotated[Path, typer.Argument(help="The set: .jsonl, .csv or .xlsx (see `eval template`).")],
    out: Out = None,
    url: Annotated[str, typer.Option(help="Ask the server that runs there, instead of this folder.")] = "",
    workers: Annotated[int, typer.Option(min=1, max=32, help="Questions under way at once.")] = 4,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew beside an unfinished run.")] = False,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Ask every question and write a folder with results, figures and a report to read."""
    from assistant.evaluation.run import run
    from assistant.evaluation.sets import read_set

    settings = read_settings()
    spoken = spoken_language(language, settings)
    asked = read_set(questions)
    with _target(url, settings) as target, _told_when_stopped(), progress_bar(as_json) as progress:
        folder = run(
            asked,
            target,
            runs_folder(settings, out),
            language=spoken,
            workers=workers,
            progress=progress,
            fresh=fresh,
        )
    if gone := folder.about()["misplaced"]:
        ids = first_ids(list(dict.fromkeys(each["id"] for each in gone)))
        print(
            f"{len(gone)} quotes or sources are not in the documents (see the report): {ids}",
            file=sys.stderr,
        )
    if as_json:
        print_json({"folder": str(folder.path), "run": folder.about(), "summary": folder.summary()})
    else:
        print(_overview(folder))


@evaluation.command()
def report(run: Run, out: Out = None, language: Language = "") -> None:
    """Write a run's report.html anew, for example in another language."""
    from assistant.evaluation.report import write_report

    settings = read_settings()
    folder = open_run(run, settings, out)
    write_report(folder, spoken_language(language, settings))
    print(folder.path / "report.html")


@evaluation.command()
def compare(
    before: Run,
    after: Run,
    out: Out = None,
    form: Annotated[Format, typer.Option("--format", help="text, json or html.")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    language: Language = "",
) -> None:
    """Show what a later run does better and worse than an earlier one, and what is no more than noise."""
    from assistant.evaluation.compare import compare, to_dict, to_text
    from assistant.evaluation.comparison_report import render_comparison

    settings = read_settings()
    found = compare(open_run(before, settings, out), open_run(after, settings, out))
    if as_json or form == "json":
        print_json(to_dict(found))
    elif form == "html":
        print(render_comparison(found, spoken_language(language, settings)))
    else:
        print(to_text(found))


@evaluation.command()
def gate(
    baseline: Annotated[Path, typer.Option(help="The baseline file.", dir_okay=False)],
    run: Annotated[
        Path | None, typer.Argument(help="A run's folder or name; by default the newest one of the set.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Make this run the baseline instead.")] = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Fail (exit status 1) when a run is worse than the baseline beyond noise; 2 when it cannot be said."""
    from assistant.evaluation.baseline import make_baseline, read_baseline, write_baseline
    from assistant.evaluation.errors import EvaluationError
    from assistant.evaluation.gate import gate, to_dict, to_text

    settings = read_settings()
    try:
        kept = None if save else read_baseline(baseline)
        digest = kept.digest if kept else ""
        folder = open_run(run, settings, out) if run else newest_run(settings, out, digest)
        if kept is None:
            write_baseline(make_baseline(folder), baseline)
            if as_json:
                print_json({"baseline": str(baseline), "run": folder.name})
            else:
                print(f"{baseline}: the run {folder.name} is the baseline now")
            return
        found = gate(folder, kept)
    except EvaluationError as error:
        print(f"utblick: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    if as_json:
        print_json(to_dict(found))
    else:
        print(to_text(found))
    raise typer.Exit(0 if found.passed else 1)


@evaluation.command()
def template(
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.", dir_okay=False)],
    language: Annotated[str, typer.Option("--language", help="Its language: sv, en or no.")] = "",
) -> None:
    """Write an empty question set to fill in with a spreadsheet."""
    from assistant.evaluation.template import template

    made = template(spoken_language(language, read_settings()))
    try:
        with file.open("xb") as new:
            new.write(made)
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be written: {error.strerror}") from error
    print(file)


@contextmanager
def _told_when_stopped() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        print("Stopped. What was answered is kept; the same command goes on from there.", file=sys.stderr)
        raise typer.Exit(130) from None


@contextmanager
def _target(url: str, settings: Settings) -> "Iterator[Target]":
    from assistant.evaluation.target import Local, describe, remote

    if url:
        with remote(url) as target:
            yield target
        return
    from assistant.wiring import build

    parts = build(settings)
    try:
        yield Local(parts.assistant, parts.store, describe(settings, parts.store))
    finally:
        parts.close()


def _overview(folder: "RunFolder") -> str:
    summary = folder.summary()
    lines = [f"{'score':<20}{'n':>5}{'value':>9}   95 % interval"]
    for name, each in summary["scores"].items():
        form: Callable[[float], str] = (lambda x: f"{x:.1f}") if name == "words" else (lambda x: f"{x:.3f}")
        interval = f"[{form(each['low'])}, {form(each['high'])}]"
        lines.append(f"{name:<20}{each['n']:>5}{form(each['value']):>9}   {interval}")
    if summary["latency"]["n"]:
        told = " ".join(f"{name} {summary['latency'][name]:.2f}" for name in ("p50", "p95"))
        lines.append(f"{'seconds':<20}{summary['latency']['n']:>5}   {told}")
    failed = [result.case.id for result in folder.results() if result.passed is False]
    counts = f"{summary['passed']} passed, {summary['failed']} failed of {summary['n']}"
    return "\n".join([*lines, f"{counts}: {first_ids(failed)}", str(folder.path / "report.html")])

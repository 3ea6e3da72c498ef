"""`utblick eval retrieval` and `judge`: measures beside those that a run has by itself."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.channels.evaluation.cli import evaluation as evaluation
from assistant.channels.evaluation.options import (
    AsJson,
    Language,
    Out,
    Run,
    open_run,
    print_json,
    progress_bar,
    spoken_language,
)
from vectorstore.settings import read_settings


@evaluation.command()
def retrieval(
    folder: Annotated[
        Path, typer.Argument(help="A BEIR folder: corpus.jsonl, queries.jsonl, qrels.tsv.", file_okay=False)
    ],
    legs: Annotated[str, typer.Option(help="fused (as users get it), or dense or lexical alone.")] = "fused",
    keep: Annotated[
        Path | None, typer.Option(help="Keep what was read in here, for the next time.", file_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well the search finds the texts of a retrieval set, read in as users' documents are."""
    from assistant.evaluation.beir import read_beir
    from assistant.evaluation.retrieval import LEGS, measure, to_dict, to_text
    from vectorstore.embedder import load_embedder

    chosen = next((each for each in LEGS if each == legs), None)
    if chosen is None:
        raise typer.BadParameter(f"{legs!r} is none of {', '.join(LEGS)}")
    settings = read_settings()
    beir = read_beir(folder)
    with progress_bar(as_json, "texts") as progress:
        found = measure(
            beir,
            settings,
            load_embedder(settings),
            legs=chosen,
            keep=keep,
            progress=lambda step, done, all: progress(done, all),
        )
    if as_json:
        print_json(to_dict(found))
    else:
        print(to_text(found))


@evaluation.command()
def judge(
    run: Run,
    model: Annotated[str, typer.Option(help="The judge, as provider:name, such as openai:gpt-5.")],
    address: Annotated[
        str, typer.Option(help="Of an OpenAI-compatible server, such as http://127.0.0.1:8080/v1.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Judge anew what was judged before.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before anything is sent.")] = False,
    out: Out = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    """Have a language model judge faithfulness and correctness; the report then shows it with its name."""
    from assistant.evaluation.judge import judge, leaves
    from assistant.evaluation.report import write_report

    settings = read_settings()
    spoken = spoken_language(language, settings)
    folder = open_run(run, settings, out)
    print(leaves(folder, model, spoken, address=address, fresh=fresh), file=sys.stderr)
    if not yes:
        typer.confirm("OK?", abort=True, err=True)
    with progress_bar(as_json) as progress:
        found = judge(folder, model, address=address, progress=progress, fresh=fresh)
    write_report(folder, spoken)
    if as_json:
        print_json(found)
        return
    for name, each in found["metrics"].items():
        print(f"{name:<20}{each['n']:>5}{each['value']:>9.3f}   [{each['low']:.3f}, {each['high']:.3f}]")
    for id, reason in found["failed"].items():
        print(f"not judged: {id}: {reason}")

"""The command line: ask, search, serve, status, model, eval; other packages' commands join by entry point."""

import json
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.channels.evaluation.measuring_cli import evaluation
from assistant.channels.readable import readable
from assistant.channels.refusals import refused_in_a_line
from assistant.channels.search.cli import search
from assistant.channels.slack.cli import slack
from assistant.channels.switch_cli import switch
from assistant.questions import Persona, Question
from vectorstore.errors import UtblickError
from vectorstore.settings import Settings, read_settings

COMMANDS = "utblick.commands"
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
app = typer.Typer(
    help="Cited answers about funding, partners and priorities.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(evaluation, name="eval")
app.add_typer(slack, name="slack")


def main() -> None:
    """The `utblick` command. Errors that a person can mend are told in a line, without a trace."""
    # Products of the sizes here take one core 2 ms and several, which wait for each other, 8. Numpy reads
    # this as it is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    own = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    own |= {group.name or "" for group in app.registered_groups}
    if not own & set(sys.argv[1:2]):
        _join_commands()
    try:
        app()
    except UtblickError as error:
        sys.exit(f"utblick: {error}")


def _join_commands() -> None:
    """Other packages' commands; loading them takes seconds, so not for a command of our own."""
    for entry in entry_points(group=COMMANDS):
        command = entry.load()
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=entry.name)
        else:
            app.command(entry.name)(command)


# The commands import what they need when they run: loading the model takes seconds, and
# `utblick --help` or an ingest with nothing to do should not wait for it.


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Swedish, English or Norwegian.")],
    history: Annotated[
        Path | None,
        typer.Option(help="A JSON list of earlier turns: {role, text}.", exists=True, dir_okay=False),
    ] = None,
    persona: Annotated[Persona | None, typer.Option(help="Who asks.")] = None,
    region: Annotated[str, typer.Option(help="The county of the one who asks.")] = "",
    language: Annotated[str, typer.Option(help="sv, en or no; else the question's own language.")] = "",
    as_json: AsJson = False,
) -> None:
    """Answer a question from the documents."""
    from assistant.wiring import build

    settings = read_settings()
    asked = _question(question, history, persona, region, language, settings)
    parts = build(settings)
    try:
        answer = parts.assistant.ask(asked)
    finally:
        parts.close()
    print(answer.model_dump_json() if as_json else readable(answer))


app.command()(search)
app.command()(switch)


@app.command()
def serve() -> None:
    """Serve the chat, the documents and the API on this machine."""
    from assistant.channels.api import create_app
    from assistant.channels.server import check_host
    from assistant.channels.server import serve as run
    from assistant.channels.worker import working
    from assistant.wiring import build

    settings = read_settings()
    check_host(settings)
    parts = build(settings)
    try:
        parts.forget()
        app = create_app(parts.assistant, parts.store, settings, parts.feedback, parts.log, parts.target)
        with working():
            run(app, settings)
    finally:
        parts.close()


@app.command()
def status(as_json: AsJson = False) -> None:
    """What is stored, with which model, and which generation is published."""
    found = _status(read_settings())
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print("\n".join(f"{name}: {value}" for name, value in found.items()))


@app.command()
def model() -> None:
    """Make the embedding model ready; does nothing when it is."""
    from vectorstore.bundled_conversion import ensure_model

    settings = read_settings()
    print(f"embedding model: {settings.embedding_model or ensure_model(settings)}")


def _question(
    text: str, history: Path | None, persona: Persona | None, region: str, language: str, settings: Settings
) -> Question:
    """The question, checked as the API checks it; a person is told in a line what is wrong."""
    from assistant.channels.bodies import ChatBody, to_question

    given = {"question": text, "persona": persona, "region": region, "language": language}
    with refused_in_a_line(language or "en"):
        turns = _turns(history) if history else []
        return to_question(ChatBody.model_validate(given | {"history": turns}), settings, language or "en")


def _turns(history: Path) -> Any:
    try:
        return json.loads(history.read_text("utf-8"))
    except ValueError as error:
        raise typer.BadParameter(f"{history} is not JSON in UTF-8: {error}") from error


def _status(settings: Settings) -> dict[str, Any]:
    from vectorstore.catalogue import open_catalogue
    from vectorstore.generations import Folders

    catalogue = open_catalogue(settings)
    try:
        listed = catalogue.documents()
        current = Folders(settings.data_dir).current()
        return {
            "data_dir": str(settings.data_dir),
            "documents": len(listed),
            "passages": sum(document.passages for document in listed),
            "revision": catalogue.version().revision,
            "generation": int(current.name) if current else None,
            "model": catalogue.model(),
        }
    finally:
        catalogue.close()

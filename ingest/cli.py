"""The commands that change the documents: `utblick ingest` and `utblick documents`."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column, Table

from ingest.pipeline import ingest as run_ingest
from ingest.reading import Reader
from ingest.register.loading import load_register
from ingest.report import FileReport, IngestReport, Outcome
from ingest.sources import find_roots, starter_root
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.embedder import Embedder, load_embedder
from vectorstore.errors import StoreError
from vectorstore.generations import Folders
from vectorstore.passages import Document
from vectorstore.publish import publishing
from vectorstore.reading import Listed
from vectorstore.reembedding import reembed as run_reembed
from vectorstore.relinking import store_register
from vectorstore.settings import Settings, read_settings

documents = typer.Typer(help="List, show or remove stored documents.", no_args_is_help=True)
ID_LENGTH = 36
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders to read.")] = None,
    starter: Annotated[bool, typer.Option(help="Read the fact sheets that come with Utblick.")] = False,
    prune: Annotated[
        bool, typer.Option(help="Remove documents whose file is gone from the folders.")
    ] = False,
    reembed: Annotated[bool, typer.Option(help="Embed all stored documents with the model set now.")] = False,
    strict: Annotated[
        bool, typer.Option(help="Exit with 1 when any file failed, not only when all did.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read files into the catalogue and publish them. What has not changed is left alone."""
    if not (paths or starter or reembed):
        raise typer.BadParameter("give a file or folder, --starter or --reembed")
    settings = read_settings()
    roots = find_roots(paths or []) + ([starter_root()] if starter else [])
    names = load_register(settings.register_dir)
    with (
        _catalogue(settings) as catalogue,
        publishing(catalogue, settings.data_dir),
        Reader(settings) as reader,
    ):
        store_register(catalogue, names)
        embedder = _embedder(settings, catalogue)
        if reembed:
            run_reembed(catalogue, load_embedder(settings))
        with _bar(not as_json and sys.stderr.isatty()) as progress:
            report = run_ingest(roots, catalogue, embedder, reader, prune, progress)
    published = Folders(settings.data_dir).current()
    report = replace(report, generation=int(published.name) if published else None)
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        _print(report)
    landed = len(report.files) > len(report.failed)
    if report.failed and (strict or not landed):
        raise typer.Exit(1)


@documents.command("list")
def list_documents(as_json: AsJson = False) -> None:
    """Every stored document."""
    with _catalogue(read_settings()) as catalogue:
        found = catalogue.documents()
    if as_json:
        print(json.dumps({"documents": [_row(one) for one in found]}, ensure_ascii=False))
        return
    id_column = Column("id", min_width=ID_LENGTH, no_wrap=True)
    table = Table(id_column, "source", "title", "publisher", "date", "passages", box=None)
    for one in found:
        data = one.metadata
        cells = (one.id, one.source, data.title, data.publisher, data.dated, str(one.passages))
        table.add_row(*map(_shown, cells))
    Console().print(table)


@documents.command("show")
def show_document(
    document: Annotated[str, typer.Argument(help="Its id or source.")], as_json: AsJson = False
) -> None:
    """One document: its metadata with how each field was found, its sections and passages."""
    with _catalogue(read_settings()) as catalogue:
        one = _find(catalogue, document)
        whole = catalogue.document(one.id)
        passages = catalogue.passages(one.id)
    assert whole is not None
    if as_json:
        shown = {**_row(one), **_whole(whole), "passages": [_plain(passage) for passage in passages]}
        print(json.dumps(shown, ensure_ascii=False))
        return
    console = Console(highlight=False)
    for field, value in _plain(whole.metadata).items():
        if value and field != "found":
            how = whole.metadata.found.get(field, "")
            console.print(f"[bold]{field}[/]: {_shown(value)}  [dim]({how})[/]")
    for section in whole.sections:
        dated = section.published or f"{section.earliest or '?'} – {section.latest or '?'}"
        how = section.found or "not dated"
        console.print(f"[bold]section[/] {dated}  {_shown(section.title)}  [dim]({how})[/]")
    for passage in passages:
        where = f"p. {passage.page} " if passage.page else ""
        console.print(f"\n[dim]{passage.number} {where}{_shown(' › '.join(passage.headings))}[/]")
        console.print(_shown(passage.text))


@documents.command("remove")
def remove_documents(
    chosen: Annotated[list[str], typer.Argument(help="Ids or sources.")], as_json: AsJson = False
) -> None:
    """Remove documents for good: from the catalogue, the search index and the files beneath."""
    settings = read_settings()
    with _catalogue(settings) as catalogue:
        found = [_find(catalogue, name) for name in chosen]
        with publishing(catalogue, settings.data_dir):
            catalogue.remove([one.id for one in found])
    if as_json:
        print(json.dumps({"removed": [_row(one) for one in found]}, ensure_ascii=False))
    else:
        print("\n".join(f"removed {one.source} ({one.id})" for one in found))


@contextmanager
def _catalogue(settings: Settings) -> Iterator[Catalogue]:
    catalogue = open_catalogue(settings)
    try:
        yield catalogue
    finally:
        catalogue.close()


def _embedder(settings: Settings, catalogue: Catalogue) -> Callable[[], Embedder]:
    """Loads the model when it is first needed: a run that finds nothing new needs none."""

    @cache
    def load() -> Embedder:
        embedder = load_embedder(settings)
        catalogue.check_model(embedder.identity)
        return embedder

    return load


@contextmanager
def _bar(shown: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    if not shown:
        yield None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)


def _print(report: IngestReport) -> None:
    for file in report.files:
        if file.outcome in (Outcome.FAILED, Outcome.DUPLICATE) or file.reason:
            print(f"{file.outcome} {_status(file)}{file.source}: {file.reason}", file=sys.stderr)
    counted = (
        ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items() if count) or "no files"
    )
    print(f"{counted}. {report.documents} documents with {report.passages} passages are stored.")


def _status(file: FileReport) -> str:
    return f"({file.status}) " if file.outcome is Outcome.FAILED else ""


def _find(catalogue: Catalogue, name: str) -> Listed:
    found = [one for one in catalogue.documents() if name in (one.id, one.source, one.uri)]
    if len(found) != 1:
        what = f"{len(found)} documents are" if found else "no document is"
        raise StoreError(f"{what} called {name!r}. Use an id from 'utblick documents list'.")
    return found[0]


def _row(one: Listed) -> dict[str, Any]:
    shown = _plain(one)
    return {**shown, "stored_at": one.stored_at.isoformat()}


def _whole(document: Document) -> dict[str, Any]:
    return {name: value for name, value in _plain(document).items() if name in ("sections", "pages", "text")}


def _plain(thing: Any) -> dict[str, Any]:
    """A frozen record as JSON types."""
    return asdict(thing)


def _shown(value: object) -> str:
    """Words from a document for a terminal: no markup of ours, no commands to the terminal."""
    return escape(CONTROLS.sub("\ufffd", str(value)))

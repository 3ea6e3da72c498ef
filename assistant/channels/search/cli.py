"""`utblick search`: the passages found, and how they were found."""

import json
from typing import Annotated, Any

import typer

from assistant.channels.refusals import refused_in_a_line
from vectorstore.settings import read_settings


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    count: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 5,
    region: Annotated[list[str] | None, typer.Option(help="Only about this region; may be repeated.")] = None,
    publisher: Annotated[list[str] | None, typer.Option(help="Only by this publisher; repeatable.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only in sv, en or no; repeatable.")] = None,
    year_from: Annotated[int | None, typer.Option(min=0, max=9999, help="Not dated before.")] = None,
    year_to: Annotated[int | None, typer.Option(min=0, max=9999, help="Not dated after.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Tell how each passage was found.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Show the passages found for a query, best first."""
    from assistant.channels.search.explained_text import explained_text
    from assistant.channels.search.explanation import explained_search
    from assistant.channels.search.request import SearchBody, to_query
    from assistant.channels.search.result import search_result
    from assistant.wiring import build

    settings = read_settings()
    listed = {"region": region or [], "publisher": publisher or [], "language": language or []}
    years = {"year_from": year_from, "year_to": year_to}
    with refused_in_a_line("en"):
        body = SearchBody.model_validate({"q": query, "k": count, **listed, **years})
        asked = to_query(body, settings, "en")
    parts = build(settings)
    try:
        retriever = parts.store.retriever
        if as_json:
            print(json.dumps(search_result(retriever, asked, explain), ensure_ascii=False))
        elif explain:
            print(explained_text(*explained_search(retriever, asked), settings.language))
        else:
            for row in search_result(retriever, asked)["hits"]:
                print(readable(row))
    finally:
        parts.close()


def readable(row: dict[str, Any]) -> str:
    """A hit as people read it in a terminal."""
    place = " › ".join(filter(None, [f"s. {row['page']}" if row["page"] else "", *row["heading"]]))
    text = " ".join(row["text"].split())
    return f"{row['rank']}. {row['title']} ({row['source']}) {place}\n   {text}\n"

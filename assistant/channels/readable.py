"""An answer as plain text for the command line: what the web page shows, in the same order."""

from collections.abc import Iterator

from assistant.answers import Answer, Card, Citation, Table
from assistant.spoken_dates import dated
from prompts import phrases


def readable(answer: Answer) -> str:
    """Text, notices, table, cards, sources and suggestions; parts that are empty are left out."""
    words = phrases("ui", answer.language)
    parts = [
        answer.text,
        "\n".join(f"! {notice}" for notice in answer.notices),
        "\n".join(_table(answer.table)),
        "\n".join(line for card in answer.cards for line in _card(card, words)),
        "\n".join(_source(citation, answer.language) for citation in answer.citations),
        "\n".join(f"> {follow_up}" for follow_up in answer.follow_ups),
    ]
    return "\n\n".join(part for part in parts if part)


def _table(table: Table) -> Iterator[str]:
    """Each row under its first cell, since whole sentences do not fit side by side."""
    for row in table.rows:
        yield row[0]
        yield from (
            f"    {column}: {cell}" for column, cell in zip(table.columns[1:], row[1:], strict=True) if cell
        )


def _card(card: Card, words: dict[str, str]) -> Iterator[str]:
    yield f"# {card.name} ({words.get(f'card_{card.kind}', card.kind)})"
    yield from (f"    {name}: {value}" for name, value in card.fields.items())


def _source(citation: Citation, language: str) -> str:
    place = [
        f"s. {citation.page}" if citation.page else "",
        " › ".join(citation.heading),
        dated(citation.validity.as_of, language),
    ]
    details = ", ".join(filter(None, [citation.publisher, citation.source, *place]))
    return f"[{citation.number}] {citation.title} ({details})"

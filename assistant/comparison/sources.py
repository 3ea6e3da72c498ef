"""What a reader is told of a source in a table: its title and its year."""

from assistant.citations import Quote


def year_of(quote: Quote) -> str:
    """The year the passage stands for, of the post or the document; empty where neither has a date."""
    return (quote.hit.passage.published or quote.hit.document.metadata.dated)[:4]


def source_of(quote: Quote, texts: dict[str, str]) -> str:
    """The title with its year, or that it has none."""
    return f"{quote.hit.document.metadata.title} ({year_of(quote) or texts['undated']})"

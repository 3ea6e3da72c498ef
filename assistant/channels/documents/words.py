"""The facts of a source in the words of a page's language."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import prompts
from assistant.spoken_dates import dated, spoken_period
from assistant.web_address import web_address


def source_words(language: str) -> Mapping[str, object]:
    """What the templates of sources and documents call: `s` holds prompts/*/sources.md."""
    return {
        "s": prompts.phrases("sources", language),
        "dated": lambda iso: dated(iso, language),
        "spoken_period": lambda validity: spoken_period(validity, language),
        "host": host,
    }


def host(address: str) -> str:
    """The name of the site that an address leads to."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def originals(written: str) -> list[str]:
    """The addresses among the words of `written` that may be linked to."""
    return [word for word in written.split() if web_address(word)]

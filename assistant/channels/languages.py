"""Which language a person reads, as far as the request tells."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from prompts import LANGUAGES

_SPOKEN = {"sv": "sv", "en": "en", "no": "no", "nb": "no", "nn": "no"}


def accepted(header: str, default: str) -> str:
    """The language an Accept-Language header likes best among ours."""
    best, weight = default, 0.0
    for part in header.split(","):
        tag, _, quality = part.partition(";q=")
        language = _SPOKEN.get(tag.strip().lower().partition("-")[0], "")
        try:
            liked = float(quality) if quality else 1.0
        except ValueError:
            continue
        if language and liked > weight:
            best, weight = language, liked
    return best


def api_language(request: Request, body: Any = None) -> str:
    """The language of an API caller: what the body says, else what the headers say."""
    if isinstance(body, Mapping) and body.get("language") in LANGUAGES:
        return str(body["language"])
    default = request.app.state.service.settings.language
    return accepted(request.headers.get("accept-language", ""), default)


def page_language(request: Request) -> str:
    """The language of a page: ?lang=, else the one in the settings (never the browser's)."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else str(request.app.state.service.settings.language)


def same_page(request: Request) -> dict[str, str]:
    """Where the page just shown is found in each language."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return {language: f"?{urlencode([*kept, ('lang', language)])}" for language in LANGUAGES}

"""Which language a person reads, as far as the request tells, and how a chosen one stays."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prompts import LANGUAGES

COOKIE = "language"
YEAR = 365 * 24 * 60 * 60

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
    """The language of a page: ?lang=, else the one chosen before, else the setting (never the browser's)."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else _remembered(request)


def same_page(request: Request) -> dict[str, str]:
    """Where the page just shown is found in each language."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return {language: f"?{urlencode([*kept, ('lang', language)])}" for language in LANGUAGES}


class ChosenLanguage:
    """Pure ASGI: a page asked for with another ?lang= than the one in use makes that one stay for a year."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; put the cookie on the page that comes back."""
        # Another site's page must not be given a cookie of ours.
        if scope["type"] != "http" or scope["path"].startswith("/widget"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        chosen = page_language(request)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and chosen != _remembered(request):
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Set-Cookie", _cookie(chosen, request.url.scheme == "https"))
            await send(message)

        await self.app(scope, receive, sent)


def _remembered(request: Request) -> str:
    kept = request.cookies.get(COOKIE, "")
    return kept if kept in LANGUAGES else str(request.app.state.service.settings.language)


def _cookie(language: str, secure: bool) -> str:
    return f"{COOKIE}={language}; Max-Age={YEAR}; Path=/; HttpOnly; SameSite=Lax{'; Secure' * secure}"

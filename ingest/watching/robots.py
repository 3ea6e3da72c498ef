"""What a site's robots.txt says of a page (RFC 9309)."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ingest.watching.agent import TOKEN
from ingest.watching.reasons import NotRead, Reason
from vectorstore.watchable import Place

KEPT_SECONDS = 86400.0
UNREACHED_SECONDS = 600.0
"""How long it is taken for granted that a robots.txt cannot be had."""
ROBOTS_BYTES = 512 * 1024
_NOT_NOW = frozenset({429})
"""Client errors that do not mean that there are no rules."""


def is_fresh(rules: Mapping[str, Any]) -> bool:
    """Whether the rules that are remembered can be used still."""
    age = time.time() - float(rules.get("at", 0))
    return 0 <= age < (KEPT_SECONDS if rules.get("known") else UNREACHED_SECONDS)


def rules_of(read: Callable[[], tuple[int, bytes]]) -> dict[str, Any]:
    """The rules as they are remembered; `read` returns a status and a body, or raises NotRead.

    No robots.txt (4xx) means that all is allowed; one that cannot be had, that nothing is for now.
    """
    try:
        status, body = read()
    except NotRead as error:
        if error.code is Reason.WAIT:
            raise
        return {"at": time.time(), "known": False, "why": f"{error.code} {error.detail}".strip()}
    if status == 200:
        return {"at": time.time(), "known": True, "text": body.decode("utf-8", "replace")}
    missing = 400 <= status < 500 and status not in _NOT_NOW
    return {"at": time.time(), "known": missing, "text": "", "why": str(status)}


def check_rules(rules: Mapping[str, Any], place: Place) -> float:
    """Seconds to leave between two requests; raises NotRead when the page may not be read."""
    if not rules.get("known"):
        raise NotRead(Reason.ROBOTS_UNKNOWN, rules.get("why", ""))
    if not rules.get("text"):
        return 0
    from protego import Protego

    parsed = Protego.parse(str(rules["text"]))
    if not parsed.can_fetch(place.address, TOKEN):
        raise NotRead(Reason.ROBOTS, place.host)
    return max(0.0, float(parsed.crawl_delay(TOKEN) or 0))

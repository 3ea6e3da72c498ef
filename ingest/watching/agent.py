"""How we introduce ourselves to the sites that are read."""

import unicodedata
from importlib.metadata import version

from vectorstore.settings import Settings

TOKEN = "utblick"
"""The name that a robots.txt may have rules for."""


def user_agent(settings: Settings) -> str:
    """Who reads, for whom, and where more can be learnt: "utblick/0.1.0 (+https://…; Region Örebro län)"."""
    address = settings.public_url or settings.organisation_url
    about = [address and f"+{address}", settings.organisation, settings.contact]
    told = "; ".join(part for part in map(_plain, about) if part)
    return f"{TOKEN}/{version('utblick')}" + (f" ({told})" if told else "")


def _plain(text: str) -> str:
    """In ASCII, which is all that headers carry safely."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join("".join(c if c.isprintable() and c not in "()\\" else " " for c in letters).split())[:120]

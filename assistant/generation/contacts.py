"""Links, e-mail addresses and telephone numbers: tokens for the model, put back in what it writes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.contact_data import EMAIL, TELEPHONE, WEB, contact_data

FOUND = re.compile(rf"(?P<mail>{EMAIL})|(?P<link>{WEB})|(?P<phone>{TELEPHONE})", re.IGNORECASE)
TOKEN = re.compile(r"\b(?:link|mail|phone)_\d+\b", re.IGNORECASE)
SIGNS = re.compile(r"[\W_]+")
ENDS = ".,;:!?'\"”»"
"""Signs that end a sentence rather than an address."""


@dataclass(slots=True)
class Contacts:
    """The tokens of one request, such as "link_1", with what each stands for."""

    kept: dict[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """`text` with a token for each link, address and number; tokens that it brings are made harmless."""
        return FOUND.sub(self._token, TOKEN.sub(lambda match: match.group().replace("_", " "), text))

    def restore(self, text: str) -> str:
        """`text` with what its tokens stand for; a token that was never given stays as it is."""
        return TOKEN.sub(lambda match: self.kept.get(match.group().lower(), match.group()), text)

    def _token(self, match: re.Match[str]) -> str:
        found = match.group().rstrip(ENDS)
        known = next((token for token, value in self.kept.items() if value == found), "")
        token = known or f"{match.lastgroup}_{len(self.kept) + 1}"
        self.kept[token] = found
        return token + match.group()[len(found) :]


def are_known(text: str, quotes: Sequence[str]) -> bool:
    """Whether `text` has no contact data but links, and those from its quotes."""
    if TOKEN.search(text):
        return False
    linked = _letters(" ".join(quotes))
    found = [match.group() for match in contact_data(text)]
    return all(one.casefold().startswith(("http", "www.")) and _letters(one) in linked for one in found)


def _letters(text: str) -> str:
    return SIGNS.sub("", text.casefold())

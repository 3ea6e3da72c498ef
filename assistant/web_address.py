"""Web addresses that other people wrote, as far as they may be linked to."""

from urllib.parse import urlsplit


def web_address(text: str) -> str:
    """`text` if it is one plain http or https address, else nothing."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    plain = parts.scheme in ("http", "https") and parts.netloc and text.split() == [text]
    return text if plain else ""

"""Where the service may be reached and which sites may show it, as the settings say."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from vectorstore.settings import PREFIX, Settings, SettingsError

HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")


@dataclass(frozen=True, slots=True)
class Origins:
    """`hosts` we answer to, our `own` public origin, and those that may show the chat in their pages."""

    hosts: frozenset[str] = HOSTS
    own: frozenset[str] = frozenset()
    embedding: frozenset[str] = frozenset()


def allowed_origins(settings: Settings) -> Origins:
    """What the settings allow; SettingsError names the key and the value that is no origin."""
    hosts, own = HOSTS | {settings.host}, frozenset[str]()
    if settings.public_url:
        public = _origin(settings.public_url, "PUBLIC_URL")
        hosts, own = hosts | {urlsplit(public).hostname or ""}, frozenset({public})
    embedding = frozenset(_origin(each, "EMBED_ORIGINS") for each in settings.embed_origins.split())
    return Origins(hosts, own, embedding)


def _origin(text: str, key: str) -> str:
    """`text` as browsers write an origin: lower case, no default port, foreign letters in ASCII."""
    try:
        parts = urlsplit(text)
        name, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        name, port = "", None
    bare = name and parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if not bare or parts.scheme not in _PORTS or not _NAME.fullmatch(name):
        raise SettingsError(
            f"{PREFIX}{key}={text!r}: no origin; expected https://name or https://name:port, without a path"
        )
    host = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS[parts.scheme]) else "")

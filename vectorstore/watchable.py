"""What may be watched: addresses whose host is on the list, and folders of this machine."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from vectorstore.settings import Settings

LONGEST = 1000
"""Characters of an address."""
_PORTS = {"http": 80, "https": 443}
_ODD = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")


class NotWatchable(Exception):
    """It may not be watched; `code` names the text that says why, `detail` fills it in."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads: `address` is its one written form, `host` in ASCII and lower case."""

    address: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, which share one robots.txt."""
        return f"{self.scheme}://{bracketed(self.host)}:{self.port}"


def bracketed(host: str) -> str:
    """A host as addresses have it."""
    return f"[{host}]" if ":" in host else host


def check_address(address: str, settings: Settings) -> Place:
    """Where `address` leads; raises NotWatchable unless its host is on UTBLICK_WATCH_HOSTS."""
    text = address.strip()
    if not text or len(text) > LONGEST or _ODD.search(text):
        raise NotWatchable("address", text[:100])
    try:
        parts = urlsplit(text)
        host, port = _ascii(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError) as error:
        raise NotWatchable("address", text[:100]) from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise NotWatchable("scheme", scheme[:40] or text[:100])
    if not host:
        raise NotWatchable("address", text[:100])
    if "@" in parts.netloc:
        raise NotWatchable("credentials", host)
    usual = port is None or port == _PORTS[scheme]
    if not _listed(host, port, usual, settings.watch_hosts):
        known = usual or not _listed(host, None, True, settings.watch_hosts)
        raise NotWatchable("host" if known else "port", host if known else f"{host}:{port}")
    netloc = bracketed(host) + ("" if usual else f":{port}")
    path = _escaped(parts.path or "/")
    query = _escaped(parts.query)
    written = urlunsplit((scheme, netloc, path, query, ""))
    return Place(written, scheme, host, port or _PORTS[scheme], path + (f"?{query}" if query else ""))


def check_folder(path: str, settings: Settings) -> str:
    """The folder's whole path; raises NotWatchable unless there is such a folder, outside of our own."""
    if not path.strip() or "\x00" in path:
        raise NotWatchable("folder_missing", path[:100])
    try:
        folder = Path(path.strip()).expanduser()
        whole = folder.resolve()
        there = folder.is_absolute() and whole.is_dir()
    except (OSError, RuntimeError) as error:
        raise NotWatchable("folder_missing", path[:100]) from error
    if not there:
        raise NotWatchable("folder_missing", path[:100])
    own = settings.data_dir.resolve()
    if whole == own or own in whole.parents or whole in own.parents:
        raise NotWatchable("folder_own", str(whole))
    return str(whole)


def _ascii(host: str) -> str:
    """The host as the name service knows it; raises UnicodeError or ValueError."""
    host = host.lower().rstrip(".")
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if host and (len(host) > 253 or not _NAME.fullmatch(host)):
        raise ValueError(host)
    return host


def _listed(host: str, port: int | None, usual: bool, hosts: str) -> bool:
    """Whether an entry names the host; a port that is not the usual one has to be named with it."""
    for entry in hosts.lower().split():
        try:
            parts = urlsplit(f"//{entry}")
            name, wanted = parts.hostname or "", parts.port
            below = name.startswith("*.")
            name = _ascii(name.removeprefix("*."))
        except (ValueError, UnicodeError):
            continue
        if wanted is not None and wanted != port or wanted is None and not usual:
            continue
        if name and (host.endswith(f".{name}") if below else host == name):
            return True
    return False


def _escaped(text: str) -> str:
    """Letters beyond ASCII as their percent signs; what is escaped already stays."""
    return "".join(c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in text)

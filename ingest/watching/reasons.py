"""Why something that is watched could not be read."""

from enum import StrEnum


class Reason(StrEnum):
    """The codes that are stored; the words for them are in prompts/*/watching.md."""

    ADDRESS = "address"
    SCHEME = "scheme"
    CREDENTIALS = "credentials"
    HOST = "host"
    PORT = "port"
    PRIVATE = "private"
    UNRESOLVED = "unresolved"
    REDIRECTS = "redirects"
    ROBOTS = "robots"
    ROBOTS_UNKNOWN = "robots_unknown"
    CONNECTION = "connection"
    TLS = "tls"
    TIME = "time"
    SIZE = "size"
    TYPE = "type"
    ENCODING = "encoding"
    LATER = "later"
    WAIT = "wait"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    STATUS = "status"
    UNREADABLE = "unreadable"
    NO_TEXT = "no_text"
    DUPLICATE = "duplicate"
    FEED = "feed"
    FOLDER_MISSING = "folder_missing"
    FOLDER_EMPTY = "folder_empty"
    FOLDER_CLOSED = "folder_closed"
    FOLDER_LARGE = "folder_large"
    FOLDER_OWN = "folder_own"
    MANY_GONE = "many_gone"
    INTERNAL = "internal"


REFUSALS = frozenset(
    {Reason.ADDRESS, Reason.SCHEME, Reason.CREDENTIALS, Reason.HOST, Reason.PORT, Reason.PRIVATE}
    | {Reason.ROBOTS}
)
"""What is not allowed, as against what does not work today."""


class NotRead(Exception):
    """It could not be read. `retry` is how many seconds the host asks to be left alone for."""

    def __init__(self, code: str, detail: object = "", retry: float = 0) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.retry = Reason(code), str(detail)[:300], retry

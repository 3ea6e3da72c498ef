"""Checks of one value in Block Kit each; what is wrong is told with the place where it stands."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
Check = Callable[[Any, str], Iterator[str]]
URL, ALT = 3000, 2000


@dataclass(frozen=True)
class Kind:
    """A kind of object: what it must have, and a check for everything that it may have."""

    fields: Mapping[str, Check]
    required: tuple[str, ...] = ()


def string(most: int, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{at}: not a string"
        elif not least <= len(value) <= most:
            yield f"{at}: {len(value)} characters, must be {least} to {most}"

    return check


def flag(value: Any, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{at}: not true or false"


def whole(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{at}: not a whole number from {least} to {most}"

    return check


def one_of(*values: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in values:
            yield f"{at}: not one of {', '.join(values)}"

    return check


def url(value: Any, at: str) -> Iterator[str]:
    """An address that a person can open."""
    yield from string(URL)(value, at)
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    if not (parts.scheme == "mailto" or (parts.scheme in ("http", "https") and parts.netloc)):
        yield f"{at}: not an address"
    elif any(character.isspace() for character in str(value)):
        yield f"{at}: white space in an address"


def text(most: int, *kinds: str) -> Check:
    """A text object of one of the kinds, plain_text when none is named."""
    allowed = kinds or ("plain_text",)

    def check(value: Any, at: str) -> Iterator[str]:
        fields = {"type": one_of(*allowed), "text": string(most), "emoji": flag, "verbatim": flag}
        yield from has(value, at, Kind(fields, ("type", "text")))
        if isinstance(value, dict):
            strange = "verbatim" if value.get("type") == "plain_text" else "emoji"
            if strange in value:
                yield f"{at}: {value.get('type')} has no {strange}"

    return check


def any_text(most: int = 3000) -> Check:
    """Plain text or mrkdwn."""
    return text(most, "plain_text", "mrkdwn")


def has(value: Any, at: str, kind: Kind) -> Iterator[str]:
    """What is wrong with an object of a kind: missing, unknown and faulty fields."""
    if not isinstance(value, dict):
        yield f"{at}: not an object"
        return
    for name in kind.required:
        if name not in value:
            yield f"{at}: {name} is missing"
    for name, inner in value.items():
        if name not in kind.fields:
            yield f"{at}: unknown field {name}"
        else:
            yield from kind.fields[name](inner, f"{at}.{name}")


def thing(kind: Kind) -> Check:
    """An object of this kind."""
    return lambda value, at: has(value, at, kind)


def typed(kinds: Mapping[str, Kind]) -> Check:
    """An object whose type says of which kind it is."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = kinds.get(str(value.get("type"))) if isinstance(value, dict) else None
        if kind is None:
            yield f"{at}: not one of {', '.join(sorted(kinds))}"
        else:
            yield from has(value, at, Kind({**kind.fields, "type": string(50)}, kind.required))

    return check


def several(check: Check, least: int, most: int) -> Check:
    def checked(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: not a list"
            return
        if not least <= len(value) <= most:
            yield f"{at}: {len(value)} of them, must be {least} to {most}"
        for number, each in enumerate(value):
            yield from check(each, f"{at}[{number}]")

    return checked

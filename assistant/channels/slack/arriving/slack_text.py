"""What somebody wrote in Slack, in the plain words that were meant."""

import re

from assistant.personal import visible

LONGEST = 100_000
"""Characters that are looked at; Slack takes no more than 40 000 in a message."""
_MARKED = re.compile(r"<([^<>]*)>")
_EMOJI = re.compile(r":[\w+'-]{1,100}:")
_BLANKS = re.compile(r"[^\S\n]+")
_LOOSE = re.compile(r" ([?!.,])(?=\s|\Z)")
_LINES = re.compile(r" ?\n ?(?:\n ?)+")
_ADDRESS = re.compile(r"\A[,;:](?=\s)")
_OTHERS = re.compile(r"\s*<(?:@|!(?!date\^))([A-Za-z0-9]*)")


def plain(text: str, own_user: str) -> str:
    """`text` with people, channels, links and dates by their names instead of marks, `own_user` left out."""
    named = _MARKED.sub(lambda found: _name(found[1], own_user), text[:LONGEST])
    # Last, since what they stand for is not a mark.
    words = named.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    lines = _LINES.sub("\n\n", _BLANKS.sub(" ", visible(words))).strip()
    # What a name that is left out leaves behind.
    return _LOOSE.sub(r"\1", _ADDRESS.sub("", lines).strip())


def says(text: str) -> bool:
    """Whether there is a word in plain text: emoji and signs alone ask nothing."""
    return any(sign.isalnum() for sign in _EMOJI.sub("", text))


def mentions(text: str, user: str) -> bool:
    """Whether Slack's text mentions `user`."""
    return bool(user) and any(_user(found[1]) == user for found in _MARKED.finditer(text[:LONGEST]))


def to_others(text: str, own_user: str) -> bool:
    """Whether Slack's text begins by turning to somebody else: a person, a group or everyone there."""
    first = _OTHERS.match(text)
    return first is not None and first[1] != own_user


def _user(mark: str) -> str:
    return mark[1:].partition("|")[0] if mark.startswith("@") else ""


def _name(mark: str, own_user: str) -> str:
    target, _, label = mark.partition("|")
    if target.startswith("@"):
        return f"@{label.removeprefix('@')}" if label and _user(mark) != own_user else ""
    if target.startswith("#"):
        return f"#{label.removeprefix('#')}" if label else ""
    if target.startswith("!"):
        return label
    return label or target.removeprefix("mailto:")

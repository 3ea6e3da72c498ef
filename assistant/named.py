"""Whether the names in a claim are those of its quotes, also where another language calls them otherwise."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from assistant.names import SENTENCE_END, names
from assistant.values import find_dates
from vectorstore.entities import PLACES, Kind
from vectorstore.naming import Names

TOKEN = re.compile(r"[\w&+]+(?:[’'][\w]+)?")
LISTED = re.compile(r"(?:,| (?:och|and|og|samt)) [A-ZÅÄÖÆØ]")
COMPOUND = re.compile(r"\b(EU)(?=-[a-zåäöæø])")
SHORT = 3
"""Letters up to which a beginning in grounding.yaml is the whole word."""
LONG = 5
"""Letters of a name from which a word may go on after it: Interreg in Interregprojektet."""
Span = tuple[int, int]


@cache
def grounds(key: str) -> Any:
    """What stands under `key` in grounding.yaml."""
    return yaml.safe_load(files("assistant").joinpath("grounding.yaml").read_text("utf-8"))[key]


def begins(word: str, starts: Iterable[str]) -> bool:
    """Whether the word, in lower case, is one of the beginnings, or is longer than one of them."""
    return any(word == one or (len(one) > SHORT and word.startswith(one)) for one in starts)


def unsupported_names(claim: str, held: str, register: Names) -> list[str]:
    """The names in `claim` that `held` has neither as written nor by another name of the same thing."""
    claim = COMPOUND.sub(lambda match: match.group().lower(), claim)
    tokens = [_plain(match.group()) for match in TOKEN.finditer(held)]
    known, wrong = _entities(claim, held, tokens, register)
    missing = [claim[start:end] for start, end in wrong]
    skipped = [*known, *wrong, *((date.start, date.end) for date in find_dates(claim))]
    for name in names(claim):
        opens = bool(SENTENCE_END.search(claim[: name.start]))
        missing += _missing(name.text, name.start, skipped, opens, tokens)
    missing += [
        word
        for word in _openers(claim, skipped)
        if not (_same(word, tokens) or _stands([_plain(word)], tokens))
    ]
    return list(dict.fromkeys(missing))


def without_known(claim: str, held: str, register: Names) -> str:
    """`claim` with blanks for the names of things that `held` names too: their figures are the name's."""
    tokens = [_plain(match.group()) for match in TOKEN.finditer(held)]
    for start, end in _entities(claim, held, tokens, register)[0]:
        claim = claim[:start] + " " * (end - start) + claim[end:]
    return claim


def _entities(claim: str, held: str, tokens: list[str], register: Names) -> tuple[list[Span], list[Span]]:
    """Where the claim names things of the register that `held` names too, and where others."""
    there = {one.entity.id for one in (*register.find(held), *register.places(held))}
    known: list[Span] = []
    wrong: list[Span] = []
    for one in (*register.find(claim), *register.places(claim)):
        if any(start <= one.start and one.end <= end for start, end in known):
            continue
        short = any(_stands([_plain(part)], tokens) for part in one.entity.abbreviations)
        fits = (
            short
            or one.entity.id in there
            or _stands([_plain(part) for part in TOKEN.findall(one.written)], tokens)
        )
        if fits or _same(one.written, tokens):
            known.append((one.start, one.end))
        elif one.entity.kind in PLACES or (
            one.written != one.written.lower() and one.entity.kind is not Kind.TERM
        ):
            wrong.append((one.start, one.end))
    return known, [
        span for span in wrong if not any(start <= span[0] and span[1] <= end for start, end in known)
    ]


def _missing(name: str, offset: int, skipped: Sequence[Span], opens: bool, tokens: list[str]) -> list[str]:
    """The parts of a name, outside the spans already dealt with, that do not stand in `tokens`.

    Beside what does, a word may be an ordinary one with a capital, or the first of its sentence.
    """
    parts = list(TOKEN.finditer(name))
    left = [
        part for part in parts if not _within(part, offset, skipped) and part.group() != part.group().lower()
    ]
    rest = [part for part in left if not _is_ordinary(part.group(), tokens)]
    for tried in (left, rest, rest[1:] if opens and len(parts) > 1 and rest[:1] == parts[:1] else rest):
        if not tried or _stands([_plain(part.group()) for part in tried], tokens):
            return []
    return [" ".join(part.group() for part in rest)]


def _is_ordinary(word: str, tokens: list[str]) -> bool:
    plain = _plain(word)
    return plain in grounds("ordinary") or plain.isdigit() or _same(word, tokens)


def _same(written: str, tokens: list[str]) -> bool:
    """Whether `tokens` have a word for the same place, people or day in any of the languages."""
    plain = " ".join(_plain(part) for part in TOKEN.findall(written))
    rows = [row for row in grounds("same") if begins(plain, row)]
    text = f" {' '.join(tokens)} "
    return any(any(begins(token, row) for token in tokens) or _phrase(row, text) for row in rows)


def _openers(claim: str, skipped: Sequence[Span]) -> list[str]:
    """The single words that open a sentence and are names: of a country, or listed with other names.

    Others with a capital there cannot be told from ordinary words.
    """
    first = [match for match in TOKEN.finditer(claim) if SENTENCE_END.search(claim[: match.start()])]
    told = [match for match in first if not _within(match, 0, skipped)]
    return [match.group() for match in told if _row(match.group()) or LISTED.match(claim, match.end())]


def _row(word: str) -> bool:
    return any(begins(_plain(word), row) for row in grounds("same"))


def _phrase(row: list[str], text: str) -> bool:
    return any(f" {one} " in text for one in row if " " in one)


def _stands(parts: list[str], tokens: list[str]) -> bool:
    """Whether the words of a name stand one after the other in `tokens`."""
    size = len(parts)
    return size > 0 and any(
        all(_equal(part, token) for part, token in zip(parts, tokens[place : place + size], strict=True))
        for place in range(len(tokens) - size + 1)
    )


def _equal(part: str, token: str) -> bool:
    if part == token or part == f"{token}s" or token == f"{part}s":
        return True
    return len(token) >= LONG and part.startswith(token) and token not in grounds("ordinary")


def _plain(word: str) -> str:
    return re.sub(r"[’']s$", "", word).replace("’", "'").casefold()


def _within(part: re.Match[str], offset: int, spans: Sequence[Span]) -> bool:
    return any(start <= offset + part.start() and offset + part.end() <= end for start, end in spans)

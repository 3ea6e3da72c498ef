"""Words, dates and numbers in quotes of another language, with what they are in the answer's."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from assistant.drafts import Asked, Draft, Line, Wording
from assistant.facts.patterns import table
from assistant.facts.titles import as_said
from assistant.sifting import lines
from assistant.values import find_dates, find_figures
from prompts import fill, phrases
from vectorstore.entities import Kind
from vectorstore.naming import Named, Names
from vectorstore.queries import Hit

LETTER = re.compile(r"[^\W\d]")
WORD = re.compile(r"\w+")
NEAR = frozenset({"sv", "no", "da"})
"""Languages in which dates and numbers are understood from each other."""
HIGH = 4
"""The lowest number in words that is worth a pair."""
SAME = 4
"""Letters at the beginning by which a word is understood without help."""
ENDINGS = r"(?:s|ens?|ets?|ns?|nas?|a|ar|arnas?|or|ornas?|er|ernas?|ene|e|t|ts|rs?|rnas?|andes?|ande)?"
"""Endings of nouns in Swedish and Norwegian; with any other it is a verb or another word."""
MOST_EACH = 4
"""Pairs for one quote."""
MOST = 9
"""Pairs in one line; more are not read."""


@dataclass(frozen=True, slots=True)
class Glossed:
    """The step that adds a line on the words of quotes in another language, whatever made the draft."""

    names: Callable[[], Names]

    def apply(self, draft: Draft, asked: Asked, hits: Sequence[Hit] = ()) -> Draft:
        """`draft` with the line before its closing, unless it has it already."""
        line = gloss(list(lines(draft)), asked.language, self.names())
        known = line is None or any(one.text == line.text for one in draft.closing)
        return draft if known or line is None else replace(draft, closing=(line, *draft.closing))


def gloss(shown: Sequence[Line], language: str, names: Names) -> Line | None:
    """One line of "word = word" for the quotes in other languages; None where nothing needs it.

    Only what can be told for certain is said: names of the register, dates and numbers in words.
    """
    pairs: dict[str, str] = {}
    used: dict[str, Line] = {}
    for line in shown:
        if not _is_foreign(line, language):
            continue
        found = _pairs(line.text, _language(line), language, names)
        new = ((word, said) for word, said in found if said not in pairs.values())
        for word, said in islice(new, min(MOST_EACH, MOST - len(pairs))):
            pairs[word], used[word] = said, line
    if not pairs:
        return None
    quotes = {quote.key: quote for line in used.values() for quote in line.quotes}
    told = "; ".join(f"{word} = {said}" for word, said in pairs.items())
    return Line(
        fill(phrases("facts", language)["glosses"], pairs=told), tuple(quotes.values()), Wording.CLAIMED
    )


def _pairs(text: str, spoken_in: str, language: str, names: Names) -> Iterator[tuple[str, str]]:
    found = names.find(text)
    for one in found:
        called = one.entity.names.get(language, ())
        same = [*called, *one.entity.abbreviations]
        known = any(_bare(one.written).startswith(_bare(name)) for name in same)
        if called and not known and _is_its_name(one) and not _same(one.written, called[0]):
            yield one.written, called[0]
    if not {language, spoken_in} <= NEAR:
        yield from _dates(text, language)
        yield from _numbers(text)
    for one in found:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    yield from _field_words(text, language)


def _is_its_name(one: Named) -> bool:
    """Whether the words are the first name of a term or a programme, as one of the languages has it.

    A second name may be words in their plain sense, or wider or narrower than the first.
    """
    first = [names[0] for names in one.entity.names.values() if names]
    return one.entity.kind in (Kind.TERM, Kind.PROGRAMME) and any(_same(one.written, name) for name in first)


def _same(one: str, other: str) -> bool:
    return _bare(one) in _bare(other) or _bare(other) in _bare(one)


def _field_words(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Words of glossary.yaml; for a reader of a near language only those that it calls otherwise."""
    for match in _glossary().finditer(text):
        start = next(one for one in _meanings() if match.group().casefold().startswith(one))
        said = _meanings()[start].get(language, "")
        if said and not match.group().casefold().startswith(said[:SAME]):
            yield match.group(), said


@cache
def _meanings() -> dict[str, dict[str, str]]:
    rows = table("glossary")["words"]
    return {start: row for row in rows for start in row["starts"]}


@cache
def _glossary() -> re.Pattern[str]:
    starts = "|".join(map(re.escape, _meanings()))
    return re.compile(rf"\b(?:{starts}){ENDINGS}(?!\w)", re.IGNORECASE)


def _dates(text: str, language: str) -> Iterator[tuple[str, str]]:
    found = find_dates(text)
    for date in found:
        said = as_said(date.key, language)
        alone = sum(one.start == date.start for one in found) == 1
        if alone and LETTER.search(date.text) and _words(said) != _words(date.text):
            yield date.text, said


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    dates = find_dates(text)
    for figure in find_figures(text):
        if (
            figure.text.isalpha()
            and int(figure.key) >= HIGH
            and not any(date.start <= figure.start < date.end for date in dates)
        ):
            yield figure.text, figure.key


def _bare(text: str) -> str:
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _is_foreign(line: Line, language: str) -> bool:
    return line.wording is Wording.QUOTED and _language(line) not in ("", language)


def _language(line: Line) -> str:
    return line.quotes[0].hit.document.metadata.language if line.quotes else ""

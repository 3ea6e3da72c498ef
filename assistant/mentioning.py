"""Whether what a question names stands in the documents found: if not, they are about another thing."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from os.path import commonprefix

from assistant.names import names as capital_names
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.passages import Document
from vectorstore.queries import Hit

THINGS = frozenset({Kind.PROGRAMME, Kind.PROJECT, Kind.ORGANISATION, Kind.STRATEGY})
"""Kinds with figures, dates and people of their own. A place may go unsaid: a programme covers it."""
WORD = re.compile(r"\w+")
ACRONYM = re.compile(r"[A-ZÅÄÖÆØ]{4,}\d*")
DASHES = str.maketrans("–—‑", "---")
SHORTEST_GUESSED = 6
"""Letters from which a word with one wrong letter is still the same word."""
SHORTEST_FREE = 4
"""Letters from which a spelling counts in any case; shorter ones are acronyms."""


def mentioning(text: str, hits: Sequence[Hit], names: Names) -> list[Hit]:
    """The hits in whose documents a thing that `text` names stands; all of them when it names none.

    Things are programmes, projects and bodies: those of the register, and other names of two words with
    capitals or of capitals alone. What other documents say on the same matter is about other things. So is
    what documents of other regions say, where it names a place and no thing.
    """
    spellings = _things(text, names)
    if not spellings:
        return _of_places(text, hits, names)
    documents = {hit.document.id: hit.document for hit in hits}
    told = {
        key for key, one in documents.items() if any(_stands(each, _text(one)) for each in spellings.values())
    }
    return [hit for hit in hits if hit.document.id in told]


def _of_places(text: str, hits: Sequence[Hit], names: Names) -> list[Hit]:
    """The hits of documents for the regions that `text` names, for all regions, or that name the place."""
    places = [one.entity for one in names.places(text)]
    regions = {region for place in places for region in _regions(place, names)}
    if not regions:
        return list(hits)
    spellings = [spelling for place in places for spelling in place.recognised]

    def concerns(hit: Hit) -> bool:
        of = hit.document.metadata.regions
        return not of or not regions.isdisjoint(of) or _stands(spellings, hit.passage.text)

    return [hit for hit in hits if concerns(hit)]


def _regions(place: Entity, names: Names) -> set[str]:
    """The place, its counties and the areas those belong to, as documents' metadata name them."""
    counties = names.counties(place)
    areas = [one for county in counties for one in names.applying(county) if one.kind is Kind.AREA]
    return {*names.regions(place), *(one.region for one in [*counties, *areas] if one.region)}


def _things(text: str, names: Names) -> dict[str, tuple[str, ...]]:
    """Each thing that the text names, with the spellings under which it may stand in a document."""
    found = names.find(text)
    things = {
        one.written: (one.written, *one.entity.recognised) for one in found if one.entity.kind in THINGS
    }
    for name in capital_names(text):
        known = any(one.start < name.end and name.start < one.end for one in found)
        opens = not text[: name.start].strip() or text[: name.start].rstrip()[-1] in ".!?:"
        # "Väntar Det ..." opens a sentence; a name put after a question says what that is about.
        opens = opens and bool(text[name.end :].strip(" ?!."))
        several = len(name.text.split()) > 1 and not opens
        if not known and not name.is_place and (several or ACRONYM.fullmatch(name.text)):
            things[name.text] = (name.text,)
    return things


def _text(document: Document) -> str:
    told = document.metadata
    return f"{told.title}\n{told.publisher}\n{document.source}\n{document.text}".translate(DASHES)


def _stands(spellings: Iterable[str], text: str) -> bool:
    return any(_pattern(spelling).search(text) for spelling in spellings) or any(
        _all_words(spelling, text) for spelling in spellings if len(spelling.split()) > 1
    )


@cache
def _pattern(spelling: str) -> re.Pattern[str]:
    """The spelling where a word begins; also inside a compound or with an ending where it is long."""
    words = r"[\s-]+".join(re.escape(word) for word in spelling.translate(DASHES).replace("-", " ").split())
    if len(spelling) >= SHORTEST_FREE:
        return re.compile(rf"(?<!\w){words}" if len(spelling) < SHORTEST_GUESSED else words, re.IGNORECASE)
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _all_words(spelling: str, text: str) -> bool:
    """Whether every word of a longer name stands in the text, with one letter wrong or an ending at most."""
    held = {word.casefold() for word in WORD.findall(text)}
    return all(_held(word.casefold(), held) for word in WORD.findall(spelling))


def _held(word: str, held: set[str]) -> bool:
    stem = word.removesuffix("s")
    if word in held or stem in held:
        return True
    guessed = (each for each in held if each[0] == word[0] and abs(len(each) - len(word)) <= 1)
    return len(word) >= SHORTEST_GUESSED and any(_one_apart(word, each) for each in guessed)


def _one_apart(one: str, other: str) -> bool:
    """Whether a letter added, left out or exchanged makes one of the other."""
    same = len(commonprefix([one, other]))
    left, right = one[same:], other[same:]
    return left[1:] == right[1:] or left == right[1:] or left[1:] == right

"""Documents that a question means by describing them: the blog, the article about X, the strategy of Y."""

import math
import re
from dataclasses import dataclass
from functools import cache

from assistant.comparison.items import Item
from assistant.comparison.signs import listed, pattern
from assistant.names import names as capitals
from assistant.names import subject_words
from vectorstore.entities import PLACES
from vectorstore.naming import Names
from vectorstore.queries import Query
from vectorstore.reading import Listed
from vectorstore.store import Store

ENOUGH = 2.0
"""What a document must have of what is said of it: its region or name, or its kind and its subject."""
AS_GOOD = 1.0
"""How much worse a document may fit that is meant as well."""
MOST = 2
LOOKED_AT = 12
"""Passages found for a description that tell which documents are about it."""
REGION, TITLE, FOUND, NAMING = 1.5, 1.5, 1.5, 1.0
"""What counts for a document: its region, the words of its title, that a search finds it, what it names."""
JOINED = re.compile(r"(?:'s|’s|s)?[\s-]*")
SHORTEST = 4
ENDING = "en|n|et|t|ens|ets|s|ar|er"
STEM = 7
"""Letters of a word that its forms share."""


@dataclass(frozen=True, slots=True)
class Description:
    """text[start:end] means a document: of which `kind`, and in which words it is told from others."""

    start: int
    end: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Library:
    """Finds the documents of a store that descriptions mean."""

    store: Store

    def described(self, text: str) -> list[Item]:
        """The documents that the question describes, each once; a description that none fits is left out."""
        found: dict[str, Item] = {}
        for one in descriptions(text, self.store.names()):
            if meant := self.meant(one):
                label = text[one.start : one.end].strip()
                found.setdefault(meant[0], Item(label, one.start, one.end, documents=meant))
        return list(found.values())

    def meant(self, one: Description) -> tuple[str, ...]:
        """The ids of the document that fits best and those as good; none where none fits well."""
        found = [hit.document.id for hit in self.store.retriever.retrieve(Query(one.words, LOOKED_AT))]
        ranks = {document: rank for rank, document in reversed(list(enumerate(found)))}
        naming = self._naming(one.words)
        names = self.store.names()
        weighed = [
            (_fit(one, names, each, ranks.get(each.id)) + NAMING * (each.id in naming), each)
            for each in self.store.documents()
        ]
        best = max((fit for fit, _ in weighed), default=0.0)
        as_good = [pair for pair in weighed if pair[0] >= max(ENOUGH, best - AS_GOOD)]
        return tuple(each.id for _, each in sorted(as_good, key=lambda pair: -pair[0])[:MOST])

    def _naming(self, words: str) -> set[str]:
        """The documents that name what the words name, places aside."""
        named = [one.entity for one in self.store.names().find(words) if one.entity.kind not in PLACES]
        return {one.document_id for entity in named for one in self.store.names.mentioning(entity.id)}


def descriptions(text: str, names: Names) -> list[Description]:
    """Where the question speaks of documents in words that tell them apart."""
    made = []
    for match in _noun().finditer(text):
        before = match["before"].strip("-")
        start = match.start()
        if not before or match["before"].endswith("-"):
            start = min(start, _name_before(text, match.start("noun"), names))
        words = text[start : match.start("noun")].strip("- ")
        after = None if words else pattern("about").match(text, match.end())
        words = words or (after["about"].strip() if after else "")
        if re.search(r"\w{3}", words):
            end = after.end("about") if after else match.end()
            made.append(Description(start, end, _kinds()[match["noun"].casefold()], words))
    return made


def _name_before(text: str, position: int, names: Names) -> int:
    """Where the name begins that stands right before `position`; `position` itself for none."""
    spans = [(one.start, one.end) for one in capitals(text)]
    spans += [(one.start, one.end) for one in names.find(text)]
    near = [start for start, end in spans if start < position and JOINED.fullmatch(text[end:position])]
    return min(near, default=position)


def _fit(one: Description, names: Names, document: Listed, rank: int | None) -> float:
    """How well a document fits: its regions, the words of its title, its kind, and what it is about."""
    metadata = document.metadata
    wanted = {region for place in names.places(one.words) for region in names.regions(place.entity)}
    fit = REGION * bool(wanted & set(metadata.regions)) / math.sqrt(max(1, len(metadata.regions)))
    called = f"{metadata.title} {metadata.publisher} {document.source}".casefold()
    telling = [*(name.text for name in capitals(one.words)), *subject_words(one.words, common=True)]
    words = [word.casefold() for word in telling if len(word) >= SHORTEST]
    fit += TITLE * sum(word[:STEM] in called for word in words) / max(1, len(words))
    fit += FOUND / (1 + rank / 3) if rank is not None else 0.0
    return fit + _kind_fit(one.kind, document)


def _kind_fit(kind: str, document: Listed) -> float:
    """Above 0 where the document shows that it is of the kind, below where it says that it is of another."""
    metadata = document.metadata
    said, has_posts = bool(metadata.kind), "posts" in metadata.found.values()
    called = f"{metadata.title} {metadata.kind}".casefold()
    shown = {name for word, name in _kinds().items() if name != "text" and word in called}
    if kind == "text":
        return -0.5 * said
    if kind == "blog":
        return 1.5 if has_posts else -1.0
    if kind == "sheet":
        return 1.0 if said else -1.0
    if kind in shown:
        return 1.0
    return -2.0 if said or has_posts else float(kind == "article" and not shown)


@cache
def _kinds() -> dict[str, str]:
    """The kind that each word for a document means."""
    return {word: kind for kind, words in listed("documents").items() for word in words}


@cache
def _noun() -> re.Pattern[str]:
    nouns = "|".join(sorted(map(re.escape, _kinds()), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?P<before>(?:[\w–]+?-?)??)(?P<noun>{nouns})(?:{ENDING})?(?!\w)", re.IGNORECASE
    )

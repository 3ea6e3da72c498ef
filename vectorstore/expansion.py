"""What a question names is searched for by its other names too."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from itertools import chain, zip_longest

from vectorstore.entities import Entity, Kind
from vectorstore.name_tree import fold
from vectorstore.naming import Named, Names
from vectorstore.passages import Status
from vectorstore.queries import Expansion, Hit, Query, Retriever
from vectorstore.trace import step

MOST_OTHERS = 6
"""Names that one expansion offers: each more makes the search wider and less sure."""
OWN_FIRST = 3
"""Own other names that come before those of predecessors and successors."""
WORD = re.compile(r"\w+")

# What is said in questions about money, as beginnings of words.
FUNDING = re.compile(
    r"\b(?:finansier|medfinansier|bidrag|stöd|pengar|medel\b|fond|sök[ae]\b|utlys|checkar|lån\b|anslag|eruf\b|"
    r"interreg|fund|grant|financ|co-?financ|money|subsid|loan|apply for|call for|calls for|"
    r"stött|tilskud|midler|penger|lån\b)"
)


@dataclass(frozen=True, slots=True)
class Expanded:
    """Fills in what the register knows of the names in a question, then has `retriever` search."""

    retriever: Retriever
    names: Callable[[], Names]

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever. Expansions and regions that the query brings along are kept, and come first."""
        with step(query.trace, "expand") as told:
            names = self.names()
            expansions = tuple(dict.fromkeys([*query.expansions, *expand(query.text, names)]))
            regions = tuple(dict.fromkeys([*query.regions, *named_regions(query.text, names)]))
            told["expansions"] = [asdict(one) for one in expansions]
            told["regions"] = list(regions)
            told["ambiguous"] = [one.name for one in names.ambiguous(query.text)]
        return self.retriever.retrieve(replace(query, expansions=expansions, regions=regions))


def expand(text: str, names: Names) -> list[Expansion]:
    """An expansion for each entity that the text names and that has other names, in the text's order."""
    made: dict[str, Expansion] = {}
    funding = is_about_funding(text)
    for named in names.find(text):
        if named.entity.id not in made:
            others = _others(text, named, names)
            if funding and named.entity.kind in (Kind.REGION, Kind.MUNICIPALITY):
                others = [*others, *_areas(text, named, names)][:MOST_OTHERS]
            if others:
                made[named.entity.id] = Expansion(named.written, tuple(others), named.entity.id)
    return list(made.values())


def named_regions(text: str, names: Names) -> list[str]:
    """The regions that the text names, as documents' metadata name them, in its order.

    Only where it names none itself, those that its municipalities lie in.
    """
    places = [named.entity for named in names.places(text)]
    direct = [place for place in places if place.kind is not Kind.MUNICIPALITY]
    regions = _regions(direct, names) or _regions(places, names)
    return list(dict.fromkeys(regions))


def is_about_funding(text: str) -> bool:
    """Whether the text speaks of money, or of applying for it."""
    return bool(FUNDING.search(fold(text)))


def _regions(places: Iterable[Entity], names: Names) -> list[str]:
    return [region for place in places for region in names.regions(place)]


def _others(text: str, named: Named, names: Names) -> list[str]:
    """The most useful names first: own ones, then one of each relative, then the rest of both."""
    entity = named.entity
    if entity.kind is Kind.MUNICIPALITY:
        return _telling(text, named, [county.name for county in names.counties(entity)])
    own = _telling(text, named, entity.offered)
    related = [
        _telling(text, named, _short(one))
        for one in [*names.successors(entity), *names.predecessors(entity)]
        if one.status is not Status.PROPOSAL
    ]
    by_turns = [name for row in zip_longest(*related) for name in row if name]
    return _telling(text, named, [*own[:OWN_FIRST], *by_turns, *own[OWN_FIRST:]])[:MOST_OTHERS]


def _short(entity: Entity) -> tuple[str, str]:
    """Two names that tell most of a relative: the main one, and a short form or else the English one."""
    return entity.name, (entity.abbreviations or entity.names["en"])[0]


def _areas(text: str, named: Named, names: Names) -> list[str]:
    applying = chain.from_iterable(names.applying(county) for county in names.counties(named.entity))
    return _telling(text, named, [one.name for one in applying])


def _telling(text: str, named: Named, candidates: Iterable[str]) -> list[str]:
    """The candidates that tell more: none that the text has, or that only adds to the name or another one."""
    said, kept = _words(text), [_words(named.written)]
    telling = []
    for candidate in candidates:
        words = _words(candidate)
        # Kept ones stand without an end here, so that "Värmlands län" adds nothing to "Värmland".
        if f"{words} " not in f"{said} " and not any(one in words for one in kept):
            kept.append(words)
            telling.append(candidate)
    return telling


def _words(text: str) -> str:
    return f" {' '.join(WORD.findall(fold(text)))}"

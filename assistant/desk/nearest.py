"""The documents nearest to a question that was not answered, and what they lack."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.desk.matters import stems
from assistant.validity import status_of
from vectorstore.naming import Names
from vectorstore.passages import Metadata, Status
from vectorstore.queries import Hit, Query, Retriever
from vectorstore.terms import words

OLD_YEARS = 5
"""Years after which a document is old for the desk, whatever it is about."""
SHOWN = 3
SHORTEST = 3
"""Letters of the shortest word that is told to be missing."""
_SEARCHED = 12
_PASSED = (Status.ENDED, Status.HISTORICAL)


@dataclass(frozen=True, slots=True)
class Near:
    """A document that the search finds, at its best passage; `years` is its age, -1 where it has no date."""

    document_id: str
    passage_id: str
    title: str
    publisher: str
    regions: tuple[str, ...]
    dated: str
    status: Status
    years: int

    @property
    def is_over(self) -> bool:
        """Whether what it is about has ended."""
        return self.status in _PASSED

    @property
    def is_old(self) -> bool:
        """Whether it is older than OLD_YEARS; what is said to be in force is not."""
        return self.years >= OLD_YEARS and self.status is not Status.CURRENT


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing or too old: `code` names the text in prompts/*/gaps.md, `about` fills it in."""

    code: str
    about: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The documents nearest to a question, and what they lack."""

    documents: tuple[Near, ...]
    lacks: tuple[Lack, ...]


def neighbourhood(
    retriever: Retriever, question: str, region: str, covered: Iterable[str], names: Names, today: date
) -> Neighbourhood:
    """What a search for `question` finds; `covered` are the regions that some document is about."""
    hits = retriever.retrieve(Query(question, top_k=_SEARCHED))
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.document.id, hit)
    documents = tuple(_near(hit, names, today) for hit in best.values())[:SHOWN]
    unheard = unheard_words(question, hits)
    return Neighbourhood(documents, tuple(_lacks(documents, unheard, region, set(covered))))


def unheard_words(question: str, hits: Sequence[Hit]) -> list[str]:
    """The question's words of meaning whose beginnings stand in none of the passages."""
    told = {piece for hit in hits for word in words(hit.passage.indexed_text) for piece in _starts(word)}
    own = stems(question)
    meant = [word for word in dict.fromkeys(words(question)) if _cut(word) in own]
    return [word for word in meant if len(word) >= SHORTEST and _cut(word) not in told]


def age(dated: str, today: date) -> int:
    """Whole years since a partial date, by its year; -1 where it has none."""
    return today.year - int(dated[:4]) if dated[:4].isdigit() else -1


def _cut(word: str) -> str:
    return next(iter(stems(word)), word)


def _starts(word: str) -> set[str]:
    # A compound holds the question's word anywhere: "exportstöd" is about "stöd".
    return {word[start : start + length] for length in range(2, 7) for start in range(len(word) - length + 1)}


def _near(hit: Hit, names: Names, today: date) -> Near:
    metadata: Metadata = hit.document.metadata
    dated = hit.passage.published or metadata.dated
    return Near(
        document_id=hit.document.id,
        passage_id=hit.passage.id,
        title=metadata.title,
        publisher=metadata.publisher,
        regions=metadata.regions,
        dated=dated,
        status=status_of(metadata, today, names),
        years=age(dated, today),
    )


def _lacks(
    documents: Sequence[Near], unheard: Sequence[str], region: str, covered: set[str]
) -> Iterable[Lack]:
    if not documents:
        yield Lack("nothing", {})
        return
    if region and region not in covered:
        yield Lack("no_region", {"region": region})
    elif region and not any(region in near.regions for near in documents):
        yield Lack("far_region", {"region": region})
    if unheard:
        yield Lack("unheard", {"words": ", ".join(unheard)})
    if documents[0].is_over:
        yield Lack("over", {"title": documents[0].title})
    elif documents[0].is_old:
        yield Lack("old", {"title": documents[0].title, "years": documents[0].years})
    elif documents[0].years < 0:
        yield Lack("undated", {"title": documents[0].title})

"""Cards of bodies, projects and programmes: fields of cited sentences under our own names for them."""

from collections.abc import Iterable, Sequence

from assistant.drafts import CardDraft, Line
from assistant.partners.bodies import Body
from assistant.partners.choosing import Candidate
from assistant.partners.telling import Telling
from prompts import phrases
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

LONGEST = 220
"""Characters of a field: a sentence, not a passage."""
MOST_FIELDS = 4


def body_card(found: Candidate, names: Names, language: str) -> CardDraft:
    """What the body is, why it fits, where it works and in what project, each from a sentence of its own."""
    texts = phrases("partners", language)
    chosen: dict[str, Telling] = {}
    for field, telling in _fields(found, names):
        if field not in chosen and not any(_same(telling, other) for other in chosen.values()):
            chosen[field] = telling
    order = [field for field in ("what", "fits", "project") if field in chosen][:MOST_FIELDS]
    return CardDraft(
        kind="organisation",
        name=own_name(found.entity, language),
        fields={texts[f"field_{field}"]: _line(chosen[field]) for field in order},
    )


def card_kind(entity: Entity) -> str:
    """The kind of card for an entity of the register."""
    kinds = {Kind.PROGRAMME: "programme", Kind.PROJECT: "project"}
    return kinds.get(entity.kind, "organisation")


def own_name(entity: Entity, language: str) -> str:
    """The name in the language of the answer."""
    return entity.names[language][0] if entity.names.get(language) else entity.name


def _fields(found: Candidate, names: Names) -> Iterable[tuple[str, Telling]]:
    """Sentences for each field, the best first; why it fits takes its sentence before the others."""
    short = [one for one in found.tellings if len(one.text) <= LONGEST] or list(found.tellings[:1])
    yield "fits", short[0]
    yield from (("what", one) for one in short if one.tells and not _names_project(one, names))
    if found.body not in (Body.SUPPORT, Body.PUBLIC, Body.EU):
        yield from (("project", one) for one in short if _names_project(one, names))


def _names_project(one: Telling, names: Names) -> bool:
    """Whether the sentence names a project that is not the body itself."""
    named = [each.entity for each in names.find(one.text)]
    return any(each.kind is Kind.PROJECT and each.id != one.entity.id for each in named)


def _same(one: Telling, other: Telling) -> bool:
    return one.quote.key == other.quote.key


def _line(one: Telling) -> Line:
    return Line(one.text, (one.quote,))


def distinct(lines: Sequence[Telling]) -> list[Telling]:
    """Each sentence once, however many bodies it names."""
    found: dict[tuple[str, int, int], Telling] = {}
    for one in lines:
        found.setdefault(one.quote.key, one)
    return list(found.values())

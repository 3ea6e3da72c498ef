"""That something is over and cannot be applied for, as its sources say."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from assistant.drafts import Block, Draft, own
from assistant.fit.criteria import Statement, lines
from assistant.fit.signs import sign
from assistant.fit.telling import whom_to_ask
from prompts import fill, phrases
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.passages import Status

ITSELF = re.compile(
    r"^\W*(?:projektet|programmet|insatsen|satsningen|syftet|målet|the project|prosjektet|formålet)\b",
    re.IGNORECASE,
)
SPAN = re.compile(r"\b(?:19|20)\d\d\s?[–-]\s?(?:19|20)\d\d\b")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
MOST = 2


def is_over(entity: Entity, today: date) -> bool:
    """Whether the register knows it as ended, or its period has passed."""
    end = entity.period[1]
    passed = bool(end) and end < today.isoformat()[: len(end)]
    return entity.status in (Status.ENDED, Status.HISTORICAL) or passed


def over_draft(
    entity: Entity,
    name: str,
    statements: Sequence[Statement],
    names: Names,
    language: str,
    is_late: bool,
    today: date,
) -> Draft | None:
    """That it is over, with the sentences that say so and what it was for; None where no source names it.

    `name` is how the asker calls it, `statements` are those of the documents that name it.
    """
    texts = phrases("fit", language)
    naming = [one for one in statements if entity in [named.entity for named in names.find(one.text)]]
    its_own = [one for one in statements if one in naming or _speaks_of_it(one, entity, names)]
    ends = _held(its_own, lambda text: _ends(text, today))
    ends.sort(key=lambda one: (not sign("ended").search(one.text), not YEAR.search(one.text)))
    aims = _held(its_own, lambda text: bool(sign("no_money").search(text) or sign("aim").search(text)))
    aims.sort(key=lambda one: not sign("no_money").search(one.text))
    # A source that only names it tells at least of which time it speaks.
    beside = [] if ends else [*naming[:1], *_period_beside(naming[:1], statements)]
    if not (ends or beside):
        return None
    shown = lines([*ends[:1], *aims[:MOST], *beside])
    lead = "lead_past" if not ends else "lead_late" if is_late else "lead_over"
    after = names.successors(entity)
    closing = (
        [
            own(
                fill(
                    texts["successor"],
                    called=f", {texts['then']} ".join(one.names[language][0] for one in after),
                )
            )
        ]
        if after
        else []
    )
    return Draft(
        lead=(own(fill(texts[lead], called=name)),),
        blocks=(Block(shown),),
        closing=(*closing, whom_to_ask(names, language)),
        notices=(_registered(entity, name, texts),),
    )


def _speaks_of_it(statement: Statement, entity: Entity, names: Names) -> bool:
    """Whether "the project" is this one: the one that the source names most."""
    if not ITSELF.match(statement.text):
        return False
    found = names.find(statement.quote.hit.document.text)
    projects = Counter(one.entity.id for one in found if one.entity.kind is Kind.PROJECT)
    return bool(projects) and projects.most_common(1)[0][0] == entity.id


def _held(statements: Sequence[Statement], holds: Callable[[str], bool]) -> list[Statement]:
    return [one for one in statements if holds(one.text)]


def _ends(text: str, today: date) -> bool:
    """Whether a sentence says that it is over, or gives it a period that has passed."""
    said = sign("ended").search(text) or SPAN.search(text)
    years = [int(year) for year in YEAR.findall(text)]
    passed = (
        not years or max(years) < today.year or bool(sign("ended").search(text) and max(years) <= today.year)
    )
    return bool(said) and passed


def _period_beside(naming: Sequence[Statement], statements: Sequence[Statement]) -> list[Statement]:
    """The period of programmes that the same source gives."""
    documents = {one.quote.hit.document.id for one in naming}
    same = (one for one in statements if one.quote.hit.document.id in documents)
    return [one for one in same if SPAN.search(one.text) and sign("programmes").search(one.text)][:1]


def _registered(entity: Entity, name: str, texts: dict[str, str]) -> str:
    until = fill(texts["until"], year=entity.period[1][:4]) if entity.period[1] else ""
    return fill(texts["over_register"], as_of=entity.as_of, called=name, until=until)

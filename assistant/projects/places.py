"""The place that a project question is about."""

from collections.abc import Sequence

from assistant.drafts import Asked
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names


def places_of(asked: Asked, names: Names) -> list[Entity]:
    """The places the question names, else those of its conversation, else the asker's own; each once."""
    said = [asked.text, asked.question.text]
    said += [turn.text for turn in reversed(asked.question.history) if turn.role == "user"]
    for text in [*said, asked.question.region]:
        if found := _wider(names, text):
            return found
    return []


def newer_strategies(places: Sequence[Entity], years: Sequence[str], names: Names) -> list[Entity]:
    """The strategies of these places that the register holds for current and that began after every year."""
    counties = {county.id for place in places for county in names.counties(place)}
    latest = max((year for year in years if year), default="")
    return [
        one
        for one in names.entities.values()
        if one.kind is Kind.STRATEGY
        and one.status == "current"
        and counties & set(one.where)
        and one.period[0][:4] > latest
    ]


def _wider(names: Names, text: str) -> list[Entity]:
    """The places named; a municipality as the county it lies in."""
    found = [one.entity for one in names.places(text)]
    counties = [
        county
        for place in found
        for county in (names.counties(place) if place.kind is Kind.MUNICIPALITY else [place])
    ]
    return list(dict.fromkeys(counties))

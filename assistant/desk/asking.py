"""Who asked and what about, as far as the desk counts it: county, themes, channel. Never anybody's words."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.answers import Answer
from assistant.desk.themes import OTHER, themes_of
from assistant.lineage import COUNTRY, UNKNOWN_NAMES
from assistant.questions import Question
from prompts import LANGUAGES
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

CHANNELS = ("web", "widget", "api", "slack", "cli")
BETWEEN = ", "
"""Stands between the regions of a question that names several."""
MOST_REGIONS = 4
"""A question on more counties than so is about none of them in particular."""
REGION_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The regions by the register's names, the themes' ids (OTHER for none), the channel and the persona.

    `region` is what is kept beside the question: the regions, or the asker's own word for theirs.
    """

    regions: tuple[str, ...]
    region: str
    themes: tuple[str, ...]
    channel: str
    persona: str
    language: str


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts questions; `names` lends the register that knows the counties."""

    names: Callable[[], Names] = lambda: UNKNOWN_NAMES

    def sort(self, question: Question, answer: Answer) -> Asked:
        """What is known of the question; one that leans on the question before it is about the same."""
        texts = [question.text, *(turn.text for turn in reversed(question.history) if turn.role == "user")][
            :2
        ]
        regions = self._regions(question.region, texts)
        return Asked(
            regions=regions,
            region=(BETWEEN.join(regions) or question.region)[:REGION_CHARACTERS],
            themes=next(filter(None, map(themes_of, texts)), (OTHER,)),
            channel=question.channel if question.channel in CHANNELS else "",
            persona=question.persona.value if question.persona else "",
            language=answer.language if answer.language in LANGUAGES else OTHER,
        )

    def _regions(self, told: str, texts: list[str]) -> tuple[str, ...]:
        names = self.names()
        of_asker = _counties(names, [one for one in names.look_up(told) if told])
        named = (_counties(names, [one.entity for one in names.places(text)]) for text in texts)
        return next(filter(None, [of_asker, *named]), ())


def _counties(names: Names, places: list[Entity]) -> tuple[str, ...]:
    """What documents' metadata call the counties of the places; empty where they are many."""
    ours = (place for place in places if place.kind in (Kind.REGION, Kind.MUNICIPALITY, Kind.AREA))
    found = dict.fromkeys(region for place in ours for region in names.regions(place))
    kept = tuple(region for region in found if region != COUNTRY)
    return kept if len(kept) <= MOST_REGIONS else ()

"""The one question back where a place in a question may be either of two."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answers import AnswerStatus
from assistant.drafts import Asked, Draft, own
from prompts import fill, phrases
from vectorstore.entities import PLACES, Ambiguous, Entity
from vectorstore.naming import Names
from vectorstore.queries import Hit
from vectorstore.store import Store


@dataclass(frozen=True, slots=True)
class WhichPlace:
    """Asks which place is meant, unless the question or the asker's county tells. A Composer."""

    store: Store

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None where no name in the question is of several places."""
        names = self.store.names()
        told = _told_counties(asked, names)
        for ambiguous in names.ambiguous(asked.text):
            places = _places(ambiguous, names)
            if len(places) > 1 and not _settled(places, told, names):
                return _which(ambiguous, places, asked)
        return None


def _places(ambiguous: Ambiguous, names: Names) -> list[Entity]:
    """The places it may be; none where it may be something else too."""
    found = [names.entities.get(meaning.entity) for meaning in ambiguous.meanings]
    places = [one for one in found if one and one.kind in PLACES]
    return places if len(places) == len(found) else []


def _told_counties(asked: Asked, names: Names) -> set[str]:
    said = [
        asked.text,
        asked.question.region,
        *(turn.text for turn in asked.question.history if turn.role == "user"),
    ]
    found = names.places("\n".join(said))
    return {county.id for one in found for county in names.counties(one.entity)}


def _settled(places: Sequence[Entity], told: set[str], names: Names) -> bool:
    """Whether the counties told lie in exactly one of the places."""
    within = [place for place in places if told & {county.id for county in names.counties(place)}]
    return len(within) == 1


def _which(ambiguous: Ambiguous, places: Sequence[Entity], asked: Asked) -> Draft:
    texts = phrases("terms", asked.language)
    written = [one.names[asked.language][0] for one in places]
    *first, last = written
    listed = f"{', '.join(first)} {texts['or']} {last}"
    start = asked.text.casefold().find(ambiguous.name.casefold())
    end = start + len(ambiguous.name)
    choices = tuple(f"{asked.text[:start]}{name}{asked.text[end:]}" for name in written) if start >= 0 else ()
    question = fill(texts["which_place"], term=ambiguous.name, places=listed)
    return Draft(status=AnswerStatus.CLARIFY, closing=(own(question),), follow_ups=choices)

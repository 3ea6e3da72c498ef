"""Step by step from an idea to a project: what is told, what is missing, what the sources offer."""

from collections.abc import Sequence

from assistant.answers import AnswerStatus
from assistant.comparison.aspects import Aspect
from assistant.comparison.themes import theme
from assistant.drafts import Asked, Block, Draft, Line, own
from assistant.projects.idea import Idea, idea_of
from assistant.projects.places import places_of
from assistant.projects.reading import COUNTRY, Sources, lines
from assistant.projects.signs import Part, has, parts, sentences
from assistant.scoring import Scored, SentenceScorer
from prompts import LANGUAGES, fill, phrases
from vectorstore.entities import Kind
from vectorstore.queries import Hit
from vectorstore.store import Store

MOST_HELP = 2
LONGEST = 320
CHOICES = ("one", "two", "three")


class ProjectAdvice:
    """The composer that helps to shape an idea; it asks for one part at a time."""

    def __init__(self, store: Store, scorer: SentenceScorer) -> None:
        self._store = store
        self._sources = Sources(store, scorer)

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None where nobody asks how to go on with an idea."""
        if not (_asks(asked.question.text) or _goes_on(asked)):
            return None
        idea = idea_of(asked)
        texts = phrases("projects", asked.language)
        following = next((part for part in parts() if part.id not in idea.parts), None)
        helped = self._help(asked, idea)
        beside = self._beside(asked, idea, following, [line.text for line in helped])
        return _draft(idea, self._counties(asked), following, [*helped, *beside], texts)

    def _counties(self, asked: Asked) -> list[str]:
        """The counties and areas that the asker has named."""
        named = places_of(asked, self._store.names())
        return [one.name for one in named if one.kind in (Kind.REGION, Kind.AREA)]

    def _help(self, asked: Asked, idea: Idea) -> list[Line]:
        """What the sources say of help with projects."""
        aspect = Aspect(phrases("projects", "sv")["search"], (theme("services"),))
        places = places_of(asked, self._store.names())
        stated = self._sources.statements(aspect, places, asked.question.filters)
        told = [one for one in stated if _helps(one)]
        told.sort(key=lambda one: not (places or _is_for_all(one)))
        if not told and places:
            stated = self._sources.statements(aspect, (), asked.question.filters)
            told = [one for one in stated if _helps(one) and _is_for_all(one)]
        return lines(told, MOST_HELP if not idea.parts else 1, longest=LONGEST)

    def _beside(self, asked: Asked, idea: Idea, following: Part | None, taken: Sequence[str]) -> list[Line]:
        """What the sources say on the part asked for next, where the idea tells what it is about."""
        topics = idea.topics
        if not topics or following is None:
            return []
        aspect = Aspect(idea.text or topics[0].search, (topics[0], theme(following.theme)))
        stated = self._sources.statements(
            aspect, places_of(asked, self._store.names()), asked.question.filters
        )
        wanted = theme(following.theme)
        on = [one for one in stated if _is_on(one, idea) and wanted.is_told(one.sentence.text)]
        return lines(on, 1, taken, LONGEST)


def _asks(text: str) -> bool:
    """Whether the question is how to go on with an idea, and no other question beside it."""
    told = sentences(text)
    questions = [one for one in told if one.endswith("?")]
    if any(has("shaping", one) for one in questions or told):
        return True
    if not has("having", text):
        return False
    return all(has("onwards", one) for one in questions)


def _goes_on(asked: Asked) -> bool:
    """Whether the asker answers what this composer asked for last."""
    last = next((turn.text for turn in reversed(asked.question.history) if turn.role == "assistant"), "")
    asks = [phrases("projects", language)[f"ask_{part.id}"] for language in LANGUAGES for part in parts()]
    return any(ask in last for ask in asks) and "?" not in asked.question.text


def _helps(one: Scored) -> bool:
    """Whether it speaks of help with projects."""
    return has("project", one.sentence.text) and has("help", one.sentence.text)


def _is_for_all(one: Scored) -> bool:
    """Whether its source is on no single county."""
    regions = one.hit.document.metadata.regions
    return len(regions) != 1 or regions == (COUNTRY,)


def _is_on(one: Scored, idea: Idea) -> bool:
    return any(topic.is_told(one.sentence.text) for topic in idea.topics)


def _draft(
    idea: Idea,
    counties: Sequence[str],
    following: Part | None,
    quoted: Sequence[Line],
    texts: dict[str, str],
) -> Draft:
    told = [own(fill(texts["told_place"], places=", ".join(counties)))] * bool(
        counties and (idea.text or idea.parts)
    )
    told += [
        own(fill(texts["told"], part=texts[part.id], words=idea.parts[part.id]))
        for part in parts()
        if part.id in idea.parts
    ]
    left = [own(texts[f"what_{part.id}"]) for part in parts() if part.id not in idea.parts]
    blocks = [Block(tuple(told), texts["so_far"])] * bool(told)
    blocks += [Block(tuple(left), texts["left"] if told else texts["structure"])] * bool(left)
    blocks += [Block(tuple(quoted), texts["sources_say"])] * bool(quoted)
    closing = [own(texts[f"ask_{following.id}"])] if following else [own(texts["complete"])]
    lead = fill(texts["about"], idea=idea.text) if idea.text else texts["start"]
    return Draft(
        AnswerStatus.ANSWERED if quoted else AnswerStatus.CLARIFY,
        lead=(own(lead),),
        blocks=tuple(blocks),
        closing=tuple(closing),
        follow_ups=tuple(texts[f"{following.id}_{choice}"] for choice in CHOICES) if following else (),
    )

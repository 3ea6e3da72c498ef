"""Whether an idea goes with what a region's documents say that it wants."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.answers import AnswerStatus
from assistant.comparison.aspects import Aspect
from assistant.comparison.cells import line_of
from assistant.comparison.sources import source_of, year_of
from assistant.comparison.themes import Theme, asked_themes, theme, theme_of
from assistant.drafts import Asked, Draft, Grid, Line, own
from assistant.names import is_common, subject_words
from assistant.projects.idea import idea_of
from assistant.projects.places import newer_strategies, places_of
from assistant.projects.reading import Gathered, Sources, lines
from assistant.projects.signs import first, found, has
from assistant.scoring import Scored, SentenceScorer
from prompts import fill, phrases
from vectorstore.entities import Entity, Kind
from vectorstore.queries import Hit
from vectorstore.store import Store
from vectorstore.terms import words

MOST_TOPICS = 4
MOST_WEIGHED = 4
"""Statements among which the newest is preferred."""
MOST_CHOICES = 5
MOST_GENERAL = 2
SHORTEST = 5
"""Letters of a word that may tell that two texts are on the same."""
STEM = 8
"""Letters by which two words or compounds begin alike."""


@dataclass(frozen=True, slots=True)
class Held:
    """A part of the idea held against the sources: `line` is the priority it meets, if any does."""

    label: str
    line: Line | None
    outcome: str


class Alignment:
    """The composer of questions whether an idea fits what a region prioritises; it promises nothing."""

    def __init__(self, store: Store, scorer: SentenceScorer) -> None:
        self._store = store
        self._sources = Sources(store, scorer)

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None where no idea is held against priorities, or no source states any."""
        names, text = self._store.names(), asked.question.text
        if not all(has(key, text) for key in ("fits", "wants", "own_idea")):
            return None
        if any(one.entity.kind is Kind.PROGRAMME for one in names.find(text)):
            return None
        places = places_of(asked, names)
        if not places:
            return self._which_place(asked.language)
        topics = self._topics(asked)
        gathered = self._sources.gather(_searches(topics), places, asked.question.filters)
        told = subject_words(self._idea(asked), common=True)
        held: list[Held] = []
        for topic in topics:
            taken = {one.line.text for one in held if one.line}
            idea = _words_of(topic, topics, told)
            held.append(self._on(topic, idea, gathered, asked.language, taken))
        general = self._general(gathered, [one.line.text for one in held if one.line])
        if not general and not any(one.line for one in held):
            return None
        return self._draft(held, general, places, asked.language)

    def _topics(self, asked: Asked) -> list[Theme]:
        """What the idea is about, part by part; as a whole where it has no known topic."""
        idea = self._idea(asked)
        topics = [one for one in asked_themes(idea) if one.topic][:MOST_TOPICS]
        told = subject_words(idea, common=True)
        return topics or ([theme_of(idea, told)] if told else [])

    def _idea(self, asked: Asked) -> str:
        """What the idea is about: as told, without what it is held against."""
        told = idea_of(asked)
        text = told.text or asked.question.text
        ends = [one.start for one in self._store.names().places(text)] if told.text else []
        ends += [start for key in ("fits", "wants") if (start := first(key, text)) > 0]
        cut = " ".join([text[: min(ends, default=len(text))].strip(), *told.parts.values()]).strip(" .,")
        before = asked.question.text[: max(0, first("fits", asked.question.text))]
        # What stands around the idea's own words tells more where these name no topic.
        return before if not _has_topic(cut) and _has_topic(before) else cut

    def _on(
        self,
        topic: Theme,
        told: Sequence[str],
        gathered: Sequence[Gathered],
        language: str,
        taken: Collection[str],
    ) -> Held:
        """The priority that speaks of the topic, by itself or in the list that it leads in to."""
        aspects = (Aspect(topic.search, (topic, theme("priorities"))), Aspect("", (theme("priorities"),)))
        stated = [one for aspect in aspects for one in self._sources.among(aspect, gathered)]
        meant = [one for one in stated if _is_priority(one) and _tells(topic, told, _listed(one))]
        meant = sorted(meant, key=lambda one: not _shares(told, one.sentence.text))[:MOST_WEIGHED]
        # What a text leaves out weighs most, then that it has the idea's own words, then how new it is.
        meant.sort(
            key=lambda one: (
                not found("excludes", one.sentence.text),
                _listed(one) in taken,
                not _shares(told, one.sentence.text),
                -_year(one),
            )
        )
        texts = phrases("projects", language)
        label = topic.name[language]
        if not (line := next(iter(lines(meant, 1)), None)):
            return Held(label, None, texts["silent"])
        return Held(label, line, texts["excluded"] if found("excludes", line.text) else texts["fits"])

    def _general(self, gathered: Sequence[Gathered], taken: Sequence[str]) -> list[Line]:
        """What the sources prioritise as a whole."""
        stated = self._sources.among(Aspect("", (theme("priorities"),)), gathered)
        told = [one for one in stated if theme("priorities").is_told(one.sentence.text)]
        return lines(told, MOST_GENERAL - bool(taken), taken)

    def _which_place(self, language: str) -> Draft:
        alone = [one.metadata.regions[0] for one in self._store.documents() if len(one.metadata.regions) == 1]
        counties = {one.region for one in self._store.names().entities.values() if one.kind is Kind.REGION}
        choices = tuple(region for region in dict.fromkeys(alone) if region in counties)[:MOST_CHOICES]
        return Draft(
            AnswerStatus.CLARIFY,
            lead=(own(phrases("projects", language)["which_place"]),),
            follow_ups=choices,
        )

    def _draft(
        self, held: Sequence[Held], general: Sequence[Line], places: Sequence[Entity], language: str
    ) -> Draft:
        texts = phrases("projects", language)
        where = ", ".join(dict.fromkeys(place.name for place in places))
        met = [one for one in held if one.line and one.outcome == texts["fits"]]
        key = "aligned_one" if met and len(held) == 1 else "aligned" if met else "not_aligned"
        lead = fill(texts[key], met=len(met), all=len(held), places=where)
        rows = [_row(one.label, one.line, one.outcome, texts) for one in held]
        rows += [_row(texts["in_general"], line, texts["context"], texts) for line in general]
        cited = [row[1].quotes[0] for row in rows if row[1].quotes]
        newer = newer_strategies(places, [year_of(quote) for quote in cited], self._store.names())
        return Draft(
            lead=(own(lead), own(texts["no_promise"])),
            missing=tuple(
                fill(texts["unmet"], topic=one.label, places=where) for one in held if one.line is None
            ),
            closing=(own(fill(texts["check_with"], places=where)),),
            grid=Grid((texts["idea"], texts["priority"], texts["outcome"], texts["source"]), tuple(rows)),
            notices=tuple(fill(texts["newer"], name=one.name, as_of=one.as_of) for one in newer),
        )


def _searches(topics: Sequence[Theme]) -> list[Aspect]:
    """What to search for: each topic, and what is prioritised as a whole."""
    wanted = [Aspect("", (theme("priorities"),)), Aspect("", (theme("specialisation"),))]
    return [*wanted, *(Aspect(one.search, (theme("priorities"),)) for one in topics)]


def _row(label: str, line: Line | None, outcome: str, texts: dict[str, str]) -> tuple[Line, ...]:
    if line is None:
        return (own(label), own(texts["silent"]), own(outcome), own(""))
    return (own(label), line, own(outcome), own(source_of(line.quotes[0], texts)))


def _is_priority(one: Scored) -> bool:
    """Whether the sentence states what is wanted: by its words or its heading."""
    text = f"{' '.join(one.hit.passage.headings[-1:])} {one.sentence.text}"
    return has("states", text) or bool(found("excludes", text))


def _listed(one: Scored) -> str:
    """The sentence with the list that it leads in to."""
    line = line_of(one)
    return line.text if line else one.sentence.text


def _words_of(topic: Theme, topics: Sequence[Theme], told: Sequence[str]) -> list[str]:
    """The words of the idea that name the topic, and those that are of none and not of every project."""
    own_words = [word for word in told if topic.asked.search(word.casefold())]
    free = [word for word in told if not any(one.asked.search(word.casefold()) for one in topics)]
    return [*own_words, *(word for word in free if not is_common(word))]


def _tells(topic: Theme, idea: Sequence[str], text: str) -> bool:
    """Whether the text is on the topic, or has words of the idea."""
    return topic.is_told(text) or _shares(idea, text)


def _shares(idea: Sequence[str], text: str) -> bool:
    """Whether a word of the idea stands in the text, in a compound, or begins as one of its words does."""
    told = [word for word in words(text) if len(word) >= SHORTEST]
    own_words = [word for one in idea for word in words(one) if len(word) >= SHORTEST]
    return any(_share(one, other) for one in own_words for other in told)


def _share(one: str, other: str) -> bool:
    return one[:STEM] == other[:STEM] or one in other or other in one


def _year(one: Scored) -> int:
    """The year of the passage; 0 where it has none."""
    dated = (one.hit.passage.published or one.hit.document.metadata.dated)[:4]
    return int(dated) if dated.isdigit() else 0


def _has_topic(text: str) -> bool:
    return any(one.topic for one in asked_themes(text))

"""A short policy brief from the sources' own statements."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.comparison.aspects import Aspect
from assistant.comparison.sources import source_of, year_of
from assistant.comparison.themes import ITSELF, Theme, asked_themes, theme, theme_of
from assistant.drafts import Asked, Block, Draft, Line, own
from assistant.names import subject_words
from assistant.projects.places import newer_strategies, places_of
from assistant.projects.reading import COUNTRY, Gathered, Sources, lines
from assistant.projects.signs import found, has
from assistant.scoring import Scored, SentenceScorer
from prompts import fill, phrases
from vectorstore.entities import Entity
from vectorstore.queries import Hit
from vectorstore.store import Store

ENOUGH = 3
"""Statements from which on nothing is read beside the places' own sources."""
LONGEST = 300
"""Characters of a statement in a brief."""
REMARK = re.compile(r"^(?:kontrollera|fråga|check|ask)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the brief: the title's key, the theme it is read by, and how many statements it has.

    Where it is `strict`, these must be of the theme.
    """

    key: str
    theme: str
    most: int
    strict: bool = True


SECTIONS = (
    Section("background", "goals", 2, strict=False),
    Section("challenges", "challenges", 2),
    Section("priorities", "priorities", 2),
    Section("means", "funding", 2),
    Section("cooperation", "partners", 2),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a brief is about."""

    text: str
    places: tuple[Entity, ...]
    topics: tuple[Theme, ...]


class PolicyBrief:
    """The composer of briefs: what is known, how old it is, what is missing, and what the sources urge."""

    def __init__(self, store: Store, scorer: SentenceScorer) -> None:
        self._store = store
        self._sources = Sources(store, scorer)

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None where no brief is asked for, or no source says anything of its subject."""
        if not has("brief", asked.question.text):
            return None
        subject = self._subject(asked)
        searches = _searches(subject)
        found_hits = self._sources.gather(searches, subject.places, asked.question.filters)
        told = self._told(subject, found_hits)
        for wider in self._wider(subject.places):
            if len(_said(told)) >= ENOUGH:
                break
            found_hits += self._sources.gather(searches, wider, asked.question.filters, apart=not wider)
            told = self._told(subject, found_hits)
        if not _said(told):
            return None
        return self._draft(subject, told, phrases("brief", asked.language))

    def _told(self, subject: Subject, gathered: Sequence[Gathered]) -> dict[str, list[Line]]:
        """The lines of every section, by its key."""
        # What is urged is chosen first, or another section could have taken it.
        told = {"urged": self._urged(subject, gathered)}
        for section in SECTIONS:
            told[section.key] = self._section(section, subject, gathered, _said(told))
        told["urged"] = told.pop("urged")
        return told

    def _wider(self, places: Sequence[Entity]) -> list[Sequence[Entity]]:
        """Where to read on when the places' own sources say little: their counties, then the country."""
        names = self._store.names()
        counties = [county for place in places for county in names.counties(place) if county not in places]
        return [list(dict.fromkeys(counties))] * bool(counties) + [()] * bool(places)

    def _subject(self, asked: Asked) -> Subject:
        match = found("subject", asked.question.text) or found("subject", asked.text)
        text = (match["subject"] if match else asked.text).strip(" .,:;")
        places = tuple(places_of(asked, self._store.names()))
        bare = self._bare(text)
        words = subject_words(bare, common=True)
        topics = asked_themes(bare) or ([theme_of(bare, words)] if words else [])
        return Subject(text, places, tuple(topics))

    def _bare(self, text: str) -> str:
        """The subject without its places."""
        for place in reversed(self._store.names().places(text)):
            text = f"{text[: place.start]} {text[place.end :]}"
        return " ".join(text.split())

    def _section(
        self, section: Section, subject: Subject, gathered: Sequence[Gathered], taken: Sequence[str]
    ) -> list[Line]:
        """Statements on the subject and the theme; else on the theme from a source on the subject."""
        wanted = theme(section.theme)
        stated = self._sources.among(Aspect(subject.text, (*subject.topics, wanted)), gathered)
        on = [one for one in stated if _is_on(one, subject)]
        if not section.strict:
            return lines(on, section.most, taken, LONGEST)
        if chosen := lines([one for one in on if wanted.is_told(_read(one))], section.most, taken, LONGEST):
            return chosen
        known = {one.hit.document.id for one in on}
        beside = [one for one in stated if one.hit.document.id in known and wanted.is_told(one.sentence.text)]
        return lines(beside, section.most, taken, LONGEST)

    def _urged(self, subject: Subject, gathered: Sequence[Gathered]) -> list[Line]:
        """What a source itself says should be done."""
        stated = self._sources.among(Aspect(subject.text, (*subject.topics, theme("priorities"))), gathered)
        on = [one for one in stated if _is_on(one, subject) and found("urges", one.sentence.text)]
        return lines(on, 1, longest=LONGEST)

    def _draft(self, subject: Subject, told: dict[str, list[Line]], texts: dict[str, str]) -> Draft:
        blocks = [Block(tuple(found_lines), texts[key]) for key, found_lines in told.items() if found_lines]
        quotes = [line.quotes[0] for found_lines in told.values() for line in found_lines]
        near = [quote for quote in quotes if COUNTRY not in quote.hit.document.metadata.regions]
        newer = newer_strategies(subject.places, [year_of(quote) for quote in near], self._store.names())
        gaps = [texts[f"no_{key}"] for key, found_lines in told.items() if not found_lines]
        advice = [own(fill(texts["verify"], oldest=_oldest(quotes, texts)))]
        advice += [own(fill(texts["newer"], name=one.name, as_of=one.as_of)) for one in newer]
        urged = blocks.pop() if told["urged"] else Block((), texts["urged"])
        return Draft(
            lead=(own(fill(texts["title"], subject=subject.text)),),
            blocks=(
                *blocks,
                Block((own(_dated(quotes, texts)),), texts["validity"]),
                *[Block((own(", ".join(gaps) + "."),), texts["gaps"])] * bool(gaps),
                Block((*urged.lines, *advice), texts["urged"]),
            ),
        )


def _searches(subject: Subject) -> list[Aspect]:
    """What to search for: the subject by itself, and with the themes of the sections by twos."""
    wanted = [theme(section.theme) for section in SECTIONS]
    pairs = [tuple(wanted[start : start + 2]) for start in range(1, len(wanted), 2)]
    return [Aspect(subject.text, themes) for themes in (subject.topics, *pairs)]


def _is_on(one: Scored, subject: Subject) -> bool:
    """Whether the sentence is on the subject: of its themes, else in its words; all where it is a place."""
    if REMARK.match(one.sentence.text):
        return False
    if not subject.topics:
        return bool(subject.places)
    title = one.hit.document.metadata.title if subject.topics[0].id == ITSELF else ""
    return any(topic.is_told(f"{title} {one.sentence.text}") for topic in subject.topics)


def _said(told: dict[str, list[Line]]) -> list[str]:
    return [line.text for found_lines in told.values() for line in found_lines]


def _read(one: Scored) -> str:
    return f"{' '.join(one.hit.passage.headings[-1:])} {one.sentence.text}"


def _dated(quotes: Sequence[Quote], texts: dict[str, str]) -> str:
    """The sources with their years, the oldest first."""
    ordered = sorted(quotes, key=lambda quote: year_of(quote) or "9")
    return "; ".join(dict.fromkeys(source_of(quote, texts) for quote in ordered)) + "."


def _oldest(quotes: Sequence[Quote], texts: dict[str, str]) -> str:
    dated = [quote for quote in quotes if year_of(quote)] or list(quotes)
    return source_of(min(dated, key=year_of), texts)

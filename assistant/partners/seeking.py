"""What kind of partner or door a question looks for, where, for what, and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts import Asked
from assistant.names import names as capitalised
from assistant.names import subject_words
from assistant.partners.bodies import Body
from assistant.partners.wording import listed, pattern, table
from assistant.questions import Persona
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.terms import terms

SHARED = 0.5
"""Share of a theme word's letter groups that a sentence must have to speak of the theme."""

SUBJECTS = frozenset({Kind.TERM, Kind.PROGRAMME, Kind.STRATEGY})
"""Entities that a question is about, rather than bodies that it looks for."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A question that looks for somebody.

    `nouns` are the sorts of body that it calls by a noun of their own (see words.yaml). `counties` are the
    ids of the regions it is about, `place` how it names the first of them, `elsewhere` the places that the
    register does not know, such as countries. `named` are the bodies that it names itself. `themes` are its
    remaining words, `synonyms` the register's other names of them. `is_firm` is None where nobody told.
    `wants_door` is true where it asks whom to turn to rather than whom to work with, `partnering` where it
    speaks of partners. `called` is how it calls the bodies that `nouns` tells.
    """

    kinds: frozenset[Body] = frozenset()
    nouns: tuple[str, ...] = ()
    counties: frozenset[str] = frozenset()
    place: str = ""
    elsewhere: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    named: tuple[Entity, ...] = ()
    is_firm: bool | None = None
    wants_door: bool = False
    partnering: bool = False
    called: tuple[str, ...] = ()
    language: str = ""

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about, in its own words."""
        return self.themes or self.called or self.elsewhere

    def speaks_of_theme(self, text: str) -> bool:
        """Whether the text has one of the theme's words, in any form or as part of a compound."""
        if self.wants_door and self.partnering and pattern("partnering").search(text):
            return True
        return _has_one(text, (*self.themes, *self.synonyms))

    def speaks_of_elsewhere(self, text: str) -> bool:
        """Whether the text has one of the places that the register does not know."""
        return _has_one(text, self.elsewhere)


def sought(asked: Asked, names: Names) -> Sought | None:
    """What the question looks for; None where it asks for something else."""
    text = asked.text
    turns_to = bool(pattern("turns_to").search(text))
    if not turns_to and (not pattern("seeks").search(text) or pattern("looks_back").search(text)):
        return None
    found = names.find(text)
    places = names.places(text)
    counties = dict.fromkeys(county.id for one in places for county in names.counties(one.entity))
    region = asked.question.region
    if not counties and region:
        counties = dict.fromkeys(c.id for one in names.places(region) for c in names.counties(one.entity))
    kinds = {Body(kind) for kind in table("kinds") if pattern("kinds", kind).search(text)}
    helped = turns_to or bool(pattern("helped").search(text))
    known = [one.written for one in [*found, *places] if one.entity.kind not in SUBJECTS]
    subjects = [one.written for one in found if one.entity.kind in SUBJECTS]
    themes = _joined(_themes(text, known, common=helped), subjects)
    nouns = [(noun, match) for noun in table("nouns") if (match := pattern("nouns", noun).search(text))]
    elsewhere = tuple(word for word in themes if _is_elsewhere(word, text))
    if not helped and elsewhere:
        kinds.add(Body.ABROAD)
    bodies = (one.entity for one in found if one.entity.kind is Kind.ORGANISATION)
    return Sought(
        kinds=frozenset(kinds - {Body.ABROAD} if helped else kinds),
        nouns=tuple(noun for noun, _ in nouns),
        counties=frozenset(counties),
        place=places[0].written if places else region,
        elsewhere=elsewhere,
        themes=tuple(word for word in themes if word not in elsewhere),
        synonyms=tuple(name for one in found if one.entity.kind in SUBJECTS for name in one.entity.offered),
        named=tuple(dict.fromkeys(bodies)),
        is_firm=_is_firm(asked),
        wants_door=helped,
        partnering=bool(pattern("partnering").search(text)),
        called=tuple(match.group() for _, match in nouns),
        language=asked.language,
    )


def _is_elsewhere(word: str, text: str) -> bool:
    """Whether a name that the register does not know is written as a place: "in Italy"."""
    place = text.find(word)
    return word[:1].isupper() and bool(pattern("elsewhere").search(text[:place]))


def _is_firm(asked: Asked) -> bool | None:
    said = "\n".join([asked.text, *(turn.text for turn in asked.question.history if turn.role == "user")])
    firm, officer = bool(pattern("firm").search(said)), bool(pattern("officer").search(said))
    if firm != officer:
        return firm
    if asked.question.persona in (Persona.SME, Persona.OFFICER):
        return asked.question.persona is Persona.SME
    return None


def _themes(text: str, known: list[str], common: bool) -> tuple[str, ...]:
    """The words of the subject, and names that the register does not know, such as a country's.

    With `common`, words too that every programme could be asked about, such as loans.
    """
    taken = {word.casefold() for name in known for word in name.split()}
    words = [*subject_words(text, common), *(name.text for name in capitalised(text))]
    found = [
        word
        for word in words
        if len(word) > 2 and not _is_taken(word, taken) and not _names_kind(word) and not _is_project(word)
    ]
    return tuple(dict.fromkeys(found))


def _joined(words: tuple[str, ...], terms_named: list[str]) -> tuple[str, ...]:
    """The words with those of one term as one, such as "smart specialisation"."""
    for term in terms_named:
        parts = term.split()
        words = tuple(dict.fromkeys(term if word in parts else word for word in words))
    return words


def _is_taken(word: str, taken: set[str]) -> bool:
    return all(part.casefold() in taken or part.casefold() in listed("common") for part in word.split())


def _names_kind(word: str) -> bool:
    return any(pattern("kinds", kind).fullmatch(word) for kind in table("kinds"))


def _is_project(word: str) -> bool:
    """Whether it is an EU project or the like: a common word behind a hyphen."""
    return "-" in word and word.rsplit("-", 1)[1].casefold() in listed("general")


def _has_one(text: str, words: Sequence[str]) -> bool:
    held = frozenset(_groups(text))
    return any(_share(_groups(word), held) >= SHARED for word in words)


def _groups(text: str) -> list[str]:
    """Groups of letters; what Norwegian writes with ks and Swedish with x is one."""
    return terms(text.casefold().replace("ks", "x"))


def _share(groups: Sequence[str], held: frozenset[str]) -> float:
    return sum(group in held for group in groups) / len(groups) if groups else 0.0

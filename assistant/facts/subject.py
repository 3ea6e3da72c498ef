"""The thing that is asked about, and whether a sentence or its document speaks of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.drafts import Asked
from assistant.facts.patterns import pattern
from assistant.names import names as capital_names
from assistant.sentences import Sentence, sentences
from assistant.validity import section_at
from vectorstore.entities import PLACES, Entity, Kind
from vectorstore.naming import Names
from vectorstore.queries import Hit

THINGS = (Kind.PROJECT, Kind.PROGRAMME, Kind.STRATEGY)
THING = re.compile(
    r"\b(?:[Pp]roje[kc]t(?:et|en)?|[Pp]rosjektet|[Pp]rogram(?:met|me)|[Ss]atsning(?:en)?|[Ss]atsingen|[Aa]nsökan|"
    r"[Ss]øknaden|[Ss]trategin|[Uu]tlysning(?:en)?|[Ff]onden|[Aa]pplication|[Ii]nitiative)\s[”\"“«]?[A-ZÅÄÖÆØ]"
)
"""A name right after the word for what it names."""
PERIOD = re.compile(r"\s?\(?(?:19|20)\d\d(?:\s?[–-]\s?(?:19|20)?\d\d)?\)?")
"""The years that follow the name of a programme."""
ONE_SUBJECT = 12_000
"""Characters of a document so short that all of it is about what it names."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: entities of the register, or names that it does not know.

    `name` is how the question has it; empty when it names no thing, only a place or nothing.
    """

    name: str = ""
    entities: tuple[Entity, ...] = ()
    unknown: tuple[str, ...] = ()

    def is_named(self, text: str, names: Names) -> bool:
        """Whether `text` names it, in any of its names."""
        ids = {entity.id for entity in self.entities}
        if ids and any(one.entity.id in ids for one in names.find(text)):
            return True
        return any(re.search(rf"(?<!\w){re.escape(name)}", text, re.IGNORECASE) for name in self.unknown)

    def without_others(self, text: str, names: Names) -> str:
        """`text` with blanks for other things and their periods, where it names this one beside them."""
        if not self.name or not self.is_named(text, names):
            return text
        ids = {entity.id for entity in self.entities}
        for one in names.find(text):
            if one.entity.kind in THINGS and one.entity.id not in ids:
                after = PERIOD.match(text, one.end)
                end = after.end() if after else one.end
                text = text[: one.start] + " " * (end - one.start) + text[end:]
        return text

    def others(self, text: str, names: Names) -> bool:
        """Whether `text` names another project, programme or strategy, in the register or called one."""
        ids = {entity.id for entity in self.entities}
        called = THING.search(text)
        return bool(called) or any(
            one.entity.kind in THINGS and one.entity.id not in ids for one in names.find(text)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of a hit; `named` when it names the subject, `about` when what stands around it does."""

    hit: Hit
    sentence: Sentence
    named: bool
    about: bool


def subject(asked: Asked, names: Names) -> Subject:
    """The project, programme or strategy that the question names; else its name that nobody knows, else
    its organisation."""
    found = [one for one in names.find(asked.search) if one.entity.kind not in PLACES | {Kind.TERM}]
    things = [one for one in found if one.entity.kind in THINGS]
    if things:
        return Subject(things[0].written, tuple(one.entity for one in things))
    taken = [one.written for one in names.find(asked.search)]
    unknown = [
        name.text
        for name in capital_names(_without_opener(asked.text))
        if not name.is_place and not any(name.text in text or text in name.text for text in taken)
    ]
    if unknown:
        return Subject(unknown[0], unknown=tuple(unknown))
    return Subject(found[0].written, (found[0].entity,)) if found else Subject()


def _without_opener(question: str) -> str:
    """The question with the verb that opens it in small letters, so that a name after it stands alone."""
    return pattern("expected", "verbs").sub(lambda found: found.group().casefold(), question, count=1)


def around(hit: Hit) -> str:
    """The text that a passage belongs to: its section, its document when that is short, or itself."""
    document = hit.document
    if section := section_at(document, hit.passage.start):
        return document.text[section.start : section.end]
    if len(document.text) <= ONE_SUBJECT:
        return f"{document.metadata.title}\n{document.text}"
    return f"{' '.join(hit.passage.headings)}\n{hit.passage.text}"


def read(hits: Sequence[Hit], about: Subject, names: Names) -> list[Found]:
    """The sentences of the hits in their order, each with whether it speaks of the subject."""
    found = []
    known: dict[str, bool] = {}
    for hit in hits:
        text = around(hit)
        if text not in known:
            known[text] = bool(about.name) and about.is_named(text, names)
        for sentence in sentences(hit.passage):
            named = known[text] and about.is_named(sentence.text, names)
            near = known[text] and (named or not about.others(sentence.text, names))
            found.append(Found(hit, sentence, named, near))
    return found


def stems(words: Iterable[str]) -> set[str]:
    """The beginnings of words, by which "areas" and "area", "professurer" and "professorerna" are one."""
    return {word.casefold()[: max(4, len(word) - 3)][:7] for word in words if len(word) > 3}

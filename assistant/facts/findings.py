"""What the sources hold of each kind of answer that a question asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.drafts import Line
from assistant.facts.expected import Expected, Kind
from assistant.facts.held import holds, items, lacks_year, mentions_number
from assistant.facts.patterns import pattern
from assistant.facts.subject import Found, Subject, stems
from assistant.names import names as capital_names
from assistant.partners.people import people
from vectorstore.naming import Names
from vectorstore.terms import terms

MOST = 3
"""Lines that are kept when each of them holds what is asked for."""
MOST_OTHERS = 2
"""Sentences that were not chosen, when none that was holds it."""
SHORTEST = 40
"""Characters from which a sentence is more than a caption."""
ROLE = 6
"""Letters of a word for a role that its forms share."""
LONG = 300
"""Characters from which a line chosen is too long to stand as the nearest thing told."""
LOOSE = frozenset({Kind.COUNT})
"""Kinds of which it cannot be told with certainty that they are missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`lines` hold what is `wanted`; `dateless` tell the day or month without the year; `nearest` is the
    sentence that comes closest where nothing holds it. `silent` when the sources never name the thing."""

    wanted: Expected
    lines: tuple[Line, ...] = ()
    dateless: tuple[Line, ...] = ()
    nearest: Line | None = None
    silent: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether it can be said that the sources do not hold it."""
        return not self.lines and not self.dateless and self.nearest is not None


@dataclass(frozen=True, slots=True)
class Material:
    """What an answer may be made of: the lines chosen, and every sentence of the passages found."""

    lines: tuple[Line, ...]
    read: tuple[Found, ...]
    subject: Subject
    names: Names
    language: str
    asked: str = ""

    @property
    def is_named(self) -> bool:
        """Whether any sentence names the subject, or stands where it is named."""
        return any(found.about for found in self.read)

    def same_language(self, line: Line) -> bool:
        """Whether the line's words can be compared with the question's."""
        spoken = {quote.hit.document.metadata.language for quote in line.quotes}
        return spoken <= {"", self.language} or spoken | {self.language} <= {"sv", "no", "da"}


def find(wanted: Expected, material: Material) -> Finding:
    """What `material` holds of `wanted`."""
    if wanted.kind is Kind.LISTED:
        return _listed(wanted, material)
    candidates = _candidates(wanted, material)
    held = [line for line in candidates if _holds(wanted, line, material)]
    chosen = [_shortened(line, held) for line in material.lines if _carries(line, held)]
    if chosen or held:
        return Finding(wanted, tuple(chosen[:MOST] or held[:MOST_OTHERS]))
    if wanted.kind in LOOSE:
        return Finding(wanted)
    if material.subject.name and not material.is_named:
        return Finding(wanted, silent=True)
    undated = [one for one in candidates if wanted.kind is Kind.YEAR and lacks_year(wanted, one.text)]
    if undated:
        return Finding(wanted, dateless=tuple(undated[:1]))
    return Finding(wanted, nearest=_nearest(wanted, material))


def as_line(found: Found) -> Line:
    """A sentence as a line that quotes it."""
    sentence = found.sentence
    return Line(sentence.text, (Quote(found.hit, sentence.start, sentence.end),))


def overlaps(line: Line, other: Line) -> bool:
    """Whether two lines quote the same words."""
    return any(
        one.hit.passage.id == two.hit.passage.id and one.start < two.end and two.start < one.end
        for one in line.quotes
        for two in other.quotes
    )


def _candidates(wanted: Expected, material: Material) -> list[Line]:
    """The sentences that speak of the subject, the best first; without a subject the lines chosen."""
    subject, names = material.subject, material.names
    if not subject.name:
        found = [line for line in material.lines if _received(wanted, line.text, names)]
        return found or ([as_line(one) for one in _counted(wanted, material)] if wanted.noun else [])
    about = [
        one for one in material.read if _speaks(wanted, one) and _received(wanted, one.sentence.text, names)
    ]
    asked = set(terms(wanted.part))
    about.sort(key=lambda one: (not one.named, -len(asked & set(terms(one.sentence.text)))))
    return [as_line(one) for one in about]


def _holds(wanted: Expected, line: Line, material: Material) -> bool:
    """Whether the line holds what is wanted, of the subject and not of what is named beside it."""
    if wanted.kind is Kind.PERSON:
        return _names_holder(wanted, line, material)
    if wanted.kind is Kind.CONTACT and not _is_of_persons(material.subject.unknown, line.text):
        return False
    dated = wanted.kind in (Kind.YEAR, Kind.DATE)
    text = material.subject.without_others(line.text, material.names) if dated else line.text
    return holds(wanted, text, material.same_language(line))


def _is_of_persons(unknown: Sequence[str], text: str) -> bool:
    """Whether `text` has the last name of each person asked about: an address near it is somebody else's."""
    persons = [name.split()[-1] for name in unknown if len(name.split()) > 1]
    return all(last.removesuffix("s").casefold() in text.casefold() for last in persons)


def _names_holder(wanted: Expected, line: Line, material: Material) -> bool:
    """Whether the line names somebody with the role; in another language, with any role."""
    role = wanted.noun.casefold()[:ROLE]
    found = [one for one in people(line.text, material.names) if one.has_title]
    return any(role in one.role.casefold() or not material.same_language(line) for one in found)


def _carries(line: Line, held: Sequence[Line]) -> bool:
    return any(overlaps(line, one) for one in held)


def _shortened(line: Line, held: Sequence[Line]) -> Line:
    """A long line cut down to the one sentence of it that holds what is wanted."""
    within = [one for one in held if overlaps(line, one)]
    return within[0] if len(line.text) > LONG and len(within) == 1 else line


def _speaks(wanted: Expected, found: Found) -> bool:
    """How things went is told of what the sentence itself names; the rest may stand near the name."""
    return found.named if wanted.kind is Kind.OUTCOME else found.about


def _received(wanted: Expected, text: str, names: Names) -> bool:
    """Whether `text` names the one who got the money, where the question does."""
    asked = [one.entity.id for one in names.find(wanted.receiver)][:1]
    if asked:
        return any(one.entity.id in asked for one in names.find(text))
    unknown = [name.text for name in capital_names(wanted.receiver)][:1]
    return all(name.casefold() in text.casefold() for name in unknown)


def _counted(wanted: Expected, material: Material) -> list[Found]:
    noun = stems([wanted.noun])
    return [one for one in material.read if noun & stems(one.sentence.text.split())]


def _nearest(wanted: Expected, material: Material) -> Line | None:
    """The sentence about the subject that comes closest to what is asked."""
    near = [one for one in material.read if _speaks(wanted, one)]
    if wanted.kind is Kind.CONTACT:
        near = [one for one in near if not holds(wanted, one.sentence.text)] or near
    if not near:
        return material.lines[0] if material.lines else None
    asked = set(terms(wanted.part))
    sign = pattern("expected", "near", wanted.kind.value)

    def nearness(one: Found) -> tuple[bool, bool, bool, int, int]:
        text = one.sentence.text
        whole = len(text) >= SHORTEST
        return (
            bool(wanted.receiver) and holds(wanted, text),
            whole,
            one.named,
            len(sign.findall(text)),
            len(asked & set(terms(text))),
        )

    line = as_line(max(near, key=nearness))
    short = (chosen for chosen in material.lines if len(chosen.text) <= LONG and overlaps(chosen, line))
    return next(short, line)


def _listed(wanted: Expected, material: Material) -> Finding:
    """Whether the things are listed, where the sources say how many they are."""
    speaking = [
        (number, one)
        for number, one in enumerate(material.read)
        if mentions_number(wanted, one.sentence.text, material.same_language(as_line(one)))
    ]
    if not speaking:
        return Finding(wanted)
    for number, one in speaking:
        if _is_list(wanted, one, material.read[number + 1 : number + 2]) or _headings(one) >= int(
            wanted.number
        ):
            return Finding(wanted)
    noun = stems([wanted.noun])
    listing = [line for line in material.lines if items(line.text) >= int(wanted.number)]
    if any(noun & stems(line.text.split()) for line in listing):
        return Finding(wanted)
    return Finding(wanted, nearest=as_line(speaking[0][1]))


def _is_list(wanted: Expected, found: Found, following: Sequence[Found]) -> bool:
    number = int(wanted.number)
    led = following and following[0].hit.passage.id == found.hit.passage.id
    return items(found.sentence.text) > number or bool(led and items(following[0].sentence.text) >= number)


def _headings(found: Found) -> int:
    """How many headings follow the sentence in its document."""
    after = found.hit.document.text[found.sentence.end :]
    return sum(line.startswith("#") for line in after.splitlines())

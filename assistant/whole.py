"""A follow-up written out with what its conversation is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.leaning import Bearing, asks_for_persons, bearing, exchange, picks, points, starts_a_case
from assistant.names import Name, names, subject_words
from assistant.places import places

MOST_NAMES = 4
MOST_WORDS = 6
LISTED = re.compile(r"\s*(?:,|och|and|og|eller|or|&)\s*|,\s*(?:och|and|og)\s*", re.IGNORECASE)
SENTENCE = re.compile(r"[^.?!]+[.?!]*")
INTO = re.compile(r"\b(?:i|till|från|in|to|from|til|fra)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Whole:
    """A question as its conversation makes it.

    `text` reads as a question and may be shown; `carried` is what it leans on. `names` and `words` are
    what follow-ups are about, the words from the question they began with; `latest` are its own words.
    """

    text: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    latest: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()

    @property
    def search(self) -> str:
        """The question with what it leans on."""
        return " ".join([self.text, *self.carried])


def written_out(text: str, before: Whole | None, answer: str, said: str) -> Whole:
    """The question with what it needs of the exchange before it: `before` and its `answer`.

    `said` is all that was answered so far; an `answer` that told nothing is empty.
    """
    if before is None:
        return alone(text)
    match bearing(text, said):
        case Bearing.REPEATS:
            return before
        case Bearing.EXCHANGES:
            return _exchanged(before, exchange(text))
        case Bearing.LEANS:
            return _completed(text, before, answer)
        case _:
            return alone(text)


def alone(text: str) -> Whole:
    """A question that needs nothing before it."""
    own = names(text)
    subject = any(not name.is_place for name in own)
    words = subject_words(_question(text), common=not subject)
    return Whole(text, _first((name.text for name in own), MOST_NAMES), _first(words, MOST_WORDS))


def _question(text: str) -> str:
    """The sentences that ask; the whole text where none does."""
    asking = [sentence for sentence in SENTENCE.findall(text) if sentence.rstrip().endswith("?")]
    return " ".join(asking) or text


def _completed(text: str, before: Whole, answer: str) -> Whole:
    """The question with the names and words that the one before was about."""
    own = names(text)
    topic = [name for name in before.names if not (_is_place(name) and any(each.is_place for each in own))]
    unnamed = not topic and (asks_for_persons(text) or not before.words)
    if picks(text) or unnamed:
        topic += [name.text for name in names(answer)]
    latest = before.latest if points(text) else ()
    folded = text.casefold()
    leaned = (one for one in (*topic, *before.words, *latest) if one.casefold() not in folded)
    carried = _first(leaned, MOST_NAMES + MOST_WORDS)
    kept = _first([*topic, *(name.text for name in own)], MOST_NAMES)
    return Whole(text, kept, before.words, _first(subject_words(text), MOST_WORDS), carried)


def _exchanged(before: Whole, rest: str) -> Whole:
    """The question before with `rest`, or the name in it, in the place of what it replaces."""
    new = names(rest)
    span = _replaced(before.text, new, rest) if new else _tail(before.text, rest)
    put = rest[new[0].start : new[-1].end] if new and span else rest
    gone = _gone(before, new, span)
    text = _put(before.text, span, put, rest, new)
    kept = tuple(name for name in before.names if name.casefold() not in gone)
    carried = tuple(one for one in before.carried if one.casefold() not in gone)
    found = _first([*(name.text for name in new), *kept], MOST_NAMES)
    return Whole(text, found, before.words, before.latest, carried)


def _gone(before: Whole, new: list[Name], span: tuple[int, int] | None) -> set[str]:
    """The names that the new one replaces, in lower case: in the question, else among what it leaned on."""
    if span:
        return {name.text.casefold() for name in names(before.text[span[0] : span[1]])}
    leaned = [one for one in before.carried if new and one in before.names]
    return {one.casefold() for one in leaned if _is_place(one) == new[0].is_place}


def _put(text: str, span: tuple[int, int] | None, put: str, rest: str, new: list[Name]) -> str:
    if span is None:
        return f"{text.rstrip(' ?.!')}, {put}?"
    made = text[: span[0]] + put + text[span[1] :]
    told = not new or starts_a_case(rest) or not subject_words(rest)
    return made if told else f"{made} {rest}"


def _tail(text: str, rest: str) -> tuple[int, int] | None:
    """Where the text ends in a phrase that opens as `rest` does, such as "för kommuner"."""
    end = len(text.rstrip(" ?.!"))
    found = re.search(rf"\b{re.escape(rest.split()[0])}\s+(?:\w+\s?){{1,3}}$", text[:end], re.IGNORECASE)
    return None if found is None or names(found.group()) else (found.start(), end)


def _replaced(text: str, new: list[Name], rest: str) -> tuple[int, int] | None:
    """Where the text names what the new name replaces: a place for a place, else the name most like it."""
    if new[0].is_place:
        spans = _groups(text, [match.span() for match in places(text)])
        return spans[-1] if spans else None
    own = [name for name in names(text) if not name.is_place or INTO.search(rest[: new[0].start])]
    if not own:
        return None
    into = bool(INTO.search(rest[: new[0].start]))
    best = max(
        own, key=lambda name: (_likeness(text, name, rest, new[0]), -name.start if into else name.start)
    )
    return best.start, best.end


def _likeness(text: str, old: Name, rest: str, new: Name) -> tuple[bool, int]:
    into = [bool(INTO.search(whole[: name.start])) for whole, name in ((text, old), (rest, new))]
    shaped = (old.text.isupper() == new.text.isupper()) + ((" " in old.text) == (" " in new.text))
    return into[0] == into[1], shaped


def _groups(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, those of one list ("Dalarna, Gävleborg och Värmland") taken together."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and LISTED.fullmatch(text[found[-1][1] : start]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _is_place(name: str) -> bool:
    return any(match.group() == name for match in places(name))


def _first(texts: Iterable[str], most: int) -> tuple[str, ...]:
    """The first `most` of them, each once, case aside."""
    return tuple({text.casefold(): text for text in reversed(list(texts))}.values())[::-1][:most]

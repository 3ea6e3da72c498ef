"""Whether a sentence holds an answer of the kind that is asked for, and where."""

import re
from itertools import pairwise

from assistant.facts.expected import Expected, Kind
from assistant.facts.patterns import pattern
from assistant.facts.subject import stems
from assistant.facts.titles import as_said
from assistant.values import Value, find_dates, find_figures

CLAUSE = re.compile(r"(?:,|;|\s(?:och|samt|men|and|but|og)\s)")
SEPARATORS = re.compile(r",|;|\n|\s(?:och|samt|and|og)\s")
SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s)|$)", re.DOTALL)
EDGE = " .,\u00a0"
WORDS_BETWEEN = 4
YEAR = re.compile(r"\d{4}")


def holds(wanted: Expected, text: str, same_language: bool = True) -> bool:
    """Whether `text` holds what is wanted; `same_language` as the question, so that words can be compared."""
    if wanted.kind is Kind.COUNT:
        return _counts(wanted, text, same_language)
    if wanted.kind in (Kind.YEAR, Kind.DATE):
        return any(_is_dated(wanted, date) for date in dates_of(wanted, text))
    if wanted.kind is Kind.CONTACT:
        return any(pattern("expected", "holds", kind).search(text) for kind in ("phone", "mail", "address"))
    if wanted.kind is Kind.LISTED:
        return items(text) >= int(wanted.number)
    if wanted.kind is Kind.AMOUNT:
        return any(_span(kind, text) for kind in _money(wanted))
    if wanted.kind is Kind.DIVISION:
        return bool(_span("division", text) and any(_span(kind, text) for kind in ("amount", "share")))
    if wanted.kind is Kind.OUTCOME and pattern("expected", "untold").search(text):
        return False
    return bool(_span(wanted.kind.value, text))


def value(wanted: Expected, text: str, language: str) -> str:
    """The one amount, share or date wanted, as it stands in `text`, a date as said in `language`.

    Empty where there are several or none, or a word before it bounds it ("up to"): alone it would say
    something else.
    """
    if wanted.kind in (Kind.YEAR, Kind.DATE):
        dated = [date.key for date in dates_of(wanted, text) if _is_dated(wanted, date)]
        return as_said(dated[0], language) if len(dated) == 1 else ""
    if wanted.kind not in (Kind.AMOUNT, Kind.SHARE):
        return ""
    kinds = ("share",) if wanted.kind is Kind.SHARE else _money(wanted)
    found = [match for kind in kinds for match in pattern("expected", "holds", kind).finditer(text)]
    if len(found) != 1 or pattern("expected", "bounded").search(text, 0, found[0].start()):
        return ""
    amount = found[0].group().strip(EDGE)
    return _grouped(amount) if any(sign.isdigit() for sign in amount) else ""


def _money(wanted: Expected) -> tuple[str, ...]:
    """A sum is asked for in so many words, or "how much", which a share answers too."""
    return ("amount",) if pattern("expected", "sums").search(wanted.part) else ("amount", "share")


def _grouped(amount: str) -> str:
    """The amount with its digits in groups of three, as "1543 427" is meant."""
    for figure in reversed(find_figures(amount)):
        if figure.text.replace(" ", "") == figure.key:
            amount = f"{amount[: figure.start]}{int(figure.key):,}{amount[figure.end :]}".replace(",", " ")
    return amount


def dates_of(wanted: Expected, text: str) -> list[Value]:
    """The dates in `text` of the event that is asked about; all of them where none is.

    Of "pågick från januari till mars" January is when it starts and March when it ends. Where both are
    told apart, in clauses of their own, the date stands with its verb.
    """
    if not wanted.event:
        return find_dates(text)
    sign = pattern("expected", "events", wanted.event)
    found = []
    for sentence in SENTENCE.findall(text):
        if sign.search(sentence) and not _of_call(wanted, sentence):
            found += _near(wanted.event, sentence, find_dates(sentence))
    return found


def _of_call(wanted: Expected, sentence: str) -> bool:
    """Whether the sentence tells when a call closes or costs are paid, not the whole's time."""
    calls = pattern("still", "calls")
    return wanted.event in ("start", "end") and bool(calls.search(sentence)) and not calls.search(wanted.part)


def _near(event: str, sentence: str, found: list[Value]) -> list[Value]:
    if event not in ("start", "end"):
        return found
    sign = pattern("expected", "events", event)
    cut = [0, *(match.start() for match in CLAUSE.finditer(sentence)), len(sentence)]
    clauses = [(start, end) for start, end in pairwise(cut) if sign.search(sentence[start:end])]
    inside = [date for date in found if any(start <= date.start < end for start, end in clauses)]
    other = pattern("expected", "events", "end" if event == "start" else "start")
    taken = [(start, end) for start, end in pairwise(cut) if other.search(sentence[start:end])]
    free = [date for date in found if not any(start <= date.start < end for start, end in taken)]
    chosen = inside or free
    return chosen[:1] if event == "start" else chosen[-1:]


def mentions_number(wanted: Expected, text: str, same_language: bool) -> bool:
    """Whether `text` speaks of that many of the things, as "six areas" does."""
    noun = stems([wanted.noun])
    for figure in find_figures(text):
        after = re.findall(r"\w+", text[figure.end :])[:WORDS_BETWEEN]
        if figure.key == wanted.number and after and (not same_language or noun & stems(after)):
            return True
    return False


def items(text: str) -> int:
    """How many things `text` lists, counted by what stands between them."""
    return len(SEPARATORS.findall(text)) + 1


def lacks_year(wanted: Expected, text: str) -> bool:
    """Whether `text` dates what is asked about by day or month and leaves the year out."""
    found = dates_of(wanted, text)
    return bool(found) and not any(YEAR.match(date.key) for date in found)


def _is_dated(wanted: Expected, date: Value) -> bool:
    return bool(YEAR.match(date.key)) or wanted.kind is Kind.DATE


def _span(kind: str, text: str) -> re.Match[str] | None:
    return pattern("expected", "holds", kind).search(text)


def _counts(wanted: Expected, text: str, same_language: bool) -> bool:
    dated = [(date.start, date.end) for date in find_dates(text)]
    figures = [one for one in find_figures(text) if not any(a <= one.start < b for a, b in dated)]
    if not figures:
        return False
    noun = stems([wanted.noun])
    return not same_language or not noun or bool(noun & stems(re.findall(r"\w+", text)))

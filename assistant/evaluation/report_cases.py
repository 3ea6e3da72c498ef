"""One question as the report shows it: what failed, what was expected and found, and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answers import Citation
from assistant.evaluation.evidence import locate
from assistant.evaluation.results import Found, Result, Rule, Timing
from assistant.evaluation.scores import forbidden, missing
from assistant.evaluation.verdicts import Verdict
from assistant.evaluation.wording import Wording

EXCERPT = 400
OUTCOMES = {False: "failed", None: "unjudged", True: "passed"}
Links = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit of the search; `pieces` are its text, shortened, each with whether it is an expected quote.

    `holds` numbers, from 1, the expected quotes that are in it.
    """

    found: Found
    holds: tuple[int, ...]
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """A quote that the set's author had in mind, and the ranks of the hits that hold it."""

    source: str
    quote: str
    ranks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A result ready to be shown; `groups` and `banned` say of each group or word if the answer has it."""

    anchor: str
    result: Result
    outcome: str
    broken: tuple[str, ...]
    failures: tuple[str, ...]
    groups: tuple[tuple[tuple[str, ...], bool], ...]
    banned: tuple[tuple[str, bool], ...]
    evidence: tuple[Expected, ...]
    hits: tuple[Hit, ...]
    links: Links
    inexact: frozenset[int] | None
    seconds: float | None
    verdict: Verdict | None
    judged: Mapping[str, float | None]

    @property
    def disagreed(self) -> bool:
        """Whether a person decided otherwise than the rules."""
        return self.verdict is not None and self.verdict.right is not self.result.passed


def views(
    results: Sequence[Result],
    timings: Sequence[Timing],
    verdicts: Mapping[str, Verdict],
    judged: Mapping[str, Mapping[str, float | None]],
    wording: Wording,
) -> list[View]:
    """All results: failed ones first, then those not judged, then passed ones, else in their own order."""
    seconds = {timing.id: timing.total for timing in timings}
    shown = [
        _view(number, result, seconds, verdicts.get(result.case.id), judged.get(result.case.id, {}), wording)
        for number, result in enumerate(results, start=1)
    ]
    order = list(OUTCOMES.values())
    return sorted(shown, key=lambda view: order.index(view.outcome))


def choices(shown: Sequence[View], wording: Wording) -> dict[str, list[tuple[str, str]]]:
    """What the questions can be filtered by: values with their names, only those that occur."""
    found = {
        "category": sorted({view.result.case.category for view in shown} - {""}),
        "language": sorted({view.result.case.language for view in shown} - {""}),
        "persona": sorted({view.result.case.persona.value for view in shown if view.result.case.persona}),
    }
    named = {
        kind: [(value, wording.named(kind, value)) for value in values] for kind, values in found.items()
    }
    rules = {rule for view in shown for rule in view.broken}
    return named | {"rule": [(rule.value, wording.rule(rule.value)) for rule in Rule if rule.value in rules]}


def _view(
    number: int,
    result: Result,
    seconds: Mapping[str, float],
    verdict: Verdict | None,
    judged: Mapping[str, float | None],
    wording: Wording,
) -> View:
    case, answer = result.case, result.answer
    anchor = f"q{number}"
    lacking, said = missing(case, answer), forbidden(case, answer)
    return View(
        anchor=anchor,
        result=result,
        outcome=OUTCOMES[result.passed],
        broken=tuple(dict.fromkeys(failure.rule.value for failure in result.failures)),
        failures=tuple(wording.failure(failure) for failure in result.failures),
        groups=tuple((group, group not in lacking) for group in case.must_include),
        banned=tuple((word, word in said) for word in case.must_not_include),
        evidence=tuple(_expected(result)),
        hits=tuple(_hit(hit, result) for hit in result.hits),
        links={each.number: (f"#{anchor}-s{each.number}", each.title) for each in answer.citations},
        inexact=_inexact(result),
        seconds=seconds.get(case.id),
        verdict=verdict,
        judged=judged,
    )


def _inexact(result: Result) -> frozenset[int] | None:
    """The numbers of citations whose quote is not in its document; None where that was not looked at."""
    if "citation_exactness" not in result.scores:
        return None
    numbers = (
        each for failure in result.failures if failure.rule is Rule.NOT_EXACT for each in failure.details
    )
    return frozenset(int(each) for each in numbers if each.isdecimal())


def _expected(result: Result) -> Iterator[Expected]:
    for number, each in enumerate(result.case.evidence):
        ranks = (rank for rank, hit in enumerate(result.hits, start=1) if number in hit.evidence)
        yield Expected(each.source, each.quote, tuple(ranks))


def _hit(hit: Found, result: Result) -> Hit:
    text = " ".join(hit.text.split())
    quotes = (result.case.evidence[number] for number in hit.evidence if number < len(result.case.evidence))
    place = next((found[0] for each in quotes if (found := locate(each.quote, text))), None)
    return Hit(hit, tuple(number + 1 for number in hit.evidence), tuple(_pieces(text, place)))


def _pieces(text: str, place: tuple[int, int] | None) -> Iterator[tuple[str, bool]]:
    """At most some EXCERPT characters of `text`, with those at `place` whole and marked."""
    if not text:
        return
    if place is None:
        yield (text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + " …"), False
        return
    start, end = place
    around = max(60, (EXCERPT - (end - start)) // 2)
    before, after = text[max(0, start - around) : start], text[end : end + around]
    yield ("… " if start > around else "") + before, False
    yield text[start:end], True
    yield after + (" …" if end + around < len(text) else ""), False


def exactness(view: View, citation: Citation) -> str:
    """ "exact", "not_exact", or nothing where that was not looked at."""
    if view.inexact is None:
        return ""
    return "not_exact" if citation.number in view.inexact else "exact"


def tags(view: View) -> dict[str, Any]:
    """What the page's script filters by."""
    case = view.result.case
    persona = case.persona.value if case.persona else ""
    outcomes = [view.outcome, *["reviewed"] * (view.verdict is not None), *["disagreed"] * view.disagreed]
    told = {"category": case.category, "language": case.language, "persona": persona}
    return told | {"outcome": " ".join(outcomes), "rule": " ".join(view.broken)}

"""The conditions of a form of support, each with its verdict, and what they come to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.fit.criteria import TERMS, About, Criterion, particular
from assistant.fit.instruments import Instrument
from assistant.fit.profile import Profile
from assistant.fit.signs import table
from assistant.fit.verdicts import Verdict, concerns, verdict

ORDER = (Verdict.NOT_MET, Verdict.MET, Verdict.NOT_STATED, Verdict.TERM)


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition with its verdict."""

    criterion: Criterion
    verdict: Verdict


def judge(found: Iterable[Criterion], profile: Profile, today: date) -> list[Judged]:
    """One condition for each thing that conditions are about, the most telling, in the order of About."""
    judged = [Judged(one, verdict(one, profile, today)) for one in found if concerns(one, profile)]
    best: dict[About, Judged] = {}
    for one in _settled_places(judged):
        kept = best.get(one.criterion.about)
        if kept is None or _telling(one) < _telling(kept):
            best[one.criterion.about] = one
    return [best[about] for about in About if about in best]


def _settled_places(judged: Sequence[Judged]) -> list[Judged]:
    """Without the lists that lack the county, where another of the same source has it or a part of it."""
    placed = [one for one in judged if one.criterion.about is About.PLACE and _has_some(one)]
    lists = {_document(one) for one in placed}
    return [one for one in judged if not (_is_list_without(one) and _document(one) in lists)]


def _has_some(one: Judged) -> bool:
    return one.verdict is Verdict.MET or (one.verdict is Verdict.NOT_STATED and bool(one.criterion.parted))


def _is_list_without(one: Judged) -> bool:
    criterion = one.criterion
    return criterion.about is About.PLACE and criterion.is_open and one.verdict is Verdict.NOT_MET


def _document(one: Judged) -> str:
    return one.criterion.statement.quote.hit.document.id


def _telling(one: Judged) -> tuple[int, bool, tuple[bool, bool]]:
    """What decides before what does not; of two that do, the one that speaks of single firms."""
    criterion = one.criterion
    return ORDER.index(one.verdict), criterion.partial, particular(criterion.statement.text)


def outcome(judged: Sequence[Judged]) -> Verdict:
    """NOT_MET if any is not; MET if all that can be are; NOT_STATED else; TERM where nothing is required."""
    verdicts = {one.verdict for one in judged if one.criterion.about not in TERMS}
    if not verdicts:
        return Verdict.TERM
    if Verdict.NOT_MET in verdicts:
        return Verdict.NOT_MET
    return Verdict.MET if verdicts == {Verdict.MET} else Verdict.NOT_STATED


@dataclass(frozen=True, slots=True)
class Fit:
    """A form of support held against the asker."""

    instrument: Instrument
    judged: tuple[Judged, ...]

    @property
    def outcome(self) -> Verdict:
        """See `outcome`."""
        return outcome(self.judged)

    def with_verdict(self, *wanted: Verdict) -> list[Judged]:
        """The conditions with one of the verdicts."""
        return [one for one in self.judged if one.verdict in wanted]


def fits(found: Iterable[Instrument], profile: Profile, today: Callable[[], date]) -> list[Fit]:
    """Each form of support judged, the best fit first; those that rule the asker out last."""
    judged = [Fit(one, tuple(judge(one.criteria, profile, today()))) for one in found]
    return sorted(judged, key=lambda fit: _rank(fit, profile))


def _rank(fit: Fit, profile: Profile) -> tuple[bool, bool, bool, int, int]:
    """Ruled out; beside the purpose; not named after the country; fewest conditions met; found late."""
    serving = fit.instrument.purposes
    niche = set(table("niche").split(" | "))
    beside = not profile.purposes & serving if profile.purposes else bool(serving & niche)
    abroad = bool(profile.market) and profile.market.casefold() in fit.instrument.name.casefold()
    return (
        fit.outcome is Verdict.NOT_MET,
        beside,
        not abroad,
        -len(fit.with_verdict(Verdict.MET)),
        fit.instrument.rank,
    )

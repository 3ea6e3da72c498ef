"""A condition held against what the asker has told."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from assistant.fit.amounts import Money
from assistant.fit.criteria import TERMS, About, Criterion
from assistant.fit.profile import Asker, Profile


class Verdict(StrEnum):
    """How a condition goes with the asker; a TERM is one to keep in mind, whoever asks."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_STATED = "not_stated"
    TERM = "term"


def verdict(criterion: Criterion, profile: Profile, today: date) -> Verdict:
    """Met or not met where both sides are plain; not stated where the asker has not told what it takes."""
    about = criterion.about
    if about in TERMS:
        return Verdict.TERM
    if about is About.APPLICANT:
        return _applicant(criterion, profile)
    if about is About.PLACE:
        return _place(criterion, profile)
    if about is About.SIZE:
        return _within(criterion, profile.employees)
    if about is About.TURNOVER:
        return _turnover(criterion, profile.turnover)
    if about is About.AGE:
        return _within(criterion, _age(profile, today))
    if about is About.FORM:
        return _form(profile)
    if about is About.MARKET:
        return _known(profile.outside_eu)
    if about is About.THEME:
        return Verdict.MET if criterion.kinds & profile.themes else Verdict.NOT_STATED
    return (
        Verdict.MET
        if about is About.PARTNERS and profile.has_partner and profile.norwegian
        else Verdict.NOT_STATED
    )


def concerns(criterion: Criterion, profile: Profile) -> bool:
    """Whether a condition for one county, or a share for one kind of organisation, is one for this asker."""
    if criterion.about is About.SHARE and criterion.kinds and profile.kind is not Asker.UNKNOWN:
        return bool(profile.kinds & criterion.kinds)
    if criterion.about is About.PLACE or not criterion.counties:
        return True
    return profile.place is not None and profile.place.id in criterion.counties


def worst(found: Sequence[Verdict]) -> Verdict:
    """One verdict for conditions on the same thing: what is not met outweighs, then what is met."""
    order = (Verdict.NOT_MET, Verdict.MET, Verdict.NOT_STATED, Verdict.TERM)
    return next(one for one in order if one in found)


def _known(value: bool | None) -> Verdict:
    if value is None:
        return Verdict.NOT_STATED
    return Verdict.MET if value else Verdict.NOT_MET


def _applicant(criterion: Criterion, profile: Profile) -> Verdict:
    kinds = criterion.kinds
    if profile.kind is Asker.UNKNOWN:
        return Verdict.NOT_STATED
    named = bool(profile.kinds & kinds) or (
        profile.kind is Asker.SOLE_TRADER and "firm" in kinds and not criterion.is_open
    )
    if not named or criterion.partial:
        return Verdict.NOT_STATED
    return Verdict.MET if criterion.is_open else Verdict.NOT_MET


def _place(criterion: Criterion, profile: Profile) -> Verdict:
    if not criterion.counties:
        return Verdict.NOT_STATED if profile.place is None else Verdict.MET
    if profile.place is None:
        return Verdict.NOT_STATED
    named = profile.place.id in criterion.counties
    if criterion.is_open:
        if profile.place.id in criterion.parted or (criterion.partial and not named):
            return Verdict.NOT_STATED
        return Verdict.MET if named else Verdict.NOT_MET
    return Verdict.NOT_MET if named else Verdict.NOT_STATED


def _within(criterion: Criterion, value: int | None) -> Verdict:
    if value is None:
        return Verdict.NOT_STATED
    # "Fewer than 250" and "at most 249" differ by one firm; the quote shows which is meant.
    low, high = criterion.low or 0, criterion.high if criterion.high is not None else float("inf")
    return _known(low <= value <= high)


def _turnover(criterion: Criterion, value: Money | None) -> Verdict:
    """Across currencies only where it holds at every rate within bounds."""
    if value is None:
        return Verdict.NOT_STATED
    least, most = value.in_kronor()
    low = Money(criterion.low or 0, criterion.euro).in_kronor()
    high = Money(criterion.high if criterion.high is not None else float("inf"), criterion.euro).in_kronor()
    if value.euro == criterion.euro:
        return _known((criterion.low or 0) <= value.amount <= (criterion.high or float("inf")))
    if least >= low[1] and most <= high[0]:
        return Verdict.MET
    return Verdict.NOT_MET if most < low[0] or least > high[1] else Verdict.NOT_STATED


def _age(profile: Profile, today: date) -> int | None:
    return (
        profile.age if profile.age is not None else today.year - profile.founded if profile.founded else None
    )


def _form(profile: Profile) -> Verdict:
    if profile.kind is Asker.FIRM:
        return _known(profile.limited) if profile.limited else Verdict.NOT_STATED
    return Verdict.NOT_STATED if profile.kind is Asker.UNKNOWN else Verdict.NOT_MET

"""What there is for the asker: a few forms of support with the conditions that decide."""

from collections.abc import Sequence

from assistant.drafts import Block, Draft, own
from assistant.fit.criteria import TERMS, About, Statement, lines
from assistant.fit.judging import Fit, Judged
from assistant.fit.profile import Profile
from assistant.fit.signs import table
from assistant.fit.telling import assumptions, closing
from assistant.fit.verdicts import Verdict
from prompts import fill, phrases
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

MOST = 4
LINES_EACH = 2
MOST_UNCLEAR = 2
SHOWN_FIRST = (
    About.SIZE,
    About.MARKET,
    About.PLACE,
    About.APPLICANT,
    About.BANK,
    About.THEME,
    About.TURNOVER,
    About.SHARE,
)
ON_FIRMS = frozenset({About.APPLICANT, About.SIZE, About.TURNOVER, About.AGE, About.FORM, About.BANK})


def several_draft(
    fitting: Sequence[Fit], profile: Profile, language: str, first: Sequence[Statement]
) -> Draft | None:
    """Those that fit, each with its conditions; `first` is what to know before. None without any."""
    texts = phrases("fit", language)
    chosen = _telling(fitting)[:MOST]
    if not chosen:
        return None
    return Draft(
        lead=(*lines(first), own(texts["several"])),
        blocks=tuple(_block(fit, texts) for fit in chosen),
        closing=(
            *assumptions(profile, language),
            closing([fit.instrument.document for fit in chosen], language),
        ),
    )


def _telling(fitting: Sequence[Fit]) -> list[Fit]:
    """Without those of which hardly anything can be said, where there are others."""
    clear = [fit for fit in fitting if fit.with_verdict(Verdict.MET) or _unclear(fit) <= MOST_UNCLEAR]
    return clear or list(fitting)


def _unclear(fit: Fit) -> int:
    return len(fit.with_verdict(Verdict.NOT_STATED))


def may_fit(fit: Fit, profile: Profile, names: Names) -> bool:
    """Whether nothing rules it out, its source is on the asker's county, and it serves the purpose told."""
    if fit.outcome in (Verdict.NOT_MET, Verdict.TERM) or not _is_here(fit, profile, names):
        return False
    if any(one.criterion.kinds & only_for() for one in _unmet_themes(fit)):
        return False
    elsewhere = [
        one for one in fit.judged if one.criterion.about is About.MARKET and one.verdict is not Verdict.MET
    ]
    if elsewhere and not fit.instrument.purposes & profile.purposes:
        return False
    if _is_for_others(fit, profile):
        return False
    speaks_of_firms = any(one.criterion.about in ON_FIRMS for one in fit.judged)
    if profile.is_business and "partners" not in profile.purposes and not speaks_of_firms:
        return False
    serves = bool(served(profile) & fit.instrument.purposes)
    themed = any(one.verdict is Verdict.MET for one in fit.judged if one.criterion.about is About.THEME)
    return serves or themed if profile.purposes else themed or not _unmet_themes(fit)


def _is_for_others(fit: Fit, profile: Profile) -> bool:
    """Whether the source names who may apply, and never the asker's kind."""
    named = [one.kinds for one in fit.instrument.criteria if one.about is About.APPLICANT and one.is_open]
    kind = "firm" if profile.is_business else profile.kind.value
    return bool(kind and named) and not any(kind in kinds for kinds in named)


def only_for() -> frozenset[str]:
    """Themes outside which a form of support is of no use."""
    return frozenset(table("only_for").split(" | "))


def _unmet_themes(fit: Fit) -> list[Judged]:
    return [
        one for one in fit.judged if one.criterion.about is About.THEME and one.verdict is not Verdict.MET
    ]


def served(profile: Profile) -> frozenset[str]:
    """The purposes told, and those of support that serves them too."""
    wider = (table("serves").get(purpose, "").split(" | ") for purpose in profile.purposes)
    return profile.purposes | {one for listed in wider for one in listed if one}


def _is_here(fit: Fit, profile: Profile, names: Names) -> bool:
    """Whether the source's regions, where it has any, take the asker's county in."""
    regions = fit.instrument.document.metadata.regions
    if profile.place is None or not regions:
        return True
    country = "Sverige" if is_swedish(profile.place, names) else "Norge"
    return profile.place.region in regions or country in regions


def is_swedish(county: Entity, names: Names) -> bool:
    """Whether a county is Swedish: only those lie in an area of the regional fund."""
    return any(area.kind is Kind.AREA and area.region for area in names.applying(county))


def _block(fit: Fit, texts: dict[str, str]) -> Block:
    """The deciding conditions under the name with what is met and what is open."""
    notes = [
        fill(texts[f"summary_{wanted.value}"], facts=", ".join(labels))
        for wanted in (Verdict.MET, Verdict.NOT_STATED)
        if (labels := _labels(fit.with_verdict(wanted), texts))
    ]
    title = f"{fit.instrument.name} ({'; '.join(notes)})" if notes else fit.instrument.name
    shown = lines(one.criterion.statement for one in _shown(fit))
    return Block(shown[:LINES_EACH], title)


def _labels(judged: Sequence[Judged], texts: dict[str, str]) -> list[str]:
    return [
        texts[f"about_{one.criterion.about.value}"].lower()
        for one in judged
        if one.criterion.about not in TERMS
    ]


def _shown(fit: Fit) -> list[Judged]:
    return sorted(fit.judged, key=lambda one: _place_in(one.criterion.about))


def _place_in(about: About) -> int:
    return SHOWN_FIRST.index(about) if about in SHOWN_FIRST else len(SHOWN_FIRST)

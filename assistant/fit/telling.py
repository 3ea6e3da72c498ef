"""What is known of the asker, in words; and the texts that close every answer about money."""

from collections.abc import Iterable

from assistant.drafts import Line, own
from assistant.fit.amounts import Money
from assistant.fit.criteria import About
from assistant.fit.profile import Asker, Profile
from assistant.fit.signs import table
from prompts import fill, phrases
from vectorstore.naming import Names
from vectorstore.passages import Document, Status


def you(about: About, profile: Profile, language: str) -> str:
    """What the asker has told on the matter of a condition."""
    texts = phrases("fit", language)
    told = {
        About.APPLICANT: _kind(profile, texts),
        About.FORM: _kind(profile, texts),
        About.PLACE: place_of(profile),
        About.SIZE: _employees(profile, texts),
        About.TURNOVER: _turnover(profile.turnover, texts),
        About.AGE: _age(profile, texts),
        About.MARKET: profile.market,
        About.PARTNERS: texts["partner"] if profile.has_partner else "",
    }
    if about is About.THEME:
        return ""
    return told.get(about, "") or texts["you_unknown"]


def known(profile: Profile, language: str) -> str:
    """The facts that an answer goes by, joined; empty when none are known."""
    texts = phrases("fit", language)
    facts = [_kind(profile, texts), place_of(profile), _employees(profile, texts), profile.market]
    facts.append(_turnover(profile.turnover, texts))
    return ", ".join(fact for fact in facts if fact)


def unknown(profile: Profile, language: str) -> str:
    """The facts that would sharpen the answer, joined."""
    texts = phrases("fit", language)
    missing = {
        "county": profile.place is None,
        "kind": profile.kind is Asker.UNKNOWN,
        "size": profile.is_business and profile.employees is None,
        "purpose": not (profile.purposes or profile.themes),
    }
    return ", ".join(texts[f"fact_{fact}"] for fact, is_missing in missing.items() if is_missing)


def assumptions(profile: Profile, language: str) -> list[Line]:
    """What was gone by and what is not known, as one line; nothing when nothing was told."""
    texts = phrases("fit", language)
    told, missing = known(profile, language), unknown(profile, language)
    parts = [fill(texts["known"], facts=told)] * bool(told) + [fill(texts["unknown"], facts=missing)] * bool(
        missing
    )
    return [own(" ".join(parts))] if parts else []


def closing(documents: Iterable[Document], language: str) -> Line:
    """That the funder decides, and from which years the facts are."""
    texts = phrases("fit", language)
    years = sorted({document.metadata.dated[:4] for document in documents if document.metadata.dated})
    if not years:
        return own(texts["closing_undated"])
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return own(fill(texts["closing"], years=span))


def whom_to_ask(names: Names, language: str) -> Line:
    """The region and the bodies of signs.yaml, where the register knows them as current."""
    texts = phrases("fit", language)
    listed = (names.entities.get(one) for one in table("advisers"))
    bodies = [texts["your_region"], *(one.name for one in listed if one and one.status is not Status.ENDED)]
    *first, last = bodies
    joined = f"{', '.join(first)} {texts['or']} {last}" if first else last
    return own(fill(texts["ask_bodies"], bodies=joined))


def _kind(profile: Profile, texts: dict[str, str]) -> str:
    if profile.kind is Asker.UNKNOWN:
        return ""
    return profile.kind_said or texts[f"kind_{profile.kind.value}"]


def place_of(profile: Profile) -> str:
    """The place told, with its county."""
    if profile.place is None:
        return ""
    county = profile.place.name
    said = profile.place_said
    return (
        said or county if said.casefold().startswith(county.casefold()) or not said else f"{said} ({county})"
    )


def _employees(profile: Profile, texts: dict[str, str]) -> str:
    return fill(texts["you_employees"], count=profile.employees) if profile.employees is not None else ""


def _turnover(money: Money | None, texts: dict[str, str]) -> str:
    if money is None:
        return ""
    amount = f"{money.amount:,.0f}".replace(",", " ")
    return fill(texts["you_turnover_euro" if money.euro else "you_turnover_kronor"], amount=amount)


def _age(profile: Profile, texts: dict[str, str]) -> str:
    if profile.founded:
        return fill(texts["you_founded"], year=profile.founded)
    return fill(texts["you_age"], years=profile.age) if profile.age is not None else ""

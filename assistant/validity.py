"""What a source says of its own time, and what a reader must be told about it."""

from collections.abc import Sequence
from datetime import date

from assistant.answers import Validity
from assistant.lineage import UNKNOWN_NAMES, is_over, living, publisher, subject, to_ask
from prompts import fill, phrases
from vectorstore.entities import Entity
from vectorstore.naming import Names
from vectorstore.passages import Document, Metadata, Passage, Section, Status

OLD_YEARS = 3
"""Years after which a source's facts deserve a check: funding periods and offers change that fast."""


def validity(
    document: Document, passage: Passage, language: str, today: date, names: Names = UNKNOWN_NAMES
) -> Validity:
    """The passage's validity, with a note in `language` where the reader must know more than its date.

    `names` tell whether the publisher still exists, and with whom to check.
    """
    section = section_at(document, passage.start)
    metadata = document.metadata
    dated = passage.published if section else metadata.dated
    status = status_of(metadata, today, names)
    note = _note(document, section, status, dated, language, today, names)
    period = list(metadata.period) if any(metadata.period) else []
    return Validity(status=status, period=period, as_of=dated, note=note)


def status_of(metadata: Metadata, today: date, names: Names) -> Status:
    """What the subject of a document is today, by its metadata, else by the register."""
    ended = metadata.period[1] and metadata.period[1] < today.isoformat()[: len(metadata.period[1])]
    if metadata.status in (Status.UNKNOWN, Status.CURRENT) and ended:
        return Status.ENDED
    about = subject(metadata, names)
    if metadata.status is Status.UNKNOWN and about and is_over(about, today):
        return about.status if about.status is Status.HISTORICAL else Status.ENDED
    return metadata.status


def section_at(document: Document, position: int) -> Section | None:
    """The dated section of the document that holds `position`, if it has any."""
    return next((part for part in document.sections if part.start <= position < part.end), None)


def when(document: Document, passage: Passage, language: str) -> str:
    """The time to show beside a source: a year, the years that bound it, or that it has none."""
    section = section_at(document, passage.start)
    dated = passage.published if section else document.metadata.dated
    if dated:
        return dated[:4]
    since, until = (section.earliest, section.latest) if section else document.metadata.period
    years = list(dict.fromkeys(year for year in (since[:4], until[:4]) if year))
    texts = phrases("validity", language)
    if years and not since:
        return fill(texts["until_year"], year=years[0])
    return "–".join(years) or texts["no_year"]


def spoken(iso: str, language: str) -> str:
    """A partial ISO date as it is said: "2021-03" is "mars 2021"."""
    months = phrases("validity", language)["months"].split()
    year, *rest = iso.split("-")
    words = [str(int(day)) for day in rest[1:]] + [months[int(month) - 1] for month in rest[:1]]
    return " ".join([*words, year])


def one_of(bodies: Sequence[Entity], language: str) -> str:
    """The names of bodies, one of which is to be asked; "whoever is in charge" where none is known."""
    texts = phrases("validity", language)
    called = [body.names[language][0] for body in bodies]
    return (
        f" {texts['or']} ".join([", ".join(called[:-1]), called[-1]] if called[1:] else called)
        or texts["somebody"]
    )


def _note(
    document: Document,
    section: Section | None,
    status: Status,
    dated: str,
    language: str,
    today: date,
    names: Names,
) -> str:
    texts, metadata = phrases("validity", language), document.metadata
    if gone := _gone(metadata, dated, language, today, names):
        return gone
    told = _time(document, section, status, dated, language, today)
    if not told:
        return ""
    bodies = to_ask(document, names, today)
    by_whom = fill(texts["check_with"], body=one_of(bodies, language)) if bodies else texts["check"]
    return " ".join(part for part in (told, _younger(metadata, dated, language, names), by_whom) if part)


def _gone(metadata: Metadata, dated: str, language: str, today: date, names: Names) -> str:
    """That the publisher no longer exists, and what does; empty where that is not known."""
    texts, body = phrases("validity", language), publisher(metadata, names)
    heirs = living(body, names, today) if body and is_over(body, today) else []
    if not body or not heirs:
        return ""
    told = fill(
        texts["gone"],
        thing=metadata.publisher,
        title=metadata.title,
        dated=dated[:4] or texts["no_year"],
        as_of=spoken(body.as_of, language),
        heirs=", ".join(one.names[language][0] for one in heirs),
    )
    return f"{told} {fill(texts['check_with'], body=one_of(heirs[:1], language))}"


def _younger(metadata: Metadata, dated: str, language: str, names: Names) -> str:
    """That a body of the publisher's name is younger than the source."""
    body = publisher(metadata, names)
    if not body or not body.predecessors or not dated or dated >= body.period[0][: len(dated)]:
        return ""
    since = spoken(body.period[0], language)
    return fill(phrases("validity", language)["younger"], thing=body.names[language][0], since=since)


def _time(
    document: Document, section: Section | None, status: Status, dated: str, language: str, today: date
) -> str:
    """What must be said of the source's own time; empty where its date says enough."""
    texts, metadata = phrases("validity", language), document.metadata
    title = section.title if section else metadata.title
    if section and not dated:
        since, until = (
            spoken(iso[:7], language) if iso else "" for iso in (section.earliest, section.latest)
        )
        key = "between" if since and until else "before" if until else "undated"
        return fill(texts[key], title=title, since=since, until=until)
    shown = spoken(dated, language) if dated else texts["no_year"]
    if status is Status.PROPOSAL:
        return fill(texts["proposal"], title=title, dated=shown)
    if status is Status.ENDED and metadata.period[1]:
        return fill(texts["ended"], title=title, until=spoken(metadata.period[1], language))
    if status in (Status.HISTORICAL, Status.ENDED):
        return fill(texts["historical"], title=title, dated=shown)
    if not dated and not any(metadata.period):
        return fill(texts["undated"], title=title)
    if dated and int(dated[:4]) <= today.year - OLD_YEARS:
        return fill(texts["old"], title=title, dated=dated[:4])
    return ""

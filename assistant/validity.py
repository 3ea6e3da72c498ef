"""What a source says of its own time, and what a reader must be told about it."""

from collections.abc import Iterable
from datetime import date

from assistant.answers import Validity
from prompts import fill, phrases
from vectorstore.passages import Document, Metadata, Passage, Section, Status

OLD_YEARS = 3
"""Years after which a source's facts deserve a check: funding periods and offers change that fast."""


def validity(document: Document, passage: Passage, language: str, today: date) -> Validity:
    """The passage's validity, with a note in `language` where the reader must know more than its date."""
    section = section_at(document, passage.start)
    metadata = document.metadata
    dated = passage.published if section else metadata.dated
    status = _status(metadata, today)
    period = list(metadata.period) if any(metadata.period) else []
    return Validity(
        status=status,
        period=period,
        as_of=dated,
        note=_note(metadata, section, status, dated, language, today),
    )


def section_at(document: Document, position: int) -> Section | None:
    """The dated section of the document that holds `position`, if it has any."""
    return next((part for part in document.sections if part.start <= position < part.end), None)


def notices(found: Iterable[Validity]) -> list[str]:
    """The notes a reader must see with the answer, each once, in the order of the citations."""
    return list(dict.fromkeys(item.note for item in found if item.note))


def _status(metadata: Metadata, today: date) -> Status:
    ended = metadata.period[1] and metadata.period[1] < today.isoformat()[: len(metadata.period[1])]
    if metadata.status in (Status.UNKNOWN, Status.CURRENT) and ended:
        return Status.ENDED
    return metadata.status


def _note(
    metadata: Metadata, section: Section | None, status: Status, dated: str, language: str, today: date
) -> str:
    texts = phrases("validity", language)
    title = section.title if section else metadata.title
    if section and not dated:
        since, until = section.earliest, section.latest
        key = "between" if since and until else "before" if until else "undated"
        return fill(texts[key], title=title, since=since[:7], until=until[:7])
    if status is Status.PROPOSAL:
        return fill(texts["proposal"], title=title, dated=dated)
    if status is Status.ENDED:
        return fill(texts["ended"], title=title, until=metadata.period[1])
    if status is Status.HISTORICAL:
        return fill(texts["historical"], title=title, dated=dated or "?")
    if not dated and not any(metadata.period):
        return fill(texts["undated"], title=title)
    if dated and int(dated[:4]) <= today.year - OLD_YEARS:
        return fill(texts["old"], title=title, dated=dated[:4])
    return ""

"""Whether something still goes on: answered from dates in cited sentences, the register and metadata."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assistant.answers import AnswerStatus
from assistant.drafts import Block, Draft, Line, Wording, own
from assistant.facts.expected import Expected, Kind
from assistant.facts.findings import Finding, Material, as_line, overlaps
from assistant.facts.held import dates_of
from assistant.facts.patterns import pattern
from assistant.facts.subject import ONE_SUBJECT, Found
from assistant.facts.titles import dated
from assistant.lineage import is_over
from assistant.validity import spoken, status_of
from prompts import fill, phrases
from vectorstore.passages import Status
from vectorstore.queries import Hit
from vectorstore.terms import terms


class Way(StrEnum):
    """How it is asked; "late" is "is it too late to join?"."""

    ENDED = "ended"
    LATE = "late"
    OPEN = "open"
    APPLIES = "applies"


@dataclass(frozen=True, slots=True)
class Until:
    """The date, as partial ISO, at which the sentence says that the thing ends."""

    day: str
    found: Found


def way(part: str) -> Way | None:
    """How the part asks whether something goes on; None when it asks something else."""
    if pattern("still", "not").match(part.strip()):
        return None
    found = {one: pattern("still", one.value).search(part) for one in Way}
    return min((one for one in Way if found[one]), key=lambda one: _start(found[one]), default=None)


def wants_part(part: str, material: Material, today: date) -> bool:
    """Whether the part asks for money or a place in something that the register knows to be over."""
    known = material.subject.entities
    over = bool(known) and all(is_over(one, today) for one in known)
    asks = pattern("still", "wants_part").search(part) and not pattern("still", "not").match(part.strip())
    return over and bool(asks)


def _start(match: re.Match[str] | None) -> int:
    return match.start() if match else 0


def still(asked: Way, material: Material, today: date) -> Draft | None:
    """The answer; None where the sources never speak of what is asked about."""
    texts = phrases("facts", material.language)
    until, cited = _until(material), _cited(material)
    past = until and until.day < today.isoformat()[: len(until.day)]
    if until and past and not _is_current(material, until.found.hit, today):
        return _over_since(asked, until, material)
    if not cited:
        return None
    if gone := _gone(material, today):
        return replace(gone, blocks=(Block((cited,)),))
    hit = cited.quotes[0].hit
    if by := _over_by(material, hit, today):
        return Draft(lead=(own(fill(texts[f"over_{asked}"], by=f" {by}")),), blocks=(Block((cited,)),))
    told = dated(hit, material.language)
    if _runs(hit, today) and _names_places(cited, material) and _says_what(cited, material):
        partly = asked in (Way.OPEN, Way.LATE)
        status = AnswerStatus.PARTIAL if partly else AnswerStatus.ANSWERED
        said = fill(texts[f"runs_{asked}"], dated=told)
        line = as_line(until.found) if until and not past else cited
        line = line if _is_alive(line) else cited
        return Draft(status=status, lead=(own(said),), blocks=(Block((line,)),))
    said = fill(texts["unclear"], dated=told) if told else texts["unclear_undated"]
    return Draft(status=AnswerStatus.PARTIAL, lead=(own(said),), blocks=(Block((cited,)),))


def _gone(material: Material, today: date) -> Draft | None:
    """That a place asked about exists no longer under that name, where nothing else is asked about."""
    if material.subject.name:
        return None
    over = [one for one in material.names.places(material.asked) if is_over(one.entity, today)]
    if not over:
        return None
    as_of = spoken(over[0].entity.as_of, material.language)
    said = fill(phrases("facts", material.language)["gone"], name=over[0].written, as_of=as_of)
    return Draft(status=AnswerStatus.PARTIAL, lead=(own(said),))


def _says_what(line: Line, material: Material) -> bool:
    """Whether more ties the line to a question without a subject than the place that both name."""
    places = " ".join(one.written for one in material.names.places(material.asked))
    shared = set(terms(material.asked)) & set(terms(line.text)) - set(terms(places))
    return bool(material.subject.name or not places or shared)


def _over_since(asked: Way, until: Until, material: Material) -> Draft:
    """That it is over, with the date at which the sentence quoted says that it ended."""
    texts, line = phrases("facts", material.language), as_line(until.found)
    told = fill(texts["until"], until=spoken(until.day, material.language))
    lead = (own(fill(texts[f"over_{asked}"], by="")), Line(told, line.quotes, Wording.CLAIMED))
    return Draft(lead=lead, blocks=(Block((line,)),))


def with_first(told: Draft, material: Material) -> Draft:
    """`told` with the first line of the plain answer, which tells what the thing is or was."""
    quoted = [line for block in told.blocks for line in block.lines]
    first = [line for line in material.lines[:1] if not any(overlaps(line, one) for one in quoted)]
    return replace(told, blocks=(Block((*quoted, *first)),))


def decided(outcome: Finding, material: Material) -> Draft:
    """The answer to whether a decision is still waited for, where the sources tell that it came."""
    lead = own(phrases("facts", material.language)["decided"])
    return Draft(lead=(lead,), blocks=(Block(outcome.lines[:1]),))


def _is_current(material: Material, hit: Hit, today: date) -> bool:
    """Whether the register or the source itself says that it goes on, whatever else has ended in it."""
    known = material.subject.entities
    current = any(one.status is Status.CURRENT and not is_over(one, today) for one in known)
    return current or (not all(is_over(one, today) for one in known) if known else _runs(hit, today))


def _names_places(line: Line, material: Material) -> bool:
    """Whether the line, or the title over it, names the places asked about, outside the subject's name."""
    asked = material.asked.replace(material.subject.name, " ")
    title = line.quotes[0].hit.document.metadata.title
    there = {one.entity.id for one in material.names.places(f"{line.text}\n{title}")}
    return all(one.entity.id in there for one in material.names.places(asked))


def _until(material: Material) -> Until | None:
    """The latest end that a sentence about the subject tells; the nearest sentence first."""
    ends = Expected(Kind.DATE, "", event="end")
    near = [one for one in material.read if one.about or _is_cited(one, material)]
    for one in sorted(near, key=lambda one: not one.named):
        text = material.subject.without_others(one.sentence.text, material.names)
        found = [value.key for value in dates_of(ends, text) if value.key[:2] != "--"]
        if found:
            return Until(max(found), one)
    return None


def _is_cited(found: Found, material: Material) -> bool:
    """Whether, where nothing is named, the sentence stands in the document that the answer begins with."""
    if material.subject.name or not material.lines:
        return False
    hit = material.lines[0].quotes[0].hit
    return found.hit.document.id == hit.document.id and len(hit.document.text) <= ONE_SUBJECT


def _cited(material: Material) -> Line | None:
    """A sentence that names the subject, of those chosen if one does; without a subject the first chosen."""
    if not material.subject.name:
        return material.lines[0] if material.lines else None
    naming = [line for line in material.lines if material.subject.is_named(line.text, material.names)]
    if naming and not any(_is_alive(line) for line in naming):
        others = (as_line(one) for one in material.read if one.named)
        naming += [line for line in others if _is_alive(line)][:1]
    if naming:
        return max(naming, key=lambda line: (_names_places(line, material), _is_alive(line)))
    named = [one for one in material.read if one.named] or [one for one in material.read if one.about]
    return as_line(named[0]) if named else None


def _is_alive(line: Line) -> bool:
    return line.quotes[0].hit.document.metadata.status is not Status.ENDED


def _over_by(material: Material, hit: Hit, today: date) -> str:
    """By what it is known to have ended: the register, or of what it does not know the document; else empty.

    What is only called historical, without an end, is old, which does not mean that it ended.
    """
    texts, known = phrases("facts", material.language), material.subject.entities
    if not known:
        return (
            texts["by_source"]
            if status_of(hit.document.metadata, today, material.names) is Status.ENDED
            else ""
        )
    ended = all(is_over(one, today) and (one.period[1] or one.status is Status.ENDED) for one in known)
    return fill(texts["by_register"], as_of=spoken(known[0].as_of, material.language)) if ended else ""


def _runs(hit: Hit, today: date) -> bool:
    """Whether the source says of itself that what it tells holds now, and its time is not out."""
    metadata = hit.document.metadata
    end = metadata.period[1]
    return metadata.status is Status.CURRENT and (not end or end >= today.isoformat()[: len(end)])

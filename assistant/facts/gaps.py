"""Say what the sources do not tell, in one line, with the nearest thing that they do."""

from collections.abc import Sequence
from datetime import date

from assistant.answers import AnswerStatus
from assistant.drafts import Block, Draft, Line, own
from assistant.facts.expected import Expected, Kind
from assistant.facts.findings import Finding, Material, overlaps
from assistant.facts.titles import dated
from assistant.lineage import living, to_ask
from assistant.names import names as capital_names
from assistant.validity import one_of, section_at
from assistant.values import find_figures
from prompts import fill, phrases
from vectorstore.entities import Kind as EntityKind


def untold(missing: Sequence[Finding], material: Material, today: date) -> Draft:
    """The answer when nothing asked for is held: what is not told, the nearest quote, and whom to ask."""
    nearest: list[Line] = []
    for finding in missing:
        if finding.nearest and not any(overlaps(finding.nearest, line) for line in nearest):
            nearest.append(finding.nearest)
    texts = phrases("facts", material.language)
    lead = [*said(missing, material), own(texts["nearest"])]
    return Draft(
        status=AnswerStatus.NOT_IN_SOURCES,
        lead=tuple(lead),
        blocks=(Block(tuple(nearest)),),
        closing=asking(nearest[:1], material, today),
    )


def said(missing: Sequence[Finding], material: Material) -> tuple[Line, ...]:
    """A line of our own on all that is not told; empty where nothing is missing."""
    texts, gaps = (
        phrases("facts", material.language),
        {finding.wanted: _gap(finding, material) for finding in missing},
    )
    if not gaps:
        return ()
    listed = any(finding.wanted.kind is Kind.LISTED for finding in missing)
    thing = "" if listed else material.subject.name
    gap = f" {texts['and']} ".join(dict.fromkeys(gaps.values()))
    text = fill(texts["with_thing" if thing else "without_thing"], thing=thing, gap=gap)
    return (own(text[0].upper() + text[1:]),)


def of_source(finding: Finding, material: Material) -> Draft | None:
    """The answer on when a document was written: its own date; None where it has none."""
    line = next(iter((*material.lines, *([finding.nearest] if finding.nearest else []))), None)
    told = dated(line.quotes[0].hit, material.language) if line else ""
    if not line or not told:
        return None
    lead = own(fill(phrases("facts", material.language)["source_dated"], dated=told))
    return Draft(lead=(lead,), blocks=(Block((line,)),))


def without_year(finding: Finding, material: Material) -> Draft:
    """The answer when the day or the month is told and the year is not."""
    texts = phrases("facts", material.language)
    line = finding.dateless[0]
    hit = line.quotes[0].hit
    if section_at(hit.document, hit.passage.start) and (told := dated(hit, material.language)):
        lead = own(fill(texts["year_of_text"], dated=told))
        return Draft(lead=(lead,), blocks=(Block((line,)),))
    return Draft(status=AnswerStatus.PARTIAL, lead=(own(texts["no_year"]),), blocks=(Block((line,)),))


def asking(lines: Sequence[Line], material: Material, today: date) -> tuple[Line, ...]:
    """Whom to ask: those who stand behind the source today, where the register knows them."""
    documents = [quote.hit.document for line in lines for quote in line.quotes]
    asked = [one for one in material.subject.entities if one.kind is EntityKind.ORGANISATION][:1]
    bodies = [body for one in asked for body in living(one, material.names, today)[:1]]
    bodies = bodies or (to_ask(documents[0], material.names, today) if documents else [])
    if not bodies:
        return ()
    text = phrases("facts", material.language)["ask"]
    return (own(fill(text, body=one_of(bodies, material.language))),)


def _gap(finding: Finding, material: Material) -> str:
    texts, wanted = phrases("facts", material.language), finding.wanted
    if wanted.kind is Kind.LISTED:
        return fill(texts["unstated_listed"], number=_number(finding, material))
    receiver = _receiver(wanted, material)
    if wanted.kind is Kind.AMOUNT and receiver and receiver not in material.subject.name:
        return fill(texts["unstated_amount_to"], receiver=receiver)
    return texts[f"unstated_{wanted.event if wanted.kind is Kind.DATE and wanted.event else wanted.kind}"]


def _number(finding: Finding, material: Material) -> str:
    """The number as the source writes it; where that is in another language, the figure."""
    line = finding.nearest
    if not line or line.quotes[0].hit.document.metadata.language != material.language:
        return finding.wanted.number
    return next(one.text for one in find_figures(line.text) if one.key == finding.wanted.number)


def _receiver(wanted: Expected, material: Material) -> str:
    known = [one.written for one in material.names.find(wanted.receiver)]
    return next(iter([*known, *(name.text for name in capital_names(wanted.receiver))]), "")

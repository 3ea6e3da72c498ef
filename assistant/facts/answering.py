"""Put together what was found of each part of a question with the plain answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answers import AnswerStatus
from assistant.drafts import Block, Draft, Line, Wording, own
from assistant.facts.expected import Kind
from assistant.facts.findings import Finding, Material, overlaps
from assistant.facts.gaps import asking, of_source, said, untold, without_year
from assistant.facts.held import lacks_year, value
from assistant.facts.membership import membership
from assistant.facts.patterns import pattern
from assistant.facts.still import still, way
from assistant.facts.titles import dated
from prompts import fill, phrases

LONG = 160
"""Characters of a quote from which the words asked for are put before it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """For each part of the question what was found of each kind that it asks for."""

    parts: tuple[tuple[str, list[Finding]], ...]
    material: Material
    today: date

    @property
    def all(self) -> list[Finding]:
        """The findings of all parts, in order."""
        return [finding for _, found in self.parts for finding in found]

    @property
    def missing(self) -> list[Finding]:
        """Those of which the sources hold nothing."""
        return [finding for finding in self.all if finding.is_missing]

    @property
    def lines(self) -> list[Line]:
        """The lines that hold something asked for, each once."""
        kept: list[Line] = []
        for finding in self.all:
            for line in (*finding.lines, *finding.dateless):
                if not any(overlaps(line, other) for other in kept):
                    kept.append(line)
        return kept

    @property
    def is_whole(self) -> bool:
        """Whether every part asks for a kind of answer, so that nothing else is needed."""
        return all(found for _, found in self.parts)


def answer(found: Findings, draft: Draft) -> Draft:
    """`draft` made to say what was asked for, or that the sources do not."""
    known = found.material.subject.name or draft.blocks
    if not found.all or not known:
        return _with_lead(found, _with_times(found, draft))
    if found.is_whole and all(finding.silent for finding in found.all):
        return Draft()
    first = found.all[0]
    if len(found.all) == 1 and first.wanted.event == "written" and not first.lines:
        return of_source(first, found.material) or draft
    if found.is_whole and len(found.missing) == len(found.all) and not _asks_existence(found):
        return untold(found.missing, found.material, found.today)
    if len(found.all) == 1 and first.dateless:
        return without_year(first, found.material)
    return _with_times(found, _with_gaps(found, _trimmed(found, draft)))


def _asks_existence(found: Findings) -> bool:
    """ "Is there an export centre that we can ring?" is answered also without the number."""
    first = found.parts[0][0].strip()
    return bool(found.material.lines) and bool(pattern("expected", "existence").match(first))


def _trimmed(found: Findings, draft: Draft) -> Draft:
    """Only the lines that hold what is asked for, where all parts ask for such; else those and the others."""
    lines = found.lines
    if not lines:
        return draft
    if found.is_whole and not any(finding.wanted.kind is Kind.LISTED for finding in found.all):
        return replace(draft, lead=_lead(found), blocks=(Block(tuple(_by_document(lines))),), missing=())
    others = [line for line in found.material.lines if not any(overlaps(line, one) for one in lines)]
    return replace(draft, blocks=(Block(tuple(_by_document([*lines, *others]))),))


def _by_document(lines: Sequence[Line]) -> list[Line]:
    order = list(dict.fromkeys(line.quotes[0].hit.document.id for line in lines))
    return sorted(lines, key=lambda line: order.index(line.quotes[0].hit.document.id))


def _lead(found: Findings) -> tuple[Line, ...]:
    """The words asked for, cut out of a long or foreign quote, where only one answer was found."""
    material = found.material
    if len(found.all) != 1 or not found.all[0].lines:
        return ()
    wanted, line = found.all[0].wanted, found.all[0].lines[0]
    if pattern("expected", "lasting").search(wanted.part):
        return ()
    told = value(wanted, line.text, material.language)
    foreign = line.quotes[0].hit.document.metadata.language not in ("", material.language)
    if not told or not (foreign or len(line.text) > LONG):
        return ()
    lead = fill(phrases("facts", material.language)["value"], value=told)
    return (Line(lead, line.quotes, Wording.CLAIMED),)


def _with_gaps(found: Findings, draft: Draft) -> Draft:
    """`draft` with a line for each thing that is not told beside others that are."""
    texts = phrases("facts", found.material.language)
    dateless = [finding for finding in found.all if finding.dateless or _lacks_year(finding)]
    if not found.missing:
        return replace(draft, closing=(*draft.closing, *[own(texts["no_year_after"])] * bool(dateless)))
    gone = {part for part, findings in found.parts if findings and all(one.is_missing for one in findings)}
    closing = [*said(found.missing, found.material), *[own(texts["no_year_after"])] * bool(dateless)]
    asked = asking(found.material.lines[:1], found.material, found.today)
    return replace(
        draft,
        status=AnswerStatus.PARTIAL,
        missing=tuple(part for part in draft.missing if part not in gone),
        closing=(*draft.closing, *closing, *asked),
    )


def _lacks_year(finding: Finding) -> bool:
    """Whether the date found has no year, in a text that has none either."""
    if finding.wanted.kind is not Kind.DATE or not finding.lines:
        return False
    line = finding.lines[0]
    return lacks_year(finding.wanted, line.text) and not dated(line.quotes[0].hit, "sv")


def _with_times(found: Findings, draft: Draft) -> Draft:
    """`draft` with what can be said of parts that ask whether something still holds."""
    several = [part for part, _ in found.parts] if len(found.parts) > 1 and draft.blocks else []
    for part in several:
        asks = way(part)
        told = still(asks, found.material, found.today) if asks else None
        if told:
            missing = tuple(one for one in draft.missing if one != part)
            draft = replace(draft, missing=missing, closing=(*draft.closing, *told.lead))
    return draft


def _with_lead(found: Findings, draft: Draft) -> Draft:
    """Yes or no first, where that is what the one part asks and a sentence answers it."""
    told = membership(found.parts[0][0], found.material) if len(found.parts) == 1 else None
    return replace(draft, lead=told.lead, blocks=told.blocks, missing=()) if told else draft

"""Whether the asker may have one named form of support: condition by condition."""

from collections.abc import Sequence
from datetime import date

from assistant.answers import AnswerStatus
from assistant.drafts import Block, Draft, Grid, own
from assistant.fit.criteria import About, Statement, lines
from assistant.fit.instruments import Instrument
from assistant.fit.judging import Judged, judge, outcome
from assistant.fit.profile import Profile
from assistant.fit.telling import closing, whom_to_ask, you
from assistant.fit.verdicts import Verdict, verdict
from prompts import fill, phrases
from vectorstore.naming import Names

FEW = 2
"""Quotes beside the table: the text must stand without it."""


def named_draft(
    name: str,
    found: Sequence[Instrument],
    profile: Profile,
    language: str,
    today: date,
    beside: Sequence[Statement],
) -> Draft | None:
    """The verdict on `name` with its conditions; None where the sources set none.

    `beside` are statements on what may be sought instead, shown when the asker is ruled out.
    """
    texts = phrases("fit", language)
    here = _here(found, profile, today)
    judged = judge([one for instrument in here for one in instrument.criteria], profile, today)
    if len(here) > 1 and profile.place is None:
        # Each source speaks of other counties; none of them can be the asker's for sure.
        judged = [one for one in judged if one.criterion.about is not About.PLACE]
    result = outcome(judged)
    if result is Verdict.TERM:
        return None
    decisive = _decisive(judged, result)
    blocks = [Block(lines(one.criterion.statement for one in decisive))]
    if result is Verdict.NOT_MET and beside and profile.is_business:
        blocks.append(Block(lines(beside), texts["instead"]))
    cited = [one.criterion.statement.quote.hit.document for one in judged]
    return Draft(
        lead=(own(fill(texts[_lead(judged, result)], called=name)),),
        blocks=tuple(blocks),
        closing=(closing(cited, language),),
        grid=_grid(judged, profile, language) if result is not Verdict.NOT_MET else Grid(),
    )


def unsaid_draft(name: str, names: Names, language: str) -> Draft:
    """That the sources do not say who may apply, and whom to ask."""
    lead = fill(phrases("fit", language)["lead_unsaid"], called=name)
    return Draft(AnswerStatus.NOT_IN_SOURCES, lead=(own(lead),), closing=(whom_to_ask(names, language),))


def _here(found: Sequence[Instrument], profile: Profile, today: date) -> list[Instrument]:
    """Without the sources on other counties, where one is on the asker's."""
    placed = {
        number: {verdict(one, profile, today) for one in instrument.criteria if one.about is About.PLACE}
        for number, instrument in enumerate(found)
    }
    if not any(Verdict.MET in verdicts for verdicts in placed.values()):
        return list(found)
    return [
        one
        for number, one in enumerate(found)
        if Verdict.NOT_MET not in placed[number] or Verdict.MET in placed[number]
    ]


def _decisive(judged: Sequence[Judged], result: Verdict) -> list[Judged]:
    """What the verdict turns on, each sentence once."""
    order = [Verdict.NOT_MET] if result is Verdict.NOT_MET else [Verdict.MET, Verdict.NOT_STATED]
    chosen: dict[str, Judged] = {}
    for wanted in order:
        for one in judged:
            if one.verdict is wanted:
                chosen.setdefault(one.criterion.statement.text, one)
    return list(chosen.values())[: FEW if result is Verdict.NOT_MET else FEW + 1]


def _lead(judged: Sequence[Judged], result: Verdict) -> str:
    if result is Verdict.NOT_MET:
        ruled = next(one for one in judged if one.verdict is Verdict.NOT_MET)
        return "lead_no_applicant" if ruled.criterion.about is About.APPLICANT else "lead_not_met"
    if result is Verdict.MET:
        return "lead_met"
    return "lead_partly" if any(one.verdict is Verdict.MET for one in judged) else "lead_unknown"


def _grid(judged: Sequence[Judged], profile: Profile, language: str) -> Grid:
    texts = phrases("fit", language)
    columns = tuple(column.strip() for column in texts["columns"].split("|"))
    rows = tuple(
        (
            own(texts[f"about_{one.criterion.about.value}"]),
            one.criterion.statement.line,
            own("" if one.verdict is Verdict.TERM else you(one.criterion.about, profile, language)),
            own(texts[one.verdict.value]),
        )
        for one in judged
    )
    return Grid(columns, rows)

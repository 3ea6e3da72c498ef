"""When the next chance ends: what the sources tell of earlier dates, and never a date of ours."""

from collections.abc import Sequence

from assistant.answers import AnswerStatus
from assistant.drafts import Block, Draft, own
from assistant.fit.criteria import About, Statement, criteria, lines
from assistant.fit.signs import sign
from assistant.fit.telling import whom_to_ask
from prompts import fill, phrases
from vectorstore.naming import Names

MOST = 2


def deadline_draft(
    name: str, statements: Sequence[Statement], names: Names, language: str, with_rate: bool
) -> Draft:
    """That no coming date is known, with the usual ones where a source has some; `with_rate` shares too."""
    texts = phrases("fit", language)
    usual = [one for one in statements if sign("dates").search(one.text) and sign("call").search(one.text)]
    shares = [one for one in statements if with_rate and _is_share(one, names)]
    told = lines([*shares[:MOST], *usual[:MOST]])
    checks = own(fill(texts["deadline_check"], called=name)) if told else whom_to_ask(names, language)
    return Draft(
        AnswerStatus.PARTIAL if told else AnswerStatus.NOT_IN_SOURCES,
        lead=(own(fill(texts["deadline_unknown"], called=name)),),
        blocks=(Block(told, texts["deadline_usual"]),) if told else (),
        closing=(checks,),
    )


def _is_share(statement: Statement, names: Names) -> bool:
    return bool(sign("share").search(statement.text)) and any(
        one.about is About.SHARE for one in criteria(statement, names)
    )

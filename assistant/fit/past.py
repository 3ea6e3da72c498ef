"""What sources that know of no open call name nevertheless."""

from collections.abc import Sequence

from assistant.citations import Quote
from assistant.drafts import Block, Draft, own
from assistant.fit.criteria import Statement, lines
from assistant.fit.telling import whom_to_ask
from assistant.scoring import Scored
from prompts import phrases
from vectorstore.entities import Kind
from vectorstore.naming import Names

MOST = 3


def past_draft(scored: Sequence[Scored], names: Names, language: str) -> Draft | None:
    """The best sentences that name programmes or funds, under the names and years of their documents."""
    texts = phrases("fit", language)
    naming = [one for one in scored if _names_fund(one, names)]
    if not naming:
        return None
    told = [
        Statement(one.sentence.text, Quote(one.hit, one.sentence.start, one.sentence.end)) for one in naming
    ]
    return Draft(
        lead=(own(texts["past_lead"]),),
        blocks=(Block(lines(told)[:MOST]),),
        closing=(whom_to_ask(names, language),),
    )


def _names_fund(one: Scored, names: Names) -> bool:
    return any(named.entity.kind is Kind.PROGRAMME for named in names.find(one.sentence.text))

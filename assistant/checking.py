"""The check every draft goes through: quotes are read again, and what does not stand on one is taken out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from assistant.answers import AnswerStatus, Citation
from assistant.citations import Documents, cite
from assistant.drafts import Draft, Line, Wording
from assistant.grounding import is_grounded
from assistant.lineage import UNKNOWN_NAMES
from assistant.sifting import lines, sift
from assistant.steering import is_instruction
from vectorstore.naming import Names

NEED_NO_QUOTE = frozenset({AnswerStatus.CLARIFY, AnswerStatus.OUT_OF_SCOPE, AnswerStatus.DECLINED})

Numbers = Callable[[Line], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft of which every line, cell and field stands; `numbers` gives the citations of a line."""

    draft: Draft
    citations: tuple[Citation, ...]
    numbers: Numbers

    @property
    def stands(self) -> bool:
        """Whether anything is left to say; a refusal may say in our words what it is that is not told."""
        draft = self.draft
        explained = draft.status is AnswerStatus.NOT_IN_SOURCES and bool(draft.lead)
        return bool(self.citations) or draft.status in NEED_NO_QUOTE or explained


def check(
    draft: Draft,
    asked: str,
    documents: Documents,
    language: str,
    today: date,
    names: Names = UNKNOWN_NAMES,
) -> Checked:
    """`draft` without what its quotes do not bear out; the quotes numbered in the order they are read.

    `asked` is the question: figures and names that it brought may be said back. `names` are the register's:
    a thing may be called by another of its names.
    """
    quotes = {quote.key: quote for line in lines(draft) for quote in line.quotes}
    found = dict(zip(quotes, cite(list(quotes.values()), documents, language, today, names), strict=True))

    def stands(line: Line) -> bool:
        cited = [citation for quote in line.quotes if (citation := found[quote.key])]
        if len(cited) < len(line.quotes):
            return False
        held = [citation.quote for citation in cited]
        if any(map(is_instruction, held)):
            return False
        if not cited or line.wording is Wording.OWN:
            return line.wording is Wording.OWN
        return line.wording is Wording.QUOTED or is_grounded(line.text, held, asked, names)

    kept = sift(draft, stands)
    used = dict.fromkeys(quote.key for line in lines(kept) for quote in line.quotes)
    numbered = {key: number for number, key in enumerate(used, start=1)}
    citations = [
        citation.model_copy(update={"number": number})
        for key, number in numbered.items()
        if (citation := found[key])
    ]
    return Checked(
        kept, tuple(citations), lambda line: tuple(sorted(numbered[quote.key] for quote in line.quotes))
    )

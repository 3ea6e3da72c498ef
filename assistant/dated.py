"""The step that tells of a draft what has ended, and withholds how to reach bodies that are gone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.answers import AnswerStatus
from assistant.citations import Quote
from assistant.contact_data import contact_data
from assistant.drafts import Asked, Draft, Line, own
from assistant.endings import endings, heirs_told
from assistant.lineage import is_over, publisher, to_ask
from assistant.sifting import lines, sift
from assistant.validity import one_of, spoken, status_of
from prompts import fill, phrases
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.passages import Document, Status
from vectorstore.queries import Hit


@dataclass(frozen=True, slots=True)
class Withheld:
    """Contact data in a document that must not be shown; of `body`, where it is one that is gone."""

    document: Document
    body: Entity | None


@dataclass(frozen=True, slots=True)
class Dated:
    """Goes over a draft before it is checked."""

    names: Callable[[], Names]
    today: Callable[[], date] = field(default=date.today)

    def apply(self, draft: Draft, asked: Asked, hits: Sequence[Hit] = ()) -> Draft:
        """`draft` without the contact data of bodies that no longer exist, and with notices on endings.

        Where contact data is left out, a line of our own says so and whom to look for instead. A draft that
        had nothing else becomes NOT_IN_SOURCES with that line. Going over a draft again changes nothing.
        """
        names, today = self.names(), self.today()
        withheld: dict[tuple[str, str], Withheld] = {}

        def keeps(line: Line) -> bool:
            found = [one for quote in line.quotes if (one := withholding(quote, names, today))]
            withheld.update({(one.document.id, one.body.id if one.body else ""): one for one in found})
            return not found

        kept = sift(draft, keeps)
        said = tuple(own(_told(one, asked.language, today, names)) for one in withheld.values())
        if said and not any(line.quotes for line in lines(kept)):
            refused = replace(kept, status=AnswerStatus.NOT_IN_SOURCES, lead=said, missing=())
            return replace(refused, ai_generated=False, model=Draft().model)
        kept = replace(kept, lead=(*said, *kept.lead))
        documents = {
            quote.hit.document.id: quote.hit.document for line in lines(kept) for quote in line.quotes
        }
        shown = [line.text for line in lines(kept)]
        notices = endings(asked.text, shown, list(documents.values()), asked.language, today, names)
        return replace(kept, notices=tuple(dict.fromkeys([*kept.notices, *notices])))


def withholding(quote: Quote, names: Names, today: date) -> Withheld | None:
    """Why the contact data in a quote must not be shown; None where there is none, or it may be.

    Contact data is the body's that is named last before it in the passage, else the publisher's. It may
    not be shown of a body that is gone, nor from a document that is historical.
    """
    document, start = quote.hit.document, quote.hit.passage.start
    for match in contact_data(document.text[quote.start : quote.end]):
        before = names.find(document.text[start : quote.start + match.start()])
        bodies = [one.entity for one in before if one.entity.kind is Kind.ORGANISATION]
        body = bodies[-1] if bodies else publisher(document.metadata, names)
        if body and is_over(body, today):
            return Withheld(document, body)
        if status_of(document.metadata, today, names) is Status.HISTORICAL:
            return Withheld(document, None)
    return None


def _told(withheld: Withheld, language: str, today: date, names: Names) -> str:
    texts, document, body = phrases("validity", language), withheld.document, withheld.body
    about = {"title": document.metadata.title, "dated": document.metadata.dated[:4] or texts["no_year"]}
    if body and (heirs := heirs_told(body, language, today, names)):
        as_of = spoken(body.as_of, language)
        return fill(texts["withheld"], thing=body.name, as_of=as_of, heirs=heirs, **about)
    return fill(texts["withheld_old"], body=one_of(to_ask(document, names, today), language), **about)

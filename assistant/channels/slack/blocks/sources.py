"""The sources of an answer as lines, each leading to its passage, with its publisher, year and validity."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answers import Answer, Citation, Validity
from assistant.channels.slack.blocks.lines import Line, Links, Mark, in_a_line
from assistant.channels.slack.blocks.splitting import shortened
from assistant.export.parts import Run, Runs, plain
from assistant.spoken_dates import dated
from prompts import fill, phrases
from vectorstore.passages import Status

LONGEST_TITLE = 150
LONGEST_FACT = 100
LONGEST_NOTE = 300
LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of `answer`; by their numbers, where each is read and what became of it since."""

    answer: Answer
    links: Links
    standings: Mapping[int, str]

    def lines(self, numbers: Collection[int], quotes: bool = False) -> list[Line]:
        """Those with these numbers, one line a document, with `quotes` their words that were not said."""
        return [line for group in self._documents(numbers) for line in self._lines(group, quotes)]

    def _documents(self, numbers: Collection[int]) -> Iterator[list[Citation]]:
        """The citations of one document together, in the order of their first numbers."""
        found: dict[tuple[object, ...], list[Citation]] = {}
        for one in self.answer.citations:
            if one.number in numbers:
                told = (one.document_id, one.title, one.validity.model_dump_json())
                found.setdefault((*told, self.standings.get(one.number, "")), []).append(one)
        yield from found.values()

    def _lines(self, group: Sequence[Citation], quotes: bool) -> Iterator[Line]:
        yield Line(self._runs(group))
        for citation in group if quotes else ():
            if not _is_said(citation.quote, self.answer):
                yield Line(self._quote(citation), Mark.QUOTE)

    def _runs(self, group: Sequence[Citation]) -> Runs:
        title = shortened(in_a_line(group[0].title), LONGEST_TITLE)
        link = next(filter(None, (self.links.get(one.number, "") for one in group)), "")
        facts = [fact for fact in self._facts(group) if fact]
        marks = [run for one in group for run in (_mark(one, self.links), Run(" "))]
        return (*marks, Run(title, link), Run("".join(f" · {fact}" for fact in facts)))

    def _facts(self, group: Sequence[Citation]) -> Iterator[str]:
        language, one = self.answer.language, group[0]
        publisher = shortened(in_a_line(one.publisher), LONGEST_FACT)
        yield f"{publisher} {in_a_line(one.validity.as_of)[:4]}".strip()
        pages = sorted({citation.page for citation in group if citation.page})
        if pages:
            yield fill(phrases("ui", language)["page"], page=", ".join(map(str, pages)))
        yield validity_words(one.validity, language, self.answer.notices)
        yield in_a_line(self.standings.get(one.number, ""))

    def _quote(self, citation: Citation) -> Runs:
        text, link = plain(citation.quote).strip(), self.links.get(citation.number, "")
        if len(text) <= LONGEST_QUOTE or not link:
            return (Run(shortened(text, LONGEST_QUOTE)),)
        read_on = phrases("slack_answers", self.answer.language)["read_on"]
        return (Run(f"{shortened(text, LONGEST_QUOTE)} "), Run(read_on, link))


def validity_words(validity: Validity, language: str, notices: Sequence[str] = ()) -> str:
    """Whether it is in force and when, and its note unless `notices` say it; empty where nothing is known."""
    period = _period(validity, language)
    word = phrases("ui", language)[f"validity_{validity.status}"]
    if validity.status is Status.UNKNOWN:
        told = f"{word} ({period})" if period else ""
    else:
        told = f"{word} {period}".strip()
    note = "" if validity.note in notices else shortened(in_a_line(validity.note), LONGEST_NOTE)
    return ". ".join(filter(None, (told, note)))


def _period(validity: Validity, language: str) -> str:
    """ "2021–2027", "från 2013", "till juni 2028"; of what has ended only the end, where it is known."""
    words = phrases("slack_answers", language)
    start, end = [in_a_line(dated(each, language)) for each in [*validity.period, "", ""][:2]]
    if end and validity.status is Status.ENDED:
        return end
    if start and end:
        return f"{start}–{end}" if (start + end).isdigit() else f"{start} – {end}"
    if start or end:
        return fill(words["since" if start else "until"], date=start or end)
    return ""


def _mark(citation: Citation, links: Links) -> Run:
    return Run(f"[{citation.number}]", links.get(citation.number, ""))


def _is_said(quote: str, answer: Answer) -> bool:
    """Whether the answer itself says these words."""
    cells = (cell for row in answer.table.rows for cell in row)
    fields = (value for card in answer.cards for value in card.fields.values())
    words = " ".join(quote.split())
    return any(words in " ".join(text.split()) for text in (answer.text, *cells, *fields))

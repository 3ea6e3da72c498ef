"""Where a case's evidence is: among the passages found, and under the citations given."""

import re
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import normalize

from assistant.answers import Citation
from assistant.evaluation.cases import Evidence
from assistant.evaluation.results import Found

WORDS_FOUND = 0.8
"""Share of a quote's words that must be in the passages of its file when it is not there in one piece."""


def found(evidence: Evidence, hits: Sequence[Found]) -> bool:
    """Whether hits of its file hold the quote: one of them whole, or together WORDS_FOUND of its words
    and every figure.
    """
    texts = [flat(hit.text) for hit in hits if is_source(evidence.source, hit.source)]
    return any(flat(evidence.quote) in text for text in texts) or _mostly(evidence.quote, " ".join(texts))


def found_in(quote: str, text: str) -> bool:
    """Whether `text` holds the quote, whole or by WORDS_FOUND of its words and every figure."""
    return flat(quote) in flat(text) or _mostly(quote, text)


def mark_hits(hits: Sequence[Found], evidence: Sequence[Evidence]) -> tuple[Found, ...]:
    """The hits, each with the numbers (from 0) of the quotes that it holds or is the one to complete."""
    marked = []
    for rank, hit in enumerate(hits):
        held = [
            number
            for number, each in enumerate(evidence)
            if found(each, [hit]) or (found(each, hits[: rank + 1]) and not found(each, hits[:rank]))
        ]
        marked.append(replace(hit, evidence=tuple(held)))
    return tuple(marked)


def overlaps(citation: Citation, evidence: Evidence, text: str) -> bool:
    """Whether the citation and the quote share words at the same place of the document's `text`.

    A quote that cannot be located there (its words stand apart in the source) overlaps when one
    of the two contains the other, or when the citation has WORDS_FOUND of its words.
    """
    if not is_source(evidence.source, citation.source):
        return False
    places = locate(evidence.quote, text)
    if places:
        return any(start < citation.end and citation.start < end for start, end in places)
    quote, cited = flat(evidence.quote), flat(citation.quote)
    return quote in cited or cited in quote or _mostly(evidence.quote, cited)


def locate(quote: str, text: str) -> list[tuple[int, int]]:
    """Every (start, end) at which `quote` stands in `text`, white space and case aside."""
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)] if pattern else []


def is_source(named: str, source: str) -> bool:
    """Whether a set's name for a document (a file name, or a URL) means the document from `source`.

    Case does not matter, nor how letters are composed (macOS takes å apart), and the suffix may be left out.
    """
    wanted, full = _name(named), _name(source)
    file = full.replace("\\", "/").rsplit("/", 1)[-1]
    return wanted in (full, file, file.rpartition(".")[0])


def flat(text: str) -> str:
    """`text` in one case and with single spaces."""
    return " ".join(normalize("NFC", text).split()).casefold()


def words(text: str) -> set[str]:
    """The different words and numbers of `text`, in one case."""
    return set(re.findall(r"\w+", text.casefold()))


def _mostly(quote: str, text: str) -> bool:
    wanted = re.findall(r"\w+", quote.casefold())
    held = words(text)
    if not wanted or any(word not in held for word in wanted if not word.isalpha()):
        return False  # a quote without its figures is another quote
    return sum(word in held for word in wanted) / len(wanted) >= WORDS_FOUND


def _name(text: str) -> str:
    return normalize("NFC", text).casefold().strip()

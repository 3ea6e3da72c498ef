"""A sentence of a model's, with the quotes it stands on; or nothing, where it says more than they do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.drafts import Line, Wording
from assistant.generation.anchors import locate, quoted
from assistant.generation.contacts import are_known
from assistant.generation.replies import Said
from assistant.generation.sources import Sources, harmless
from assistant.grounding import is_borne_out, is_grounded
from assistant.likeness import shared
from assistant.lineage import UNKNOWN_NAMES
from assistant.steering import is_instruction, is_verdict, only_ordered, words_of
from vectorstore.naming import Names

APART = re.compile(r"(?<=[.!?])\s+")
SHARE = 0.5
"""Share of a sentence's telling words that its quotes or the question must have, in the same language."""
LONGEST = 600
"""Characters of one claim."""
LONGEST_MISSING = 200
"""Characters of what is said to be missing."""


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """Checks the sentences of one reply.

    `asked` is the question with what the user said before, `language` that of the answer, `names` the
    register.
    """

    sources: Sources
    asked: str
    language: str
    names: Names = UNKNOWN_NAMES

    def line(self, said: Said) -> Line | None:
        """The claim with its quotes; None where it does not stand."""
        text = self.sources.contacts.restore(harmless(said.text))
        quotes = self._quotes(said)
        if not quotes or not text or len(text) > LONGEST:
            return None
        held = [quoted(quote) for quote in quotes]
        stands = (
            not is_instruction(text)
            and not self._is_ordered(text)
            and (not is_verdict(text) or any(map(is_verdict, held)))
            and are_known(text, held)
            and all(self._is_borne_out(part, quotes) for part in APART.split(text))
        )
        return Line(text, quotes, Wording.CLAIMED) if stands else None

    def _is_borne_out(self, text: str, quotes: Sequence[Quote]) -> bool:
        """Whether the sentence says no more than the quotes, and in their language little in other words."""
        held = [quoted(quote) for quote in quotes]
        if not is_borne_out(text, held, self.asked, self.names):
            return False
        if any(quote.hit.document.metadata.language != self.language for quote in quotes):
            return True
        around = [one for quote in quotes for one in quote.hit.passage.headings if not is_instruction(one)]
        _, share = shared(text, "\n".join([*held, *around, self.asked]))
        return share >= SHARE

    def is_missing(self, text: str) -> bool:
        """Whether the model's word on what is missing is about the question and nothing else."""
        named, asked = words_of(text), words_of(self.asked)
        known = sum(word in asked for word in named)
        short = bool(named) and len(text) <= LONGEST_MISSING
        return short and known * 2 >= len(named) and is_grounded(text, [self.asked], "", self.names)

    def _quotes(self, said: Said) -> tuple[Quote, ...]:
        found = []
        for place in said.places:
            source = self.sources.find(place.number)
            if source and (not said.numbers or place.number in said.numbers):
                found.append(locate(place, source))
        return tuple({quote.key: quote for quote in found if quote}.values())

    def _is_ordered(self, text: str) -> bool:
        """Whether it says a word that only instructions in the documents say."""
        told = [source.text for source in self.sources.sources]
        return bool(words_of(text) & only_ordered(self.sources.left_out, [*told, self.asked]))

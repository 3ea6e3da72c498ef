"""What a model gets to read: passages as numbered sources, without what could pass for more than data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts import Draft
from assistant.generation.contacts import Contacts
from assistant.sentences import Sentence, sentences
from assistant.sifting import lines
from assistant.steering import is_instruction
from vectorstore.plain_text import plain
from vectorstore.queries import Hit

MOST_SOURCES = 12
MOST_LETTERS = 12_000
"""Characters of all sources together: about 4 000 tokens."""
LONGEST_LABEL = 120
# Signs that fence off data in prompts of this kind, and look-alikes of them.
FENCES = re.compile(
    r"[<>«»‹›〈〉《》＜＞⟨⟩{}\[\]|`#=~]{2,}|<[^>]{0,80}>|<!--.*?(?:-->|$)|[<>＜＞⟨⟩]", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as the model reads it: `shown` has a text for each of `sentences`."""

    number: int
    hit: Hit
    sentences: tuple[Sentence, ...]
    shown: tuple[str, ...]
    label: str

    @property
    def text(self) -> str:
        """What stands between the fences."""
        return "\n".join(self.shown)


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one request, the tokens in them, and the instructions that were left out of them."""

    sources: tuple[Source, ...]
    contacts: Contacts
    left_out: tuple[str, ...]

    def find(self, number: int) -> Source | None:
        """The source of that number; None for one that was never given."""
        return self.sources[number - 1] if 0 < number <= len(self.sources) else None


def make_sources(hits: Sequence[Hit], drafted: Draft) -> Sources:
    """The passages that the draft quotes and then the others found, as many as there is room for."""
    contacts = Contacts()
    made: list[Source] = []
    left_out: list[str] = []
    letters = 0
    for hit in _wanted(hits, drafted):
        cut = sentences(hit.passage)
        left_out += filter(is_instruction, [*_named(hit), *(one.text for one in cut)])
        told = tuple(one for one in cut if not is_instruction(one.text))
        shown = tuple(contacts.hide(harmless(one.text)) for one in told)
        letters += sum(map(len, shown))
        if letters > MOST_LETTERS and made:
            break
        if told:
            made.append(Source(len(made) + 1, hit, told, shown, _label(hit, contacts)))
        if len(made) == MOST_SOURCES:
            break
    return Sources(tuple(made), contacts, tuple(left_out))


def harmless(text: str) -> str:
    """`text` on one line, without invisible signs, markup and anything that looks like a fence."""
    return " ".join(FENCES.sub(" ", plain(text)).split())


def _wanted(hits: Sequence[Hit], drafted: Draft) -> list[Hit]:
    quoted = [quote.hit for line in lines(drafted) for quote in line.quotes]
    return list({hit.passage.id: hit for hit in [*quoted, *hits]}.values())


def _named(hit: Hit) -> list[str]:
    """What stands over a passage: its document's title and publisher, and its headings."""
    about = hit.document.metadata
    return [part for part in (about.title, about.publisher, *hit.passage.headings) if part]


def _label(hit: Hit, contacts: Contacts) -> str:
    """What stands over a passage, as far as it is no instruction, with the nearest heading only."""
    above = hit.passage.headings[:-1]
    safe = [part for part in _named(hit) if part not in above and not is_instruction(part)]
    return " | ".join(dict.fromkeys(contacts.hide(harmless(part)[:LONGEST_LABEL]) for part in safe))

"""Sentences that send the reader somewhere without naming a body that the register knows."""

from collections.abc import Sequence

from assistant.citations import Quote
from assistant.drafts import Line
from assistant.partners.choosing import is_for_others, is_near
from assistant.partners.seeking import Sought
from assistant.partners.wording import pattern
from assistant.scoring import Scored
from vectorstore.currency import has_passed
from vectorstore.entities import PLACES, Kind
from vectorstore.naming import Names

MOST = 2
BODIES = frozenset({Kind.ORGANISATION, Kind.PROJECT, *PLACES})
ADDRESSEE = 16
"""Characters within which a sentence names the one whom it sends the reader to."""


def advice(scored: Sequence[Scored], wanted: Sought, names: Names) -> list[Line]:
    """At most two such sentences on the theme, for the one who asks: "ask your region about cheques"."""
    fitting = [one for one in scored if _fits(one, wanted, names)]
    ranked = sorted(fitting, key=lambda one: -one.similarity)[:MOST]
    return [
        Line(one.sentence.text, (Quote(one.hit, one.sentence.start, one.sentence.end),)) for one in ranked
    ]


def _fits(one: Scored, wanted: Sought, names: Names) -> bool:
    text = one.sentence.text
    if not pattern("directs").search(text) or pattern("leans").search(text) or has_passed(one.hit):
        return False
    named = names.find(text)
    if any(one.entity.kind in BODIES or one.start < ADDRESSEE for one in named):
        return False
    headings = " ".join(one.hit.passage.headings[-1:])
    if is_for_others(f"{headings} {text}", wanted.is_firm):
        return False
    return wanted.speaks_of_theme(text) if wanted.themes else is_near(one, wanted)

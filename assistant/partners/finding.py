"""Answers to questions that look for partners or for the right door to knock on."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts import Asked, Draft
from assistant.partners.advice import advice
from assistant.partners.bodies import Body
from assistant.partners.choosing import Candidate
from assistant.partners.replies import described, found_bodies, found_nobody, who_asks
from assistant.partners.searching import BodySearch, only_known
from assistant.partners.seeking import Sought, sought
from assistant.scoring import SentenceScorer
from vectorstore.embedder import Embedder
from vectorstore.naming import Names
from vectorstore.queries import Hit
from vectorstore.store import Store

MOST_NEAR = 2


@dataclass(frozen=True, slots=True)
class PartnerFinder:
    """Names bodies that fit what is sought, each with the sentence that says why. A Composer."""

    store: Store
    scorer: SentenceScorer
    embedder: Embedder

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None also where the documents name nobody to turn to."""
        names = self.store.names()
        wanted = sought(asked, names)
        if wanted is None:
            return None
        if _says_nothing(wanted):
            return who_asks(asked.language)
        bodies = BodySearch(self.store, self.scorer, self.embedder)
        searched = bodies.search(asked.text, asked.search, hits, wanted)
        if wanted.wants_door and len(wanted.named) > 1:
            return described(searched.candidates, wanted, names, asked)
        fitting = _fitting(searched.candidates, wanted, names)
        lines = advice(searched.scored, wanted, names) if wanted.wants_door else []
        if lines and wanted.themes:
            fitting = [one for one in fitting if one.has_theme or one.entity in wanted.named]
        if fitting or lines:
            helpers = bodies.helpers(wanted) if Body.ABROAD in wanted.kinds else []
            return found_bodies(fitting, lines, helpers, wanted, names, asked)
        if not wanted.subject or _is_told_of(searched.scored[0].sentence.text, wanted):
            return None
        near = _near(searched.candidates, wanted)
        only = only_known(wanted, names, searched.candidates)
        return found_nobody(near, bodies.helpers(wanted), only, wanted, names, asked)


def _says_nothing(wanted: Sought) -> bool:
    """Whether the question tells neither what for, nor where, nor who asks."""
    where = wanted.counties or wanted.elsewhere
    what = wanted.kinds or wanted.nouns or wanted.themes or wanted.named or wanted.partnering
    return not where and not what and wanted.is_firm is None


def _fitting(found: Sequence[Candidate], wanted: Sought, names: Names) -> list[Candidate]:
    """The bodies that suit; where some doors are tied to the theme, these and those in the county."""
    suiting = [one for one in found if _suits(one, wanted)]
    tied = {one.entity.id for one in suiting if one.has_theme or one.entity in wanted.named}
    if not tied or not wanted.wants_door:
        return suiting
    return [one for one in suiting if one.entity.id in tied or _is_local(one, wanted, names)]


def _is_local(one: Candidate, wanted: Sought, names: Names) -> bool:
    return any(county.id in wanted.counties for county in names.counties(one.entity))


def _suits(one: Candidate, wanted: Sought) -> bool:
    """Whether the documents tie the body to what is sought, not only to the words around it."""
    if one.has_theme or one.entity in wanted.named:
        return True
    if wanted.wants_door:
        return one.advises and (one.is_near or not wanted.themes)
    if wanted.themes and not one.is_near:
        return bool(wanted.nouns and wanted.counties)
    return bool(wanted.kinds or wanted.nouns or wanted.counties)


def _is_told_of(best: str, wanted: Sought) -> bool:
    """Whether a door is asked for and the best sentence speaks of the theme: then it is the answer."""
    return wanted.wants_door and wanted.speaks_of_theme(best)


def _near(found: Sequence[Candidate], wanted: Sought) -> list[Candidate]:
    """Bodies in the place that may be of use although nothing ties them to the theme."""
    if not wanted.counties:
        return []
    useful = (one for one in found if one.is_near or wanted.nouns or (wanted.wants_door and one.advises))
    hidden = {Body.PUBLIC, Body.ABROAD, *([Body.EU] if wanted.is_firm is not False else [])} - wanted.kinds
    return [one for one in useful if one.body not in hidden][:MOST_NEAR]
